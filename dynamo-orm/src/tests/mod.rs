//! A table written by hand, as the derives would write it, on the embedded engine.

#![cfg(feature = "local")]

mod query;
mod scan;
mod write;

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::__private::{self as rt, Access, KeyType, Level, QueryState, role};
use crate::{Db, Get, Path, Query};

#[derive(Clone, Debug, PartialEq)]
enum Shop {
    Customer(Customer),
    Order(Order),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Customer {
    id: String,
    name: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Order {
    customer: String,
    number: u32,
    status: String,
    #[serde(rename = "total_cents")]
    total: u64,
    lines: Vec<String>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty", default)]
    tags: BTreeSet<String>,
    note: Option<String>,
    /// In the sparse index `ByAgent`.
    agent: Option<String>,
    expires: Option<u64>,
    created: SystemTime,
    updated: SystemTime,
}

struct ByStatus;
struct ByAgent;

const fn text(name: &'static str) -> rt::KeyAttribute {
    rt::KeyAttribute::new(name, KeyType::S)
}

macro_rules! template {
    ($($segment:expr),*) => {
        rt::KeySpec::Template(rt::Template { segments: &[$($segment),*] })
    };
}

const fn literal(text: &'static str) -> rt::Segment {
    rt::Segment::Literal(text)
}

const fn part<T: rt::KeyPart>(part: usize) -> rt::Segment {
    rt::Segment::Part {
        part,
        form: T::FORM,
        format: rt::Format::DEFAULT,
    }
}

impl rt::Table for Shop {
    const MODEL: &'static rt::TableModel = &rt::TableModel::new(
        "Shop",
        text("PK"),
        &[rt::index_model::<ByStatus>(), rt::index_model::<ByAgent>()],
        &[
            <Customer as rt::Entity>::MODEL,
            <Order as rt::Entity>::MODEL,
        ],
    )
    .sort_key(text("SK"))
    .kind("Type")
    .time_to_live("expires");

    fn to_item(&self) -> crate::Result<rt::SdkItem> {
        match self {
            Self::Customer(customer) => rt::to_item(customer),
            Self::Order(order) => rt::to_item(order),
        }
    }

    fn read(entity: usize, reader: &mut rt::Reader<'_>) -> Result<Self, rt::Fault> {
        match entity {
            0 => rt::read_entity(reader).map(Self::Customer),
            1 => rt::read_entity(reader).map(Self::Order),
            _ => Err(rt::no_such_entity()),
        }
    }
}

const _: () = {
    rt::check_entity(<Shop as rt::Table>::MODEL, <Customer as rt::Entity>::MODEL);
    rt::check_entity(<Shop as rt::Table>::MODEL, <Order as rt::Entity>::MODEL);
    rt::check_index(<Order as rt::Entity>::MODEL, 0);
    rt::check_index(<Order as rt::Entity>::MODEL, 1);
    rt::check_pair(
        <Shop as rt::Table>::MODEL,
        <Customer as rt::Entity>::MODEL,
        <Order as rt::Entity>::MODEL,
    );
};

impl rt::Index for ByStatus {
    const MODEL: Option<&'static rt::IndexModel> = Some(&rt::IndexModel::new(
        "ByStatus",
        rt::Scope::Global,
        &[text("GSI1PK")],
        &[text("GSI1SK")],
        rt::Projected::All,
    ));
}

impl rt::Index for ByAgent {
    const MODEL: Option<&'static rt::IndexModel> = Some(&rt::IndexModel::new(
        "ByAgent",
        rt::Scope::Global,
        &[text("GSI2PK")],
        &[],
        rt::Projected::KeysOnly,
    ));
}

impl rt::ProjectsAll for ByStatus {}

struct CustomerFields;

impl rt::Entity for Customer {
    type Table = Shop;
    type Fields = CustomerFields;
    const MODEL: &'static rt::EntityModel = &rt::EntityModel::new(
        "Customer",
        "customer",
        &[rt::PartModel::new::<String>("id", false)],
        template!(literal("C#"), part::<String>(0)),
        &[
            rt::FieldModel::new("id", "id", false, false),
            rt::FieldModel::new("name", "name", false, false),
        ],
    )
    .sort_key(template!(literal("PROFILE")));

    fn fields() -> CustomerFields {
        CustomerFields
    }

    fn part(&self, part: usize) -> crate::Result<Option<rt::Part<'_>>> {
        match part {
            0 => rt::part(&self.id),
            _ => Ok(None),
        }
    }
}

struct OrderFields;

/// What the codec leaves to `write` and `restore`.
const fn omit(field: &'static str) -> rt::Rule {
    rt::Rule {
        field,
        attribute: field,
        hint: rt::Hint::Auto,
        null: false,
        omit: true,
    }
}

const RULES: &[rt::Rule] = &[
    rt::Rule {
        field: "tags",
        attribute: "tags",
        hint: rt::Hint::Set(rt::Element::Auto),
        null: false,
        omit: false,
    },
    omit("expires"),
    omit("created"),
    omit("updated"),
];

