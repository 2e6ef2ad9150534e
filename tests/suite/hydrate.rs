//! Whole items behind an index that carries only keys, and keys by themselves.

use dynamo_orm::{BatchWrite, Db, Entity, ErrorKind, Key, Projection, Table};
use dynamo_orm_tests::orders::{
    ByCoupon, Counter, Order, Orders, Score, Ticket, day, id, order, ticket,
};
use dynamo_orm_tests::{instant, sdk_key, table, tapped};
use serde::{Deserialize, Serialize};

#[derive(Projection, Debug, PartialEq)]
#[projection(of = Order, index = ByCoupon)]
struct Redeemed {
    coupon: Option<String>,
}

async fn filled(db: &Db<Orders>, coupons: &[Option<&str>]) -> Vec<Order> {
    let orders: Vec<Order> = (0..)
        .zip(coupons)
        .map(|(n, coupon)| Order {
            coupon: coupon.map(str::to_owned),
            ..order("ada", day(5, 1), n)
        })
        .collect();
    BatchWrite::new()
        .put_all(&orders)
        .write_all(db)
        .await
        .unwrap();
    orders
}

fn numbers(orders: &[Order]) -> Vec<u32> {
    orders.iter().map(|o| o.number).collect()
}

#[tokio::test]
async fn whole_items_come_in_the_order_of_the_index() {
    let db: Db<Orders> = table().await;
    let db = db.with_clock(|| std::time::UNIX_EPOCH);
    let orders = filled(&db, &[Some("X"), None, Some("X"), Some("Y"), Some("X")]).await;
    let found = Order::by_coupon("X").keys().all(&db).await.unwrap();
    assert_eq!(found.len(), 3);
    let hydrated = Order::by_coupon("X")
        .hydrate()
        .load_metered(&db)
        .await
        .unwrap();
    assert_eq!(hydrated.requests, 2);
    let items = hydrated.value.items;
    let order_of = |keys: &[Key<Order>]| -> Vec<String> {
        keys.iter().map(|k| k.to_json().unwrap()).collect()
    };
    let keys: Vec<Key<Order>> = items.iter().map(Entity::to_key).collect();
    assert_eq!(order_of(&keys), order_of(&found));
    for item in &items {
        assert_eq!(item, &orders[item.number as usize]);
    }
    let redeemed = Order::by_coupon("Y").project::<Redeemed>().all(&db).await;
    let coupon = Some("Y".to_owned());
    assert_eq!(redeemed.unwrap(), [Redeemed { coupon }]);
}

#[tokio::test]
async fn pages_go_on_by_cursor_and_take_makes_up_for_what_is_gone() {
    let (db, tap) = tapped::<Orders>().await;
    filled(&db, &[Some("X"); 5]).await;
    let all = Order::by_coupon("X").hydrate().all(&db).await.unwrap();
    let order = numbers(&all);
    let mut cursor = None;
    let mut seen = Vec::new();
    loop {
        let page = Order::by_coupon("X").limit(2).start_at(cursor).hydrate();
        let page = page.page(&db).await.unwrap();
        assert!(page.items.len() <= 2);
        seen.extend(numbers(&page.items));
        cursor = page.cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, order);

    // Of the first three one is gone by the time the items are read.
    let gone = r#"{"Responses":{"Orders":[]}}"#;
    tap.answer("BatchGetItem", 200, gone);
    let page = Order::by_coupon("X")
        .take(2)
        .hydrate()
        .load(&db)
        .await
        .unwrap();
    assert_eq!(numbers(&page.items), order[2..4]);
    let rest = Order::by_coupon("X").start_at(page.cursor).hydrate();
    assert_eq!(numbers(&rest.all(&db).await.unwrap()), order[4..]);
}

#[tokio::test]
async fn nothing_found_needs_no_second_request() {
    let (db, tap) = tapped::<Orders>().await;
    let none = Order::by_coupon("X").hydrate().all(&db).await.unwrap();
    assert!(none.is_empty());
    assert_eq!((tap.calls("Query"), tap.calls("BatchGetItem")), (1, 0));
}

