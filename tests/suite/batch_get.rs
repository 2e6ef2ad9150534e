//! `BatchGetItem`: shapes, duplicates, chunks, what is left undone, and what does not fit.

use aws_sdk_dynamodb::types::AttributeValue;
use dynamo_orm::{AnyKey, BatchGet, BatchWrite, Db, Entity, ErrorKind, Key, Lookup, Table};
use dynamo_orm_tests::orders::{Customer, Order, Orders, Ticket, day, id, order, ticket};
use dynamo_orm_tests::{instant, sdk_key, table, tapped};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

fn ada() -> Customer {
    Customer {
        id: id("ada"),
        name: "Ada".into(),
    }
}

fn key(number: u32) -> Key<Order> {
    Order::key(id("ada"), day(5, 1), number)
}

fn numbers(orders: impl IntoIterator<Item = Option<Order>>) -> Vec<Option<u32>> {
    orders.into_iter().map(|o| o.map(|o| o.number)).collect()
}

async fn filled(db: &Db<Orders>, orders: &[u32]) {
    ada().put().send(db).await.unwrap();
    let orders: Vec<Order> = orders.iter().map(|n| order("ada", day(5, 1), *n)).collect();
    BatchWrite::new()
        .put_all(&orders)
        .write_all(db)
        .await
        .unwrap();
}

/// `{"Orders":{"Keys":[…]}}` of these orders.
fn keys_json(orders: &[u32]) -> String {
    let keys: Vec<String> = orders.iter().map(|n| key(*n).to_json().unwrap()).collect();
    format!(r#"{{"Orders":{{"Keys":[{}]}}}}"#, keys.join(","))
}

fn nothing_but_unprocessed(orders: &[u32]) -> String {
    format!(
        r#"{{"Responses":{{"Orders":[]}},"UnprocessedKeys":{}}}"#,
        keys_json(orders)
    )
}

#[tokio::test]
async fn the_answer_has_the_order_and_shape_of_the_keys() {
    let db: Db<Orders> = table().await;
    filled(&db, &[1, 2, 3]).await;
    let keys = (
        vec![key(3), key(9), key(1), key(3)],
        Customer::key(id("ada")),
        [Ticket::key(1u64), Ticket::key(2u64)],
        (key(1),),
    );
    let (orders, customer, tickets, (one,)) = BatchGet::new(keys).load(&db).await.unwrap();
    assert_eq!(numbers(orders), [Some(3), None, Some(1), Some(3)]);
    assert_eq!(customer, Some(ada()));
    assert_eq!(tickets, [None, None]);
    assert_eq!(one.map(|o| o.number), Some(1));
}

#[tokio::test]
async fn any_keys_give_the_tables_enum() {
    let db: Db<Orders> = table().await;
    filled(&db, &[1]).await;
    let keys: Vec<AnyKey<Orders>> = vec![
        Ticket::key(1u64).into(),
        Customer::key(id("ada")).into(),
        key(1).into(),
    ];
    let items = BatchGet::new(keys.clone()).load(&db).await.unwrap();
    assert_eq!(items.len(), 3);
    assert_eq!(items[0], None);
    assert_eq!(items[1], Some(Orders::Customer(ada())));
    assert!(matches!(&items[2], Some(Orders::Order(o)) if o.number == 1));
    let lookups = BatchGet::new(keys).load_partial(&db).await.unwrap();
    assert!(lookups[0].is_missing() && !lookups[1].is_missing());
}

#[tokio::test]
async fn many_keys_are_read_in_chunks_of_a_hundred() {
    let db: Db<Orders> = table().await;
    let all: Vec<u32> = (0..205).collect();
    filled(&db, &all).await;
    let keys: Vec<Key<Order>> = all.iter().rev().map(|n| key(*n)).collect();
    let read = BatchGet::new(keys).load_metered(&db).await.unwrap();
    let wanted: Vec<Option<u32>> = all.iter().rev().map(|n| Some(*n)).collect();
    assert_eq!(numbers(read.value), wanted);
    assert_eq!(read.requests, 3);
    assert!(read.capacity.total >= 102.5, "{:?}", read.capacity);
}

#[tokio::test]
async fn no_keys_need_no_request() {
    let (db, tap) = tapped::<Orders>().await;
    let none: Vec<Key<Order>> = Vec::new();
    let read = BatchGet::new(none).load_metered(&db).await.unwrap();
    assert_eq!((read.value.len(), read.requests), (0, 0));
    assert_eq!(tap.calls("BatchGetItem"), 0);
}

#[tokio::test]
async fn a_consistent_read_costs_twice() {
    let db: Db<Orders> = table().await;
    filled(&db, &[1]).await;
    let late = BatchGet::new(key(1)).load_metered(&db).await.unwrap();
    let now = BatchGet::new(key(1)).consistent().load_metered(&db).await;
    let now = now.unwrap();
    assert_eq!(late.value, now.value);
    assert!((now.capacity.total - 2.0 * late.capacity.total).abs() < 1e-9);
}

#[derive(Table, Debug)]
#[table(pk = "pk", sk(sk: N))]
enum Scale {
    Mark(Mark),
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Scale, pk = "MARKS#{name}", sk = "{weight}")]
struct Mark {
    name: String,
    weight: Decimal,
}