impl rt::Entity for Order {
    type Table = Shop;
    type Fields = OrderFields;
    const MODEL: &'static rt::EntityModel = &rt::EntityModel::new(
        "Order",
        "order",
        &[
            rt::PartModel::new::<String>("customer", false),
            rt::PartModel::new::<u32>("number", false),
            rt::PartModel::new::<String>("status", false),
            rt::PartModel::new::<String>("agent", true),
        ],
        template!(literal("C#"), part::<String>(0)),
        &[
            rt::FieldModel::new("status", "status", false, false),
            rt::FieldModel::new("note", "note", true, false),
            rt::FieldModel::new("agent", "agent", true, false),
            rt::FieldModel::new("tags", "tags", false, false),
            rt::FieldModel::new("expires", "expires", true, false),
        ],
    )
    .sort_key(template!(literal("ORDER#"), part::<u32>(1)))
    .indexes(&[
        rt::IndexUse::new(
            rt::index_model::<ByStatus>(),
            &[template!(literal("STATUS#"), part::<String>(2))],
            &[template!(part::<u32>(1))],
            rt::When::Always,
        ),
        rt::IndexUse::new(
            rt::index_model::<ByAgent>(),
            &[template!(literal("AGENT#"), part::<String>(3))],
            &[],
            rt::When::Always,
        ),
    ])
    .rules(RULES, RULES)
    .time_to_live("expires")
    .created("created", None, rt::stamp::<SystemTime>)
    .updated("updated", None, rt::stamp::<SystemTime>)
    .restores();

    fn fields() -> OrderFields {
        OrderFields
    }

    fn part(&self, part: usize) -> crate::Result<Option<rt::Part<'_>>> {
        match part {
            0 => rt::part(&self.customer),
            1 => rt::part(&self.number),
            2 => rt::part(&self.status),
            3 => rt::optional_part(&self.agent),
            _ => Ok(None),
        }
    }

    fn write(&self, item: &mut rt::ItemWriter<'_>) -> crate::Result<()> {
        item.time_to_live("expires", &self.expires)?;
        item.created("created", &self.created)?;
        item.updated("updated", &self.updated)
    }

    fn restore(item: &mut rt::Restore<'_, '_>) -> Result<(), rt::Fault> {
        item.time_to_live::<u64>("expires", "expires")?;
        item.timestamp::<SystemTime>("created", "created")?;
        item.timestamp::<SystemTime>("updated", "updated")
    }
}

impl rt::Creatable for Order {
    fn key_fields(_: &rt::Parts<'_>, _: &mut rt::Actions) -> crate::Result<()> {
        Ok(())
    }
}

macro_rules! fields {
    ($($name:ident: $ty:ty, $role:ty, $attribute:literal, $hint:ident, $part:expr;)*) => {
        impl OrderFields {
            $(fn $name(&self) -> Path<Order, $ty, $role> {
                Path::field($attribute, $hint, $part)
            })*
        }
    };
}
const AUTO: rt::Hint = rt::Hint::Auto;
const SET: rt::Hint = rt::Hint::Set(rt::Element::Auto);
fields! {
    number: u32, role::PrimaryKey, "number", AUTO, Some(1);
    status: String, role::IndexKey, "status", AUTO, Some(2);
    total: u64, role::Plain, "total_cents", AUTO, None;
    lines: Vec<String>, role::Plain, "lines", AUTO, None;
    tags: BTreeSet<String>, role::Plain, "tags", SET, None;
    note: String, role::Optional, "note", AUTO, None;
    agent: String, role::OptionalIndexKey, "agent", AUTO, Some(3);
    expires: u64, role::OptionalTimeToLive, "expires", AUTO, None;
}

macro_rules! accesses {
    ($($name:ident: $index:ty;)*) => {$(
        #[derive(Debug)]
        struct $name<const LEVEL: usize>(QueryState);

        impl<const LEVEL: usize> Access for $name<LEVEL> {
            type Entity = Order;
            type Index = $index;

            fn from_state(state: QueryState) -> Self {
                Self(state)
            }

            fn state(&self) -> &QueryState {
                &self.0
            }

            fn into_state(self) -> QueryState {
                self.0
            }
        }
    )*};
}
accesses! {
    OfCustomer: rt::Primary;
    OfStatus: ByStatus;
    OfAgent: ByAgent;
}

impl OfCustomer<0> {
    fn number(&self) -> Level<Self, u32, OfCustomer<1>> {
        Level::new(self, 1)
    }
}

fn query<A: Access>(index: Option<usize>, part: usize, value: &str) -> Query<A> {
    let state = QueryState::new::<Order>(index);
    Query::new(A::from_state(
        state.with(part, rt::AsPart::<String>::into_part(value)),
    ))
}

impl Order {
    fn key(number: u32) -> rt::Key<Self> {
        rt::Key::new()
            .with(0, rt::AsPart::<String>::into_part("ann"))
            .with(1, rt::AsPart::<u32>::into_part(number))
    }

    fn get(number: u32) -> Get<Self> {
        Get::new(Self::key(number))
    }

    fn of_customer() -> Query<OfCustomer<0>> {
        query(None, 0, "ann")
    }

    fn of_status(status: &str) -> Query<OfStatus<0>> {
        query(Some(0), 2, status)
    }

    fn of_agent(agent: &str) -> Query<OfAgent<0>> {
        query(Some(1), 3, agent)
    }
}

fn order(number: u32, status: &str) -> Order {
    Order {
        customer: "ann".to_owned(),
        number,
        status: status.to_owned(),
        total: u64::from(number) * 100,
        lines: vec!["pen".to_owned(), "ink".to_owned()],
        tags: BTreeSet::new(),
        note: None,
        agent: None,
        expires: Some(4_000_000_000),
        created: at(1),
        updated: at(1),
    }
}

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(seconds * 1000 + 250)
}

/// The shop at a point in time.
async fn shop(seconds: u64) -> Db<Shop> {
    Db::local().await.unwrap().with_clock(move || at(seconds))
}
