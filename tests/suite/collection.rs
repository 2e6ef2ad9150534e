//! Item collections: several entities of one partition in one struct.

use aws_sdk_dynamodb::types::AttributeValue::{self, N, S};
use dynamo_orm::collecting::Unknown;
use dynamo_orm::{Collection, Db, Entity, ErrorKind, KeyPart, Table};
use dynamo_orm_tests::accounts::{Accounts, Note as Note2};
use dynamo_orm_tests::table;
use serde::{Deserialize, Serialize};

#[derive(Table, Debug, Clone, PartialEq)]
#[table(pk = "PK", sk = "SK", kind = "_type",
        gsi(Gsi1, pk = "GSI1PK", sk = "GSI1SK"),
        lsi(ByTotal, sk(total: N)))]
enum Shop {
    Customer(Customer),
    Settings(Settings),
    Order(Order),
    Line(Line),
    Note(Note),
}

#[derive(KeyPart, Serialize, Deserialize, Debug, Clone, PartialEq, Eq)]
struct CustomerId(String);

#[derive(KeyPart, Serialize, Deserialize, Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    Open,
    Shipped,
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Shop, pk = "CUSTOMER#{id}", sk = "PROFILE")]
struct Customer {
    id: CustomerId,
    name: String,
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Shop, pk = "CUSTOMER#{customer}", sk = "SETTINGS")]
struct Settings {
    customer: CustomerId,
    dark: bool,
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Shop, pk = "CUSTOMER#{customer}", sk = "ORDER#{year}#{number}", query = by_customer,
         index(Gsi1, pk = "STATUS#{status}", sk = "{year}#{number}", query = by_status),
         index(ByTotal, sk = total, query = by_total))]
struct Order {
    customer: CustomerId,
    year: u16,
    number: u32,
    status: Status,
    total: u64,
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Shop, pk = "CUSTOMER#{customer}", sk = "ORDER#{year}#{number}#LINE#{position}", query = of_customer,
         index(Gsi1, pk = "STATUS#{status}", sk = "{year}#{number}#{position}", query = lines_by_status))]
struct Line {
    customer: CustomerId,
    year: u16,
    number: u32,
    position: u8,
    status: Option<Status>,
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Shop, pk = "CUSTOMER#{customer}", sk = "PAPER#{number}",
         index(Gsi1, pk = "STATUS#{status}", sk = "{number}"))]
struct Note {
    customer: CustomerId,
    number: u32,
    status: Option<Status>,
}

#[derive(Collection, Debug, Clone, PartialEq)]
#[collection(table = Shop, pk = "CUSTOMER#{customer_id}")]
struct Account {
    customer: Customer,
    settings: Option<Settings>,
    orders: Vec<Order>,
}

#[derive(Collection, Debug, Clone, PartialEq)]
#[collection(table = Shop, pk = "CUSTOMER#{customer}")]
struct OrderWithLines {
    order: Order,
    lines: Vec<Line>,
}

#[derive(Collection, Debug, Clone, PartialEq)]
#[collection(table = Shop, pk = "CUSTOMER#{customer}")]
struct History {
    customer: Option<Customer>,
    orders: Vec<OrderWithLines>,
}

#[derive(Collection, Debug, Clone, PartialEq)]
#[collection(table = Shop, pk = "CUSTOMER#{customer}")]
struct LastOrder {
    order: Option<Order>,
}

#[derive(Collection, Debug, Clone, PartialEq)]
#[collection(table = Shop, index = Gsi1, pk = "STATUS#{status}")]
struct Work {
    orders: Vec<Order>,
    lines: Vec<Line>,
}

#[derive(Collection, Debug, Clone, PartialEq)]
#[collection(table = Shop, index = ByTotal, pk = "CUSTOMER#{customer}")]
struct Totals {
    orders: Vec<Order>,
}

fn ada() -> CustomerId {
    CustomerId("ada".into())
}

fn customer() -> Customer {
    Customer {
        id: ada(),
        name: "Ada".into(),
    }
}

fn order(year: u16, number: u32) -> Order {
    Order {
        customer: ada(),
        year,
        number,
        status: Status::Open,
        total: 100 - u64::from(number),
    }
}

