//! What becomes of orders.

use dynamo_orm::local::{Engine, Tap};
use dynamo_orm::{Db, Entity};
use lambda_examples::handlers::api::App;
use lambda_examples::store::{Line, Order, Product, Status};
use serde_json::{Value, json};

use super::{Reply, app, app_on, ask, place, put, stock};
use crate::support::{order, stocked};

async fn set(app: &App, status: &str, version: u64) -> Reply {
    let ask = ask("PUT", "/customers/ada/orders/k1/status").if_match(version);
    ask.json(json!({ "status": status }), app).await
}

async fn placed() -> App {
    let app = app().await;
    put(&app, "pot", 1).await;
    assert_eq!(place(&app, "k1", 4_000).await.status, 201);
    app
}

async fn listed(app: &App, status: &str) -> usize {
    let path = format!("/orders?status={status}");
    let reply = ask("GET", &path).send(app).await;
    reply.body["orders"].as_array().unwrap().len()
}

#[tokio::test]
async fn an_order_is_shipped_then_delivered_and_the_lists_keep_step() {
    let app = placed().await;
    let shipped = set(&app, "shipped", 1).await;
    assert_eq!((shipped.status, shipped.header("etag")), (200, "\"2\""));
    assert_eq!(
        (listed(&app, "placed").await, listed(&app, "shipped").await),
        (0, 1)
    );
    let delivered = set(&app, "delivered", 2).await;
    assert_eq!(
        (delivered.status, &delivered.body["status"]),
        (200, &json!("delivered"))
    );
    assert_eq!(listed(&app, "shipped").await, 0);
    let read = ask("GET", "/customers/ada/orders/k1").send(&app).await;
    assert_eq!(
        (read.header("etag"), &read.body),
        ("\"3\"", &delivered.body)
    );
}

#[tokio::test]
async fn an_order_goes_only_where_the_states_allow() {
    for (path, next, said) in [
        (vec![], "delivered", "a placed order cannot be delivered"),
        (
            vec!["shipped"],
            "placed",
            "a shipped order cannot be placed",
        ),
        (
            vec!["shipped"],
            "cancelled",
            "a shipped order cannot be cancelled",
        ),
        (
            vec!["shipped", "delivered"],
            "shipped",
            "a delivered order cannot be shipped",
        ),
        (
            vec!["cancelled"],
            "shipped",
            "a cancelled order cannot be shipped",
        ),
    ] {
        let app = placed().await;
        let mut version = 1;
        for status in path {
            assert_eq!(set(&app, status, version).await.status, 200);
            version += 1;
        }
        assert_eq!(set(&app, next, version).await.said(), (409, said));
    }
}

#[tokio::test]
async fn an_order_that_is_cancelled_gives_its_stock_back_once() {
    let app = placed().await;
    assert_eq!(stock(&app, "pot").await, 1);
    for _ in 0..2 {
        let cancelled = set(&app, "cancelled", 1).await;
        assert_eq!((cancelled.status, cancelled.header("etag")), (200, "\"2\""));
        assert_eq!(cancelled.body["version"], 2);
        assert_eq!(stock(&app, "pot").await, 2);
    }
    assert_eq!(listed(&app, "placed").await, 0);
}

#[tokio::test]
async fn whoever_comes_second_changes_nothing() {
    let engine = Engine::memory().unwrap();
    let db = stocked(&engine).await;
    let before = order("ada", "k1", 3);
    before.create().send(&db).await.unwrap();
    // Both have read the order before either has written it.
    let written = before.create().to_request(&db).unwrap();
    let mut read: Value = serde_json::from_str(written.body()).unwrap();
    let read = json!({ "Item": read["Item"].take() });
    let app = app_on(db);
    assert_eq!(set(&app, "shipped", 1).await.status, 200);
    for late in ["cancelled", "shipped"] {
        let tap = Tap::new(engine.clone());
        tap.answer("GetItem", 200, read.to_string());
        let app = app_on(Db::new(tap.client(), "Store"));
        assert_eq!(set(&app, late, 1).await.status, 412);
    }
    assert_eq!(stock(&app, "kettle").await, 10);
}

#[tokio::test]
async fn a_cancelled_order_whose_product_is_not_sold_any_more_is_cancelled_all_the_same() {
    let app = app().await;
    let mut both = order("ada", "k1", 3);
    both.lines.push(Line {
        sku: "teapot".into(),
        quantity: 1,
        cents: 1,
    });
    both.create().send(&app.db).await.unwrap();
    assert_eq!(set(&app, "cancelled", 1).await.status, 200);
    assert_eq!(stock(&app, "kettle").await, 13);
    assert!(
        Product::get("teapot")
            .send(&app.db)
            .await
            .unwrap()
            .is_none()
    );
    let order = Order::get("ada", "k1").send(&app.db).await.unwrap();
    assert_eq!(order.unwrap().status, Status::Cancelled);
}

#[tokio::test]
async fn a_transaction_whose_answer_is_lost_is_carried_out_once() {
    let engine = Engine::memory().unwrap();
    let db = stocked(&engine).await;
    order("ada", "k1", 3).create().send(&db).await.unwrap();
    let tap = Tap::new(engine);
    tap.lose_answer("TransactWriteItems");
    let app = app_on(Db::new(tap.client(), "Store"));
    assert_eq!(set(&app, "cancelled", 1).await.status, 200);
    assert_eq!(tap.calls("TransactWriteItems"), 2);
    assert_eq!(stock(&app, "kettle").await, 13);
}
