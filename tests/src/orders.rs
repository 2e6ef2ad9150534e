//! The table most tests use: every kind of field and key.

use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

use chrono::{DateTime, NaiveDate, Utc};
use dynamo_orm::{Entity, Fields, KeyPart, Projection, Table};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// The table.
#[derive(Table, Debug, Clone, PartialEq)]
#[table(pk = "PK", sk = "SK", kind = "_type", ttl = "expires_at", stream = NewAndOldImages,
        gsi(Gsi1, pk = "GSI1PK", sk = "GSI1SK"),
        gsi(Gsi2, pk = "GSI2PK", sk = "GSI2SK"),
        gsi(ByCoupon, pk = "coupon", projection = KeysOnly),
        gsi(ByScore, pk = "game", sk(score: N)),
        lsi(ByTotal, sk(total_cents: N)))]
pub enum Orders {
    /// A customer.
    Customer(Customer),
    /// An order.
    Order(Order),
    /// A ticket.
    Ticket(Ticket),
    /// A score.
    Score(Score),
    /// A counter.
    Counter(Counter),
    /// A document.
    Document(Document),
    /// Visits of a page.
    Visits(Visits),
}

/// Names a customer.
#[derive(KeyPart, Serialize, Deserialize, Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CustomerId(pub String);

impl From<&str> for CustomerId {
    fn from(id: &str) -> Self {
        Self(id.into())
    }
}

/// Where an order stands.
#[derive(KeyPart, Serialize, Deserialize, Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Gone.
    Closed,
    /// Being worked on.
    Open,
    /// On its way.
    Shipped,
}

/// A customer.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Orders, pk = "CUSTOMER#{id}", sk = "PROFILE")]
pub struct Customer {
    /// Its id.
    pub id: CustomerId,
    /// Its name.
    pub name: String,
}

/// An order.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Orders,
         pk = "CUSTOMER#{customer}", sk = "ORDER#{placed_on}#{number}", query = by_customer,
         index(Gsi1, pk = "STATUS#{status}", sk = "{placed_on}#{number}", query = by_status),
         index(ByCoupon, pk = coupon, query = by_coupon),
         index(ByTotal, sk = total_cents, query = by_total))]
pub struct Order {
    /// Whose it is.
    pub customer: CustomerId,
    /// The day.
    pub placed_on: NaiveDate,
    /// The number of that day.
    pub number: u32,
    /// Where it stands.
    pub status: Status,
    /// What it costs.
    pub total_cents: u64,
    /// What it costs, exactly.
    pub total: Decimal,
    /// A coupon used.
    pub coupon: Option<String>,
    /// Where it goes.
    pub ship_to: Address,
    /// What is in it.
    pub lines: Vec<Line>,
    /// Words about it.
    pub tags: BTreeSet<String>,
    /// Words about it, by name.
    pub labels: BTreeMap<String, String>,
    /// A word to the customer.
    pub note: Option<String>,
    /// When it goes.
    #[entity(ttl)]
    pub expires_at: Option<SystemTime>,
    /// When it came.
    #[entity(created_at)]
    pub created_at: DateTime<Utc>,
    /// When it changed.
    #[entity(updated_at)]
    pub updated_at: DateTime<Utc>,
}

/// Where an order goes.
#[derive(Fields, Serialize, Deserialize, Debug, Clone, PartialEq)]
pub struct Address {
    /// The city.
    pub city: String,
    /// The street.
    pub street: Option<String>,
}

/// What is in an order.
#[derive(Fields, Serialize, Deserialize, Debug, Clone, PartialEq)]
pub struct Line {
    /// The product.
    pub sku: String,
    /// How many.
    pub count: u32,
}

/// Some of an order.
#[derive(Projection, Debug, PartialEq)]
#[projection(of = Order)]
pub struct OrderSummary {
    /// The number of that day.
    pub number: u32,
    /// Where it stands.
    pub status: Status,
    /// A coupon used.
    pub coupon: Option<String>,
    /// When it goes.
    pub expires_at: Option<SystemTime>,
    /// When it came.
    pub created_at: DateTime<Utc>,
}

