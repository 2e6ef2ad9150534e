//! The tasks of Step Functions, called as functions on the embedded engine.

use dynamo_orm::local::{Engine, Tap};
use dynamo_orm::{Db, Entity};
use lambda_examples::handlers::task::{Task, TaskError, handle};
use lambda_examples::store::{Line, Order, Product, Reservation, Store};
use lambda_runtime::Diagnostic;

use crate::support::{conflict, stocked};

fn reserve(lines: &[(&str, u32)]) -> Task {
    let line = |&(sku, quantity): &(&str, u32)| Line {
        sku: sku.into(),
        quantity,
        cents: if sku == "pot" { 4_000 } else { 2_500 },
    };
    Task::Reserve {
        id: "run-1".into(),
        customer: "ada".into(),
        lines: lines.iter().map(line).collect(),
    }
}

fn release() -> Task {
    Task::Release { id: "run-1".into() }
}

fn order(customer: &str) -> Task {
    let customer = customer.into();
    let id = "run-1".into();
    Task::Order { id, customer }
}

async fn stock(db: &Db<Store>, sku: &str) -> u32 {
    Product::get(sku).send(db).await.unwrap().unwrap().stock
}

#[tokio::test]
async fn stock_is_reserved_and_released_once_however_often_it_is_tried() {
    let db = stocked(&Engine::memory().unwrap()).await;
    for _ in 0..2 {
        let done = handle(&db, reserve(&[("kettle", 3), ("pot", 1)]))
            .await
            .unwrap();
        assert!(done.reserved);
        assert_eq!(
            (stock(&db, "kettle").await, stock(&db, "pot").await),
            (7, 1)
        );
    }
    for _ in 0..2 {
        assert!(!handle(&db, release()).await.unwrap().reserved);
        assert_eq!(
            (stock(&db, "kettle").await, stock(&db, "pot").await),
            (10, 2)
        );
    }
}

#[tokio::test]
async fn what_is_out_of_stock_has_a_name_that_a_state_can_catch_and_reserves_nothing() {
    let db = stocked(&Engine::memory().unwrap()).await;
    let error = handle(&db, reserve(&[("kettle", 1), ("pot", 3)]))
        .await
        .unwrap_err();
    assert!(
        matches!(&error, TaskError::OutOfStock(sku) if sku == "pot"),
        "{error:?}"
    );
    assert_eq!(Diagnostic::from(error).error_type, "OutOfStock");
    assert_eq!(stock(&db, "kettle").await, 10);
    assert!(Reservation::get("run-1").send(&db).await.unwrap().is_none());
}

#[tokio::test]
async fn a_task_that_can_never_be_done_says_so() {
    let db = stocked(&Engine::memory().unwrap()).await;
    for task in [
        reserve(&[]),
        reserve(&[("pot", 0)]),
        reserve(&[("pot", 1), ("pot", 1)]),
    ] {
        let error = handle(&db, task).await.unwrap_err();
        assert_eq!(Diagnostic::from(error).error_type, "InvalidRequest");
    }
}

#[tokio::test]
async fn what_is_reserved_is_ordered_once_and_not_released_any_more() {
    let db = stocked(&Engine::memory().unwrap()).await;
    handle(&db, reserve(&[("kettle", 3), ("pot", 1)]))
        .await
        .unwrap();
    for _ in 0..2 {
        assert!(!handle(&db, order("ada")).await.unwrap().reserved);
    }
    handle(&db, release()).await.unwrap();
    assert_eq!(
        (stock(&db, "kettle").await, stock(&db, "pot").await),
        (7, 1)
    );
    let made = Order::get("ada", "run-1").send(&db).await.unwrap().unwrap();
    assert_eq!((made.lines.len(), made.version), (2, 1));
    assert!(Reservation::get("run-1").send(&db).await.unwrap().is_none());
}

#[tokio::test]
async fn nothing_is_ordered_that_is_not_reserved_or_by_nobody() {
    let db = stocked(&Engine::memory().unwrap()).await;
    let error = handle(&db, order("ada")).await.unwrap_err();
    assert_eq!(error.name(), "InvalidRequest");
    handle(&db, reserve(&[("pot", 1)])).await.unwrap();
    let error = handle(&db, order("nobody")).await.unwrap_err();
    assert_eq!(error.to_string(), "it is reserved for another customer");
    assert!(Reservation::get("run-1").send(&db).await.unwrap().is_some());
}