#[tokio::test]
async fn expired_items_are_left_out_unless_asked_for() {
    let db: Db<Orders> = table().await;
    let db = db.with_clock(|| instant(100));
    let mut order = order("ada", day(5, 1), 1);
    order.coupon = Some("X".into());
    order.expires_at = Some(instant(50));
    order.put().send(&db).await.unwrap();
    let live = Order::by_coupon("X").hydrate().all(&db).await.unwrap();
    assert!(live.is_empty());
    let all = Order::by_coupon("X")
        .hydrate()
        .including_expired()
        .all(&db)
        .await;
    assert_eq!(numbers(&all.unwrap()), [1]);
}

#[tokio::test]
async fn keys_are_read_back_from_every_kind_of_index() {
    let db: Db<Orders> = table().await;
    let score = Score {
        player: "a#b%".into(),
        game: "go".into(),
        score: Some(-3),
    };
    let counter = Counter {
        name: "n#1".into(),
        hits: 1,
        last: None,
    };
    BatchWrite::new()
        .put(&score)
        .put(&ticket(7))
        .put(&counter)
        .write_all(&db)
        .await
        .unwrap();
    macro_rules! same {
        ($query:expr, $entity:expr) => {
            let keys = $query.keys().all(&db).await.unwrap();
            let json: Vec<String> = keys.iter().map(|k| k.to_json().unwrap()).collect();
            assert_eq!(json, [$entity.to_key().to_json().unwrap()]);
            assert_eq!($query.hydrate().all(&db).await.unwrap(), [$entity]);
        };
    }
    same!(Score::ranking("go"), score);
    same!(Ticket::queue("core"), ticket(7));
    same!(Counter::all_counters(), counter);
    let mut one = order("ada", day(5, 1), 3);
    one.put().send(&db).await.unwrap();
    one = Order::get(id("ada"), day(5, 1), 3)
        .send(&db)
        .await
        .unwrap()
        .unwrap();
    same!(Order::by_total(id("ada")), one.clone());
    same!(Order::by_customer(id("ada")), one);
}

#[derive(Table, Debug, Clone, PartialEq)]
#[table(pk = "PK", sk = "SK", gsi(ByWord, pk = "word", projection = KeysOnly))]
enum Names {
    Name(Name),
    Nick(Nick),
}

/// Its partition key holds the beginning of what its sort key holds.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Names, pk = "NAMES#{name:.1}", sk = "NAME#{name}",
         index(ByWord, pk = word, query = names_by_word))]
struct Name {
    name: String,
    word: String,
}

/// The other way round; in the same partitions of the index.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Names, pk = "NICK#{name}", sk = "NICK#{name:.1}",
         index(ByWord, pk = word, query = nicks_by_word))]
struct Nick {
    name: String,
    word: String,
}

#[tokio::test]
async fn a_key_that_holds_part_of_a_field_is_read_back_whole() {
    let db: Db<Names> = table().await;
    let name = Name {
        name: "ada".into(),
        word: "x".into(),
    };
    let nick = Nick {
        name: "bob".into(),
        word: "x".into(),
    };
    BatchWrite::new()
        .put(&name)
        .put(&nick)
        .write_all(&db)
        .await
        .unwrap();
    let names = Name::names_by_word("x").hydrate().all(&db).await.unwrap();
    assert_eq!(names, [name]);
    let nicks = Nick::nicks_by_word("x").hydrate().all(&db).await.unwrap();
    assert_eq!(nicks, [nick]);
}

#[tokio::test]
async fn a_key_that_no_entity_writes_is_an_error_of_its_own() {
    let db: Db<Orders> = table().await;
    filled(&db, &[Some("X")]).await;
    for sort_key in ["ORDER#2026-05-01#7", "ORDER#2026-5-1#0000000007"] {
        db.client()
            .put_item()
            .table_name(db.table_name())
            .set_item(Some(sdk_key("CUSTOMER#ada", sort_key)))
            .item(
                "coupon",
                aws_sdk_dynamodb::types::AttributeValue::S("X".into()),
            )
            .send()
            .await
            .unwrap();
    }
    let error = Order::by_coupon("X").hydrate().all(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!((error.entity(), error.path()), (Some("Order"), Some("SK")));
    let keys = Order::by_coupon("X")
        .keys()
        .results()
        .all(&db)
        .await
        .unwrap();
    assert_eq!(keys.iter().filter(|key| key.is_ok()).count(), 1);
    assert_eq!(keys.len(), 3);
}
