//! The projector, called as a function on the embedded engine.

use crate::support::{event, order, stocked};
use dynamo_orm::local::{Engine, Tap};
use dynamo_orm::stream::{Deadline, Outcome};
use dynamo_orm::{Db, Entity};
use lambda_examples::handlers::projector::router;
use lambda_examples::store::{Account, Day, Letter, Status, Store};
use serde_json::{Value, json};

async fn totals(db: &Db<Store>, customer: &str) -> Vec<(String, u64, u64)> {
    let days = Day::of_customer(customer).all(db).await.unwrap();
    let row = |day: Day| (day.date.to_string(), day.orders, day.cents);
    days.into_iter().map(row).collect()
}

async fn deliver(db: &Db<Store>, event: &str) -> Outcome {
    let router = router(db);
    router.process(event, Deadline::none()).await.unwrap()
}

#[tokio::test]
async fn orders_are_counted_by_customer_and_day_once_however_often_they_are_delivered() {
    let engine = Engine::memory().unwrap();
    let db = stocked(&engine).await;
    order("ada", "o1", 1).create().send(&db).await.unwrap();
    order("ada", "o2", 2).create().send(&db).await.unwrap();
    let mut late = order("ada", "o3", 1);
    late.placed_at += chrono::TimeDelta::days(1);
    late.create().send(&db).await.unwrap();
    order("grace", "o1", 1).create().send(&db).await.unwrap();

    let event = event(&engine);
    for _ in 0..3 {
        assert_eq!(deliver(&db, &event).await.checkpoint, None);
    }
    let day = |date: &str, orders, cents| (date.to_owned(), orders, cents);
    assert_eq!(
        totals(&db, "ada").await,
        [day("2026-05-05", 2, 7_500), day("2026-05-06", 1, 2_500)]
    );
    assert_eq!(totals(&db, "grace").await, [day("2026-05-05", 1, 2_500)]);
}

#[tokio::test]
async fn an_order_that_is_shipped_counts_once_and_one_that_is_cancelled_no_more() {
    let engine = Engine::memory().unwrap();
    let db = stocked(&engine).await;
    for (id, kettles, status) in [("o1", 1, Status::Shipped), ("o2", 3, Status::Cancelled)] {
        let placed = order("ada", id, kettles)
            .create()
            .returning_new()
            .send(&db)
            .await
            .unwrap();
        let mut changed = placed.clone();
        changed.status = status;
        changed.save(&placed).send(&db).await.unwrap();
    }
    let outcome = deliver(&db, &event(&engine)).await;
    assert_eq!(outcome.processed, 4);
    assert_eq!(
        totals(&db, "ada").await,
        [("2026-05-05".to_owned(), 1, 2_500)]
    );
}

