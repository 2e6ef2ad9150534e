//! `TransactGetItems`: shapes, limits, and what gets in its way.

use dynamo_orm::{BatchGet, BatchWrite, Db, Entity, ErrorKind, Key, TransactGet};
use dynamo_orm_tests::orders::{Customer, Order, Orders, Ticket, day, id, order, ticket};
use dynamo_orm_tests::{instant, table, tapped};

fn key(number: u32) -> Key<Order> {
    Order::key(id("ada"), day(5, 1), number)
}

/// A cancellation for these reasons.
fn canceled(reasons: &[&str]) -> String {
    let reasons: Vec<String> = reasons
        .iter()
        .map(|code| format!(r#"{{"Code":"{code}","Message":"words about it"}}"#))
        .collect();
    format!(
        r#"{{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","Message":"cancelled","CancellationReasons":[{}]}}"#,
        reasons.join(",")
    )
}

#[tokio::test]
async fn the_answer_has_the_order_and_shape_of_the_keys() {
    let db: Db<Orders> = table().await;
    for number in [1, 2] {
        order("ada", day(5, 1), number)
            .put()
            .send(&db)
            .await
            .unwrap();
    }
    let keys = (
        Customer::key(id("ada")),
        vec![key(2), key(1), key(2), key(3)],
        Ticket::key(1u64),
    );
    let read = TransactGet::new(keys).send_metered(&db).await.unwrap();
    let (customer, orders, ticket) = read.value;
    assert_eq!((customer, ticket), (None, None));
    let numbers: Vec<Option<u32>> = orders.into_iter().map(|o| o.map(|o| o.number)).collect();
    assert_eq!(numbers, [Some(2), Some(1), Some(2), None]);
    assert_eq!(read.requests, 1);
    assert!(read.capacity.total > 0.0);
}

#[tokio::test]
async fn more_than_a_hundred_items_are_refused_with_their_number() {
    let (db, tap) = tapped::<Orders>().await;
    tap.clear();
    let keys = |n: u32| (0..n).map(key).collect::<Vec<_>>();
    let error = TransactGet::new(keys(101)).send(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.to_string().contains("101"), "{error}");
    assert_eq!(tap.requests().len(), 0);
    // The same key again is no item more.
    let read = TransactGet::new((keys(100), keys(1))).send(&db).await;
    assert_eq!(read.unwrap().0.len(), 100);
    let none: [Key<Order>; 0] = [];
    TransactGet::new(none).send(&db).await.unwrap();
    assert_eq!(tap.calls("TransactGetItems"), 1);
}

#[tokio::test]
async fn an_expired_item_is_missing_unless_asked_for() {
    let db: Db<Orders> = table().await;
    let db = db.with_clock(|| instant(100));
    let mut order = order("ada", day(5, 1), 1);
    order.expires_at = Some(instant(100));
    order.put().send(&db).await.unwrap();
    assert_eq!(TransactGet::new(key(1)).send(&db).await.unwrap(), None);
    let read = TransactGet::new(key(1)).including_expired().send(&db).await;
    assert_eq!(read.unwrap().map(|o| o.number), Some(1));
}

#[tokio::test(start_paused = true)]
async fn a_conflict_is_tried_again_and_then_told() {
    let (db, tap) = tapped::<Orders>().await;
    order("ada", day(5, 1), 2).put().send(&db).await.unwrap();
    let conflict = canceled(&["None", "TransactionConflict"]);
    let keys = || (Customer::key(id("ada")), key(2));
    for reasons in [&conflict, &canceled(&["ThrottlingError", "None"])] {
        tap.answer("TransactGetItems", 400, reasons.as_str());
    }
    let (_, order) = TransactGet::new(keys()).send(&db).await.unwrap();
    assert_eq!(order.map(|o| o.number), Some(2));
    assert_eq!(tap.calls("TransactGetItems"), 3);

    for _ in 0..2 {
        tap.answer("TransactGetItems", 400, conflict.as_str());
    }
    let error = TransactGet::new(keys())
        .attempts(2)
        .send(&db)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TransactionConflict);
    assert!(error.is_retryable());
    assert_eq!(error.entity(), Some("Order"));
    assert!(error.key().unwrap().contains("0000000002"), "{error}");
    assert_eq!(tap.calls("TransactGetItems"), 5);
}

#[tokio::test]
async fn another_reason_is_told_at_once_with_its_key() {
    let (db, tap) = tapped::<Orders>().await;
    let reasons = canceled(&["TransactionConflict", "ValidationError"]);
    tap.answer("TransactGetItems", 400, reasons);
    let keys = (Customer::key(id("ada")), key(2));
    let error = TransactGet::new(keys).send(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TransactionCanceled);
    assert_eq!(error.entity(), Some("Order"));
    assert!(error.to_string().contains("words about it"), "{error}");
    assert_eq!(tap.calls("TransactGetItems"), 1);
}

#[tokio::test]
async fn the_sdks_builders_send_the_same() {
    let (db, tap) = tapped::<Orders>().await;
    let keys = || (Customer::key(id("ada")), vec![key(1), key(2)]);
    let ticket = ticket(1);
    let write = || BatchWrite::new().put(&ticket).delete(key(1));
    tap.clear();
    for call in BatchGet::new(keys()).consistent().into_sdk(&db).unwrap() {
        call.send().await.unwrap();
    }
    for call in write().into_sdk(&db).unwrap() {
        call.send().await.unwrap();
    }
    let call = TransactGet::new(keys()).into_sdk(&db).unwrap();
    call.send().await.unwrap();
    let by_sdk = tap.requests();
    tap.clear();
    BatchGet::new(keys()).consistent().load(&db).await.unwrap();
    write().write_all(&db).await.unwrap();
    TransactGet::new(keys()).send(&db).await.unwrap();
    let json = |body: &str| serde_json::from_str::<serde_json::Value>(body).unwrap();
    assert_eq!(by_sdk.len(), 3);
    for (sdk, own) in by_sdk.iter().zip(tap.requests()) {
        assert_eq!(sdk.operation, own.operation);
        assert_eq!(json(&sdk.body), json(&own.body));
    }
}