#[tokio::test]
async fn a_number_in_another_spelling_is_the_same_key() {
    let db: Db<Scale> = table().await;
    let mark = |units, scale| Mark {
        name: "a".into(),
        weight: Decimal::new(units, scale),
    };
    mark(10, 1).put().send(&db).await.unwrap();
    let keys = (
        Mark::key("a", Decimal::new(100, 2)),
        vec![
            Mark::key("a", Decimal::new(1, 0)),
            Mark::key("a", Decimal::new(11, 1)),
        ],
    );
    let read = BatchGet::new(keys).load(&db).await.unwrap();
    assert_eq!(read.0.map(|m| m.weight), Some(Decimal::ONE));
    assert_eq!(read.1[0].as_ref().map(|m| m.weight), Some(Decimal::ONE));
    assert_eq!(read.1[1], None);
    let same = [mark(10, 1), mark(1, 0)];
    let twice = BatchWrite::new().put_all(&same).write_all(&db).await;
    assert_eq!(twice.unwrap_err().error().kind(), ErrorKind::InvalidRequest);
}

#[tokio::test]
async fn an_expired_item_is_missing_unless_asked_for() {
    let db: Db<Orders> = table().await;
    let db = db.with_clock(|| instant(100));
    let mut orders = [1, 2].map(|n| order("ada", day(5, 1), n));
    orders[0].expires_at = Some(instant(100));
    orders[1].expires_at = Some(instant(101));
    BatchWrite::new()
        .put_all(&orders)
        .write_all(&db)
        .await
        .unwrap();
    let keys = || [key(1), key(2)];
    let read = BatchGet::new(keys()).load(&db).await.unwrap();
    assert_eq!(numbers(read), [None, Some(2)]);
    let read = BatchGet::new(keys()).load_partial(&db).await.unwrap();
    assert!(read[0].is_missing());
    let read = BatchGet::new(keys()).including_expired().load(&db).await;
    assert_eq!(numbers(read.unwrap()), [Some(1), Some(2)]);
}

#[tokio::test]
async fn one_item_that_does_not_fit_is_named_and_loses_no_other() {
    let db: Db<Orders> = table().await;
    filled(&db, &[1]).await;
    db.client()
        .put_item()
        .table_name(db.table_name())
        .set_item(Some(sdk_key("TICKET#00000000000000000007", "TICKET")))
        .item("_type", AttributeValue::S("Ticket".into()))
        .send()
        .await
        .unwrap();
    let keys = || (key(1), vec![Ticket::key(7u64)], Customer::key(id("ada")));
    let error = BatchGet::new(keys()).load(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(error.entity(), Some("Ticket"));
    assert!(error.key().unwrap().contains("TICKET#"), "{error}");
    let (first, bad, last) = BatchGet::new(keys()).load_partial(&db).await.unwrap();
    assert!(matches!(first, Lookup::Found(_)) && matches!(last, Lookup::Found(_)));
    assert!(
        matches!(&bad[0], Lookup::Unreadable(e) if e.kind() == ErrorKind::Decode && e.key().is_some())
    );
}

#[tokio::test(start_paused = true)]
async fn only_what_was_left_undone_is_asked_for_again() {
    let (db, tap) = tapped::<Orders>().await;
    let all: Vec<u32> = (0..150).collect();
    filled(&db, &all).await;
    tap.clear();
    // One key of the first chunk, two of the second: one request more.
    tap.answer("BatchGetItem", 200, nothing_but_unprocessed(&[7]));
    tap.answer("BatchGetItem", 200, nothing_but_unprocessed(&[107, 108]));
    let keys: Vec<Key<Order>> = all.iter().map(|n| key(*n)).collect();
    let read = BatchGet::new(keys)
        .concurrency(1)
        .load_metered(&db)
        .await
        .unwrap();
    assert_eq!(read.requests, 3);
    let found: Vec<u32> = numbers(read.value).into_iter().flatten().collect();
    assert_eq!(found, [7, 107, 108]);
    let last = tap.requests().pop().unwrap();
    assert_eq!(
        last.body.matches("CUSTOMER#ada").count(),
        3,
        "{}",
        last.body
    );
}

#[tokio::test(start_paused = true)]
async fn progress_does_not_use_up_the_attempts() {
    let (db, tap) = tapped::<Orders>().await;
    filled(&db, &[1, 2, 3, 4]).await;
    let item = |n: u32| {
        format!(
            r#"{{"PK":{{"S":"TICKET#{n:020}"}},"SK":{{"S":"TICKET"}},"_type":{{"S":"Ticket"}},"id":{{"N":"{n}"}},"team":{{"S":"core"}},"priority":{{"N":"5"}},"state":{{"S":"New"}},"title":{{"S":"it hurts"}}}}"#
        )
    };
    let keys: Vec<Key<Ticket>> = (0..5u64).map(Ticket::key).collect();
    for n in 0..4_u32 {
        let left: Vec<String> = keys[n as usize + 1..]
            .iter()
            .map(|k| k.to_json().unwrap())
            .collect();
        tap.answer("BatchGetItem", 200, format!(
            r#"{{"Responses":{{"Orders":[{}]}},"UnprocessedKeys":{{"Orders":{{"Keys":[{}]}}}}}}"#,
            item(n), left.join(",")
        ));
    }
    let read = BatchGet::new(keys).attempts(2).load(&db).await.unwrap();
    let found: Vec<Option<Ticket>> = (0..4).map(|n| Some(ticket(n))).chain([None]).collect();
    assert_eq!(read, found);
}

#[tokio::test(start_paused = true)]
async fn what_stays_undone_is_no_missing_item() {
    let (db, tap) = tapped::<Orders>().await;
    filled(&db, &[1]).await;
    let keys = || (key(1), vec![key(2), key(3), key(2)]);
    let stubborn = |answers| {
        for _ in 0..answers {
            tap.answer("BatchGetItem", 200, nothing_but_unprocessed(&[2, 3]));
        }
    };
    stubborn(3);
    let error = BatchGet::new(keys())
        .attempts(2)
        .load(&db)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unprocessed);
    assert!(error.is_retryable());
    assert_eq!(error.entity(), Some("Order"));
    assert!(error.key().unwrap().contains("0000000002"), "{error}");
    assert!(error.to_string().contains("2 of 3 keys"), "{error}");
    assert_eq!(tap.calls("BatchGetItem"), 3);

    stubborn(3);
    let (first, rest) = BatchGet::new(keys())
        .attempts(2)
        .load_partial(&db)
        .await
        .unwrap();
    assert!(first.is_missing(), "the canned answer has no item");
    let left: Vec<Key<Order>> = rest.into_iter().filter_map(Lookup::unprocessed).collect();
    assert_eq!(left.len(), 3);
    let read = BatchGet::new(left).load(&db).await.unwrap();
    assert_eq!(numbers(read), [None, None, None]);
}