#[tokio::test]
async fn an_order_of_the_same_name_is_not_taken_for_that_of_the_reservation() {
    let db = stocked(&Engine::memory().unwrap()).await;
    handle(&db, reserve(&[("pot", 1)])).await.unwrap();
    crate::support::order("ada", "run-1", 1)
        .create()
        .send(&db)
        .await
        .unwrap();
    let error = handle(&db, order("ada")).await.unwrap_err();
    assert_eq!(error.to_string(), "there is another order of this name");
    handle(&db, release()).await.unwrap();
    assert_eq!(stock(&db, "pot").await, 2);
}

#[tokio::test]
async fn a_release_that_meets_another_transaction_is_tried_again_and_not_taken_for_done() {
    let engine = Engine::memory().unwrap();
    let db = stocked(&engine).await;
    handle(&db, reserve(&[("pot", 1)])).await.unwrap();
    let tap = Tap::new(engine);
    for _ in 0..20 {
        tap.answer(
            "TransactWriteItems",
            400,
            conflict(&["TransactionConflict", "None"]),
        );
    }
    let busy = Db::new(tap.client(), "Store");
    tokio::time::pause();
    let error = handle(&busy, release()).await.unwrap_err();
    assert_eq!(error.name(), "TryAgain");
    handle(&db, release()).await.unwrap();
    assert_eq!(stock(&db, "pot").await, 2);
}

#[tokio::test]
async fn two_releases_at_a_time_give_back_once() {
    let engine = Engine::memory().unwrap();
    let db = stocked(&engine).await;
    handle(&db, reserve(&[("kettle", 3)])).await.unwrap();
    // Both have read the reservation before either has deleted it.
    let tap = Tap::new(engine);
    let other = Db::new(tap.client(), "Store");
    let read = r#"{"Item":{"PK":{"S":"RESERVATION#run-1"},"SK":{"S":"RESERVATION"},"Type":{"S":"Reservation"},
        "id":{"S":"run-1"},"customer":{"S":"ada"},"lines":{"L":[{"M":{"sku":{"S":"kettle"},"quantity":{"N":"3"},"cents":{"N":"0"}}}]}}}"#;
    tap.answer("GetItem", 200, read);
    handle(&db, release()).await.unwrap();
    assert!(!handle(&other, release()).await.unwrap().reserved);
    assert_eq!(stock(&db, "kettle").await, 10);
}

/// What is not sold any more has no stock; that of the others is given back.
#[tokio::test]
async fn a_reservation_is_released_also_when_a_product_is_gone() {
    let db = stocked(&Engine::memory().unwrap()).await;
    handle(&db, reserve(&[("kettle", 3), ("pot", 1)]))
        .await
        .unwrap();
    Product::delete("pot").send(&db).await.unwrap();
    assert!(!handle(&db, release()).await.unwrap().reserved);
    assert_eq!(stock(&db, "kettle").await, 10);
    assert!(Reservation::get("run-1").send(&db).await.unwrap().is_none());
}

#[tokio::test]
async fn a_price_that_was_not_agreed_has_a_name_and_reserves_nothing() {
    let db = stocked(&Engine::memory().unwrap()).await;
    Product::update("kettle")
        .set(|p| p.cents(), 2_600)
        .send(&db)
        .await
        .unwrap();
    let error = handle(&db, reserve(&[("pot", 1), ("kettle", 1)])).await;
    let error = error.unwrap_err();
    assert!(
        matches!(&error, TaskError::PriceChanged(sku) if sku == "kettle"),
        "{error:?}"
    );
    assert_eq!(Diagnostic::from(error).error_type, "PriceChanged");
    assert_eq!(stock(&db, "pot").await, 2);
}

#[tokio::test]
async fn nothing_is_reserved_that_could_not_be_ordered() {
    let db = stocked(&Engine::memory().unwrap()).await;
    let mut of_nobody = reserve(&[("pot", 1)]);
    if let Task::Reserve { customer, .. } = &mut of_nobody {
        *customer = "nobody".into();
    }
    let error = handle(&db, of_nobody).await.unwrap_err();
    assert_eq!(error.to_string(), "there is no such customer");

    let ordered = crate::support::order("ada", "run-1", 1);
    ordered.create().send(&db).await.unwrap();
    let error = handle(&db, reserve(&[("pot", 1)])).await.unwrap_err();
    assert_eq!(error.to_string(), "there is another order of this name");
    assert_eq!(error.name(), "InvalidRequest");
    assert_eq!(stock(&db, "pot").await, 2);
}