fn line(year: u16, number: u32, position: u8) -> Line {
    Line {
        customer: ada(),
        year,
        number,
        position,
        status: None,
    }
}

fn note(number: u32) -> Note {
    Note {
        customer: ada(),
        number,
        status: None,
    }
}

/// Stores everything.
async fn store(items: impl IntoIterator<Item = Shop>) -> Db<Shop> {
    let db = table::<Shop>().await;
    for item in items {
        let item = item.to_item().unwrap();
        put(&db, item).await;
    }
    db
}

async fn put<T: Table>(
    db: &Db<T>,
    item: impl IntoIterator<Item = (impl Into<String>, AttributeValue)>,
) {
    let item = item.into_iter().map(|(k, v)| (k.into(), v)).collect();
    let put = db.client().put_item().table_name(db.table_name());
    put.set_item(Some(item)).send().await.unwrap();
}

fn text(text: &str) -> AttributeValue {
    S(text.to_owned())
}

#[tokio::test]
async fn a_collection_holds_its_members_in_the_order_of_their_keys() {
    let db = store([
        order(2026, 3).into(),
        order(2025, 9).into(),
        customer().into(),
        note(1).into(),
        order(2026, 1).into(),
        line(2026, 1, 1).into(),
    ])
    .await;
    let account = Account::of(ada()).load(&db).await.unwrap();
    assert_eq!(
        account,
        Some(Account {
            customer: customer(),
            settings: None,
            orders: vec![order(2025, 9), order(2026, 1), order(2026, 3)],
        })
    );
    let settings = Settings {
        customer: ada(),
        dark: true,
    };
    settings.put().send(&db).await.unwrap();
    let ada = ada();
    let account = Account::of(&ada).newest_first().consistent();
    let account = account.load(&db).await.unwrap().unwrap();
    assert_eq!(account.settings, Some(settings));
    let numbers: Vec<u32> = account.orders.iter().map(|o| o.number).collect();
    assert_eq!(numbers, [3, 1, 9]);
}

#[tokio::test]
async fn nothing_at_all_is_none() {
    let db = store([note(1).into()]).await;
    let counted = Account::of(ada()).unknown(Unknown::Raw);
    let counted = counted.load_counted(&db).await.unwrap();
    assert_eq!(counted.collection, None);
    assert_eq!((counted.others, counted.unknown), (1, 0));
    assert_eq!(History::of(ada()).load(&db).await.unwrap(), None);
}

#[tokio::test]
async fn a_missing_required_member_is_named() {
    let db = store([order(2026, 1).into()]).await;
    let error = Account::of(ada()).load(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::MissingMember);
    assert_eq!(error.entity(), Some("Customer"));
    assert_eq!(
        error.to_string(),
        "Customer: the required `Customer` of the collection `Account` is missing while other items of it are there"
    );
}

#[tokio::test]
async fn two_items_for_a_member_that_takes_one_are_refused() {
    let db = store([order(2026, 1).into(), order(2026, 2).into()]).await;
    let error = LastOrder::of(ada()).load(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotUnique);
    assert_eq!(error.entity(), Some("Order"));
    let last = LastOrder::of(ada()).starting_at(Order::key(ada(), 2026, 2));
    let last = last.load(&db).await.unwrap();
    assert_eq!(last.unwrap().order, Some(order(2026, 2)));
}