#[tokio::test(start_paused = true)]
async fn a_throttled_request_is_sent_again() {
    const THROTTLED: &str = r#"{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"slow down"}"#;
    let (db, tap) = tapped::<Orders>().await;
    filled(&db, &[1]).await;
    // The SDK's own three attempts, then one of ours.
    for _ in 0..3 {
        tap.answer("BatchGetItem", 400, THROTTLED);
    }
    let read = BatchGet::new(key(1)).load(&db).await.unwrap();
    assert_eq!(read.map(|o| o.number), Some(1));
    for _ in 0..6 {
        tap.answer("BatchGetItem", 400, THROTTLED);
    }
    let error = BatchGet::new(key(1))
        .attempts(2)
        .load(&db)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unprocessed);
    let source = std::error::Error::source(&error).unwrap();
    assert!(source.to_string().contains("slow down"), "{source}");
}

#[tokio::test(start_paused = true)]
async fn a_lost_connection_loses_no_other_chunk() {
    let (db, tap) = tapped::<Orders>().await;
    let all: Vec<u32> = (0..150).collect();
    filled(&db, &all).await;
    let keys = || all.iter().map(|n| key(*n)).collect::<Vec<_>>();
    let lose = || (0..3).for_each(|_| tap.disconnect("BatchGetItem"));
    lose();
    let error = BatchGet::new(keys())
        .concurrency(1)
        .load(&db)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport);
    lose();
    let read = BatchGet::new(keys())
        .concurrency(1)
        .load_partial(&db)
        .await
        .unwrap();
    let found = read.iter().map(|l| matches!(l, Lookup::Found(_)));
    assert_eq!(found.filter(|f| *f).count(), 50);
    let left = read.into_iter().filter_map(Lookup::unprocessed);
    assert_eq!(left.count(), 100);
}

#[tokio::test]
async fn a_wrong_key_and_a_wrong_table_are_errors() {
    let (db, tap) = tapped::<Orders>().await;
    tap.clear();
    let keys = (key(1), Customer::key(id("")));
    let error = BatchGet::new(keys).load(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidKey);
    assert_eq!(error.entity(), Some("Customer"));
    assert_eq!(error.path(), Some("id"));
    assert_eq!(tap.requests().len(), 0);
    let elsewhere = Db::<Orders>::new(db.client().clone(), "no-such-table");
    let error = BatchGet::new(key(1)).load_partial(&elsewhere).await;
    let error = error.unwrap_err();
    assert_eq!(error.code(), Some("ResourceNotFoundException"));
}