/// A ticket: a sparse index made of several fields, with a predicate.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Orders, pk = "TICKET#{id}", sk = "TICKET", 
         index(Gsi1, pk = "QUEUE#{team}", sk = "{priority}#{id}", query = queue, when = is_waiting(state)),
         index(Gsi2, pk = "OWNER#{owner}", sk = "{state}", query = of_owner))]
pub struct Ticket {
    /// Its id.
    pub id: u64,
    /// Who works on it.
    pub team: String,
    /// How much it hurts.
    pub priority: u8,
    /// Where it stands.
    pub state: TicketState,
    /// Whose it is, if anyone's.
    pub owner: Option<String>,
    /// A word about it.
    pub title: String,
}

/// Where a ticket stands.
#[derive(KeyPart, Serialize, Deserialize, Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TicketState {
    /// Done.
    Done,
    /// Not begun.
    New,
    /// Begun.
    Working,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "a predicate is given references to the fields"
)]
fn is_waiting(state: &TicketState) -> bool {
    *state != TicketState::Done
}

/// A score: its own attributes are the keys of an index.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Orders, pk = "PLAYER#{player}", sk = "GAME#{game}",
         index(ByScore, pk = game, sk = score, query = ranking))]
pub struct Score {
    /// Who plays.
    pub player: String,
    /// What is played.
    pub game: String,
    /// How well, if at all.
    pub score: Option<i64>,
}

/// A counter, which an update may create.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Orders, pk = "COUNTER#{name}", sk = "COUNTER",
         index(Gsi1, pk = "COUNTERS", sk = "{name}", query = all_counters))]
pub struct Counter {
    /// What is counted.
    #[entity(skip)]
    pub name: String,
    /// How many.
    #[entity(default)]
    pub hits: u64,
    /// The last one.
    pub last: Option<String>,
}

/// Visits of a page: a counter with fields in its key.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Orders, pk = "CUSTOMER#{customer}", sk = "VISITS#{page}")]
pub struct Visits {
    /// Whose they are.
    pub customer: CustomerId,
    /// Of which page.
    pub page: u32,
    /// How many.
    #[entity(default)]
    pub count: u64,
}

/// A document: every kind of attribute.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Orders, pk = "DOC#{id}", sk = "DOC")]
pub struct Document {
    /// Its id.
    pub id: uuid::Uuid,
    /// Bytes.
    pub bytes: Vec<u8>,
    /// Numbers.
    pub numbers: BTreeSet<i64>,
    /// Exact numbers.
    pub decimals: BTreeSet<Decimal>,
    /// Large numbers.
    pub big: i128,
    /// Yes or no.
    pub flag: bool,
    /// Kept as NULL.
    #[entity(null)]
    pub nothing: Option<String>,
    /// One of several shapes.
    pub shape: Shape,
    /// Anything else in the item.
    #[serde(flatten)]
    pub rest: BTreeMap<String, String>,
}

/// One of several shapes.
#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(tag = "kind")]
pub enum Shape {
    /// Round.
    Circle {
        /// How wide.
        radius: f64,
    },
    /// Not round.
    Square {
        /// How long.
        side: f64,
    },
}

/// A day of 2026.
///
/// # Panics
/// When there is no such day.
#[must_use]
pub fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).expect("a day of the calendar")
}

/// An order with something in every field.
#[must_use]
pub fn order(customer: &str, placed_on: NaiveDate, number: u32) -> Order {
    Order {
        customer: customer.into(),
        placed_on,
        number,
        status: Status::Open,
        total_cents: 1999,
        total: Decimal::new(1999, 2),
        coupon: None,
        ship_to: Address {
            city: "Oslo".into(),
            street: Some("Storgata 1".into()),
        },
        lines: vec![Line {
            sku: "tea".into(),
            count: 2,
        }],
        tags: ["new", "gift"].map(str::to_owned).into(),
        labels: BTreeMap::from([("a.b".to_owned(), "dotted".to_owned())]),
        note: None,
        expires_at: None,
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
    }
}

/// A ticket of the team "core".
#[must_use]
pub fn ticket(id: u64) -> Ticket {
    Ticket {
        id,
        team: "core".into(),
        priority: 5,
        state: TicketState::New,
        owner: None,
        title: "it hurts".into(),
    }
}

/// Names a customer.
#[must_use]
pub fn id(text: &str) -> CustomerId {
    text.into()
}