#[tokio::test]
async fn lines_come_under_their_orders() {
    let db = store([
        customer().into(),
        order(2025, 1).into(),
        line(2025, 1, 2).into(),
        line(2025, 1, 1).into(),
        order(2026, 1).into(),
        order(2026, 2).into(),
        line(2026, 2, 1).into(),
    ])
    .await;
    let expected = vec![
        OrderWithLines {
            order: order(2025, 1),
            lines: vec![line(2025, 1, 1), line(2025, 1, 2)],
        },
        OrderWithLines {
            order: order(2026, 1),
            lines: vec![],
        },
        OrderWithLines {
            order: order(2026, 2),
            lines: vec![line(2026, 2, 1)],
        },
    ];
    for limit in 1..9 {
        let history = History::of(ada()).limit(limit).load(&db).await.unwrap();
        let history = history.unwrap();
        assert_eq!(history.customer, Some(customer()));
        assert_eq!(history.orders, expected, "pages of {limit}");
    }
    let one = OrderWithLines::of(ada())
        .starting_at(Order::key(ada(), 2025, 1))
        .ending_at(Line::of_customer(ada()).year().eq(2025).number().eq(1));
    assert_eq!(one.load(&db).await.unwrap().as_ref(), expected.first());
    let page = History::of(ada()).page(&db).await.unwrap();
    let found = &page.members.orders;
    assert_eq!((found.order.len(), found.lines.len()), (3, 3));
    assert!(format!("{page:?}").contains(
        "HistoryParts { customer: 1, orders: OrderWithLinesParts { order: 3, lines: 3 } }"
    ));
}

#[tokio::test]
async fn a_line_without_its_order_is_told_by_its_key() {
    let db = store([order(2026, 1).into(), line(2026, 2, 1).into()]).await;
    let error = History::of(ada()).load(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::MissingMember);
    assert_eq!(error.entity(), Some("Line"));
    assert_eq!(
        error.key(),
        Some("PK=CUSTOMER#ada, SK=ORDER#02026#0000000002#LINE#001")
    );
}

#[tokio::test]
async fn a_range_takes_the_customer_and_the_orders_of_a_time() {
    let db = store([
        customer().into(),
        order(2024, 1).into(),
        order(2025, 1).into(),
        line(2025, 1, 1).into(),
        order(2026, 1).into(),
        order(2026, 2).into(),
    ])
    .await;
    let numbers = |account: Option<Account>| -> Vec<(u16, u32)> {
        let orders = account.unwrap().orders;
        orders.iter().map(|o| (o.year, o.number)).collect()
    };
    let since = Account::of(ada()).starting_at(Order::by_customer(ada()).year().from(2025));
    let found = since.load(&db).await.unwrap();
    assert_eq!(numbers(found), [(2025, 1), (2026, 1), (2026, 2)]);
    let since =
        Account::of(ada()).starting_at(Order::by_customer(ada()).year().eq(2026).number().after(1));
    assert_eq!(numbers(since.load(&db).await.unwrap()), [(2026, 2)]);

    let until = |edge| History::of(ada()).ending_at(edge);
    let found = until(Order::by_customer(ada()).year().to(2025));
    let found = found.load(&db).await.unwrap().unwrap();
    assert_eq!((found.customer, found.orders.len()), (None, 2));
    assert_eq!(found.orders[1].lines.len(), 1);
    let found = until(Order::by_customer(ada()).year().before(2025));
    assert_eq!(found.load(&db).await.unwrap().unwrap().orders.len(), 1);
    let found = until(Order::by_customer(ada()).year().between(1, 2025));
    assert_eq!(found.load(&db).await.unwrap().unwrap().orders.len(), 2);
}

#[tokio::test]
async fn the_ends_of_a_range_belong_to_the_partition_of_the_collection() {
    let db = store([]).await;
    let of_bob = Order::key(CustomerId("bob".into()), 2026, 1);
    let error = Account::of(ada()).starting_at(of_bob).to_request(&db);
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!(
        error.to_string(),
        "Account: an end of the range is in another partition than the collection; give both the same key"
    );
    let inverted = Account::of(ada())
        .starting_at(Customer::key(ada()))
        .ending_at(Order::by_customer(ada()).year().to(2026))
        .to_request(&db);
    assert!(
        inverted
            .unwrap_err()
            .to_string()
            .contains("ends before it begins")
    );
    let filtered = Account::of(ada())
        .ending_at(Order::by_customer(ada()).filter(|o| o.total().gt(1)))
        .to_request(&db);
    assert!(
        filtered
            .unwrap_err()
            .to_string()
            .contains("leave out `filter`")
    );
    let empty = Account::of(CustomerId(String::new())).to_request(&db);
    assert_eq!(empty.unwrap_err().kind(), ErrorKind::InvalidKey);
}