#[tokio::test]
async fn what_cannot_be_read_becomes_a_letter_and_the_next_record_follows() {
    let engine = Engine::memory().unwrap();
    let db = stocked(&engine).await;
    let event = include_str!("../../events/projector.json");
    let torn = event.replacen(
        r#""cents": { "N": "5000" }"#,
        r#""cents": { "S": "much" }"#,
        1,
    );
    assert_ne!(torn, event);

    let outcome = deliver(&db, &torn).await;
    assert_eq!((outcome.dead_lettered, outcome.checkpoint), (1, None));
    let letters = Letter::of_function("projector").all(&db).await.unwrap();
    assert_eq!(letters.len(), 1);
    assert!(letters[0].reason.contains("cents"), "{}", letters[0].reason);
    assert_eq!(totals(&db, "grace").await.len(), 1);

    // Put right, it is processed again from the letter.
    let mended = letters[0]
        .record
        .replacen(r#"{ "S": "much" }"#, r#"{ "N": "5000" }"#, 1);
    assert_eq!(deliver(&db, &format!("[{mended}]")).await.processed, 1);
    assert_eq!(
        totals(&db, "ada").await,
        [("2026-05-05".to_owned(), 1, 5_000)]
    );
}

/// Two images near the limit of an item are a legal record, which no item can hold.
#[tokio::test]
async fn a_large_record_that_cannot_be_read_leaves_a_letter_of_its_keys() {
    let engine = Engine::memory().unwrap();
    let db = stocked(&engine).await;
    order("ada", "o1", 1).create().send(&db).await.unwrap();
    let mut event: Value = serde_json::from_str(&event(&engine)).unwrap();
    let records = event["Records"].as_array_mut().unwrap();
    let last = records.len() - 1;
    let change = &mut records[last]["dynamodb"];
    change["NewImage"]["cents"] = json!({"S": "much"});
    change["NewImage"]["note"] = json!({"S": "x".repeat(250_000)});
    let keys = change["Keys"].clone();
    change["OldImage"] = change["NewImage"].clone();
    records[last]["eventName"] = "MODIFY".into();
    let event = event.to_string();
    let (db, router) = (&db, router(&db));
    let outcome = router.process(&event, Deadline::none()).await.unwrap();
    assert_eq!((outcome.dead_lettered, outcome.checkpoint), (1, None));

    let letters = Letter::of_function("projector").all(db).await.unwrap();
    let letter = &letters[0];
    assert!(letter.cut_from_bytes.unwrap() > 500_000);
    assert!(letter.reason.contains("cents"), "{}", letter.reason);
    let kept: Value = serde_json::from_str(&letter.record).unwrap();
    assert_eq!(
        (&kept["eventName"], &kept["dynamodb"]["Keys"]),
        (&json!("MODIFY"), &keys)
    );
    assert!(kept["dynamodb"]["SequenceNumber"].is_string());
}

/// The mapping bisects, and gives up after ten attempts: one record whose total cannot be written, and one behind it.
#[tokio::test]
async fn a_record_that_always_fails_is_given_up_alone() {
    let engine = Engine::memory().unwrap();
    let db = stocked(&engine).await;
    for id in ["o1", "o2"] {
        order("ada", id, 1).create().send(&db).await.unwrap();
    }
    let records = engine.stream_records("Store").unwrap();
    let orders: Vec<&String> = records.iter().filter(|r| r.contains("ORDER#")).collect();
    let event = format!("[{},{}]", orders[0], orders[1]);
    let tap = Tap::new(engine);
    let refused = r#"{"__type":"com.amazon.coral.service#AccessDeniedException","Message":"no"}"#;
    tap.answer("TransactWriteItems", 400, refused);
    let db = Db::<Store>::new(tap.client(), db.table_name());
    let answer = router(&db).handle(&event, Deadline::none()).await;
    assert!(
        answer.is_err(),
        "a checkpoint at the first record has nothing to split at: after the last attempt Lambda drops the whole \
         batch, and the template says `BisectBatchOnFunctionError`, so the invocation has to fail; found {answer:?}"
    );
}

/// An order from before the projector's first record is cancelled (the stream keeps a day, orders live for longer).
#[tokio::test]
async fn an_order_that_was_never_counted_can_be_cancelled() {
    let engine = Engine::memory().unwrap();
    let db = stocked(&engine).await;
    let placed = order("ada", "o1", 1);
    let placed = placed.create().returning_new().send(&db).await.unwrap();
    let before = engine.stream_records("Store").unwrap().len();
    let mut cancelled = placed.clone();
    cancelled.status = Status::Cancelled;
    cancelled.save(&placed).send(&db).await.unwrap();
    let records = engine.stream_records("Store").unwrap();
    let event = format!("[{}]", records[before..].join(","));
    router(&db).process(&event, Deadline::none()).await.unwrap();
    let cart = Account::of("ada").load(&db).await;
    assert!(cart.is_ok(), "nor may the cart page fail: {cart:?}");
    let days = Day::of_customer("ada").all(&db).await;
    assert!(
        days.is_ok(),
        "the daily totals must stay readable: {days:?}"
    );
}