#[tokio::test]
async fn a_page_is_one_request_with_what_it_found() {
    let db = store([
        customer().into(),
        order(2026, 1).into(),
        note(1).into(),
        order(2026, 2).into(),
        order(2026, 3).into(),
    ])
    .await;
    let (mut cursor, mut pages, mut orders, mut customers, mut others) =
        (None, 0, Vec::new(), 0, 0);
    loop {
        let page = Account::of(ada()).limit(2).start_at(cursor);
        let page = page.page(&db).await.unwrap();
        pages += 1;
        assert!(page.scanned <= 2);
        orders.extend(page.members.orders);
        customers += page.members.customer.len();
        others += page.others;
        cursor = page.cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!((pages, customers, others), (3, 1, 1));
    assert_eq!(orders, [order(2026, 1), order(2026, 2), order(2026, 3)]);

    let page = Account::of(ada()).limit(2).page(&db).await.unwrap();
    let elsewhere = Account::of(CustomerId("bob".into())).start_at(page.cursor);
    let error = elsewhere.page(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidCursor);
}

#[tokio::test]
async fn the_capacity_is_that_of_all_requests() {
    let db = store([customer().into(), order(2026, 1).into()]).await;
    let loaded = Account::of(ada()).limit(1).load_metered(&db).await.unwrap();
    assert!(loaded.requests >= 2);
    assert!(loaded.capacity.total > 0.0);
    assert_eq!(loaded.value.unwrap().orders.len(), 1);
    let page = Account::of(ada()).page_metered(&db).await.unwrap();
    assert_eq!((page.requests, page.value.members.orders.len()), (1, 1));
}

#[tokio::test]
async fn types_of_a_newer_deployment_are_left_out_raw_or_an_error_as_chosen() {
    let db = store([customer().into(), note(1).into()]).await;
    put(
        &db,
        [
            ("PK", text("CUSTOMER#ada")),
            ("SK", text("QUOTE#1")),
            ("_type", text("Quote")),
            ("cents", N("12".into())),
        ],
    )
    .await;
    let found = Account::of(ada()).load_counted(&db).await.unwrap();
    assert_eq!((found.others, found.unknown), (1, 1));
    assert!(found.raw.is_empty());
    assert_eq!(found.collection.unwrap().customer, customer());

    let found = Account::of(ada()).unknown(Unknown::Raw);
    let found = found.load_counted(&db).await.unwrap();
    assert_eq!((found.others, found.unknown, found.raw.len()), (1, 1, 1));
    assert!(
        found.raw[0].contains(r#""cents":{"N":"12"}"#),
        "{:?}",
        found.raw
    );

    let error = Account::of(ada()).unknown(Unknown::Fail).load(&db).await;
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(error.key(), Some("PK=CUSTOMER#ada, SK=QUOTE#1"));
    assert!(error.to_string().contains("`Quote`"), "{error}");
    assert!(error.raw_item().is_some());
}

#[tokio::test]
async fn an_item_that_does_not_fit_is_told_by_entity_key_and_path() {
    let db = store([customer().into()]).await;
    put(
        &db,
        [
            ("PK", text("CUSTOMER#ada")),
            ("SK", text("SETTINGS")),
            ("_type", text("Settings")),
            ("customer", text("ada")),
            ("dark", text("very")),
        ],
    )
    .await;
    let error = Account::of(ada()).load(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(error.entity(), Some("Settings"));
    assert_eq!(error.key(), Some("PK=CUSTOMER#ada, SK=SETTINGS"));
    assert_eq!(error.path(), Some("dark"));
    let error = Account::of(ada()).page(&db).await.unwrap_err();
    assert_eq!(error.path(), Some("dark"));
}

#[tokio::test]
async fn an_overloaded_sparse_index_is_read_as_a_collection() {
    let open = |mut l: Line| {
        l.status = Some(Status::Open);
        l
    };
    let mut gone = order(2026, 2);
    gone.status = Status::Shipped;
    let db = store([
        order(2026, 1).into(),
        gone.clone().into(),
        open(line(2026, 1, 1)).into(),
        line(2026, 1, 2).into(),
        Note {
            status: Some(Status::Open),
            ..note(1)
        }
        .into(),
    ])
    .await;
    let work = Work::of(Status::Open).load_counted(&db).await.unwrap();
    assert_eq!(
        work.collection,
        Some(Work {
            orders: vec![order(2026, 1)],
            lines: vec![open(line(2026, 1, 1))],
        })
    );
    assert_eq!(work.others, 1);
    let later =
        Work::of(Status::Open).starting_at(Line::lines_by_status(Status::Open).year().eq(2026));
    assert_eq!(later.load(&db).await.unwrap().unwrap().orders.len(), 1);
    let work = Work::of(Status::Shipped).load(&db).await.unwrap();
    assert_eq!(work.unwrap().orders, [gone]);
}

#[tokio::test]
async fn a_local_index_orders_the_members_by_its_own_key() {
    let db = store([
        customer().into(),
        order(2026, 1).into(),
        order(2026, 2).into(),
        order(2026, 3).into(),
    ])
    .await;
    let totals = Totals::of(ada()).consistent();
    let totals = totals.ending_at(Order::by_total(ada()).total().to(98));
    let orders = totals.load(&db).await.unwrap().unwrap().orders;
    let totals: Vec<u64> = orders.iter().map(|o| o.total).collect();
    assert_eq!(totals, [97, 98]);
    let error = Totals::of(ada()).starting_at(Order::by_total(ada()).total().after(97));
    assert!(
        error
            .to_request(&db)
            .unwrap_err()
            .to_string()
            .contains("use `from` and `to`")
    );
}

mod untyped {
    //! A table without a type attribute: keys tell what an item is.

    use super::*;

    #[derive(Table, Debug, Clone, PartialEq)]
    #[table(pk = "team", sk = "SK")]
    pub(super) enum League {
        Team(Team),
        Player(Player),
        Match(Match),
    }

    #[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
    #[entity(table = League, pk = team, sk = "A")]
    pub(super) struct Team {
        pub(super) team: String,
    }

    #[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
    #[entity(table = League, pk = team, sk = "P#{player}")]
    pub(super) struct Player {
        pub(super) team: String,
        pub(super) player: u8,
    }

    #[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
    #[entity(table = League, pk = team, sk = "M#{day}")]
    pub(super) struct Match {
        pub(super) team: String,
        pub(super) day: u8,
    }

    #[derive(Collection, Debug, Clone, PartialEq)]
    #[collection(table = League, pk = team)]
    pub(super) struct Squad {
        pub(super) players: Vec<Player>,
        pub(super) team: Team,
    }
}

#[tokio::test]
async fn without_a_type_attribute_the_keys_tell_the_members() {
    use untyped::{League, Match, Player, Squad, Team};
    let db = table::<League>().await;
    let team = Team { team: "a".into() };
    let players = [1, 2].map(|player| Player {
        team: "a".into(),
        player,
    });
    team.put().send(&db).await.unwrap();
    for player in &players {
        player.put().send(&db).await.unwrap();
    }
    let day = Match {
        team: "a".into(),
        day: 1,
    };
    day.put().send(&db).await.unwrap();
    put(&db, [("team", text("a")), ("SK", text("COACH"))]).await;
    let squad = Squad::of("a").load_counted(&db).await.unwrap();
    assert_eq!((squad.others, squad.unknown), (1, 1));
    assert_eq!(
        squad.collection,
        Some(Squad {
            team,
            players: players.to_vec(),
        })
    );
}

#[derive(Collection, Debug, Clone, PartialEq)]
#[collection(table = Accounts, pk = "NOTE#{id}")]
struct Shelf {
    note: Option<Note2>,
}

#[tokio::test]
async fn what_has_expired_is_no_member() {
    let db: Db<Accounts> = table().await;
    let at = |seconds| {
        db.clone()
            .with_clock(move || dynamo_orm_tests::instant(seconds))
    };
    let note = Note2 {
        expires_at: Some(dynamo_orm_tests::instant(100)),
        ..dynamo_orm_tests::accounts::note("n")
    };
    note.put().send(&db).await.unwrap();
    let found = Shelf::of("n").load(&at(99)).await.unwrap().unwrap();
    assert_eq!(found.note, Some(note));
    assert_eq!(Shelf::of("n").load(&at(100)).await.unwrap(), None);
}
