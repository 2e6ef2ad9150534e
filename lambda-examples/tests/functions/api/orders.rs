//! Orders: placed, read and listed.

use std::time::Duration;

use dynamo_orm::local::{Engine, Tap};
use dynamo_orm::{Db, Entity};
use lambda_examples::handlers::api::App;
use lambda_examples::store::{CartLine, Order};
use serde_json::{Value, json};

use super::{Reply, app, app_on, ask, place, put, stock};
use crate::support::{order, stocked};

async fn list(app: &App, query: &str) -> Reply {
    ask("GET", &format!("/orders?{query}")).send(app).await
}

#[tokio::test]
async fn an_order_takes_stock_and_cart_in_one_transaction_once_for_each_key() {
    let app = app().await;
    put(&app, "kettle", 2).await;
    put(&app, "pot", 1).await;
    let first = place(&app, "k1", 9_000).await;
    assert_eq!(first.status, 201, "{first:?}");
    assert_eq!(first.header("location"), "/customers/ada/orders/k1");
    assert_eq!(
        (stock(&app, "kettle").await, stock(&app, "pot").await),
        (8, 1)
    );
    assert!(
        CartLine::of_customer("ada")
            .all(&app.db)
            .await
            .unwrap()
            .is_empty()
    );

    let again = place(&app, "k1", 9_000).await;
    assert_eq!((again.status, &again.body), (201, &first.body));
    assert_eq!(stock(&app, "kettle").await, 8);
    let read = ask("GET", "/customers/ada/orders/k1").send(&app).await;
    assert_eq!((read.status, &read.body), (200, &first.body));
    assert_eq!(
        place(&app, "k1", 1).await.status,
        422,
        "the key with another total"
    );
    assert_eq!(
        place(&app, "k2", 9_000).await.said(),
        (409, "the cart is empty")
    );
    assert_eq!(
        place(&app, "", 9_000).await.status,
        400,
        "an order needs a key"
    );
}

#[tokio::test]
async fn stock_is_never_oversold_and_a_refused_order_writes_nothing() {
    let app = app().await;
    put(&app, "kettle", 1).await;
    put(&app, "pot", 3).await;
    let refused = place(&app, "k1", 14_500).await;
    let said = "there are not 3 of pot any more at this price";
    assert_eq!(refused.said(), (409, said));
    assert_eq!(stock(&app, "kettle").await, 10);
    assert_eq!(Order::of_customer("ada").count(&app.db).await.unwrap(), 0);

    // The same key, once the cart has what can be bought.
    put(&app, "pot", 2).await;
    assert_eq!(place(&app, "k1", 10_500).await.status, 201);
    assert_eq!(
        (stock(&app, "kettle").await, stock(&app, "pot").await),
        (9, 0)
    );
}

#[tokio::test]
async fn an_order_costs_what_the_customer_was_shown() {
    let app = app().await;
    put(&app, "pot", 1).await;
    let refused = place(&app, "k1", 3_999).await;
    assert_eq!(refused.said(), (409, "the cart costs 4000, not 3999"));
}

#[tokio::test]
async fn an_order_whose_function_died_before_it_answered_is_found_again() {
    let app = app().await;
    put(&app, "pot", 1).await;
    // What the first attempt wrote, its record of the request gone.
    order("ada", "k1", 1).create().send(&app.db).await.unwrap();
    let found = place(&app, "k1", 2_500).await;
    assert_eq!((found.status, &found.body["cents"]), (201, &json!(2_500)));
    assert_eq!(stock(&app, "pot").await, 2);
}

#[tokio::test]
async fn an_order_of_another_total_is_not_taken_for_what_was_asked() {
    let app = app().await;
    put(&app, "pot", 1).await;
    order("ada", "k1", 1).create().send(&app.db).await.unwrap();
    let refused = place(&app, "k1", 4_000).await;
    let detail = "this Idempotency-Key was used for another request";
    assert_eq!(refused.said(), (422, detail));
    assert_eq!(stock(&app, "pot").await, 2);
}

#[tokio::test]
async fn open_orders_are_listed_oldest_first_with_signed_cursors() {
    let app = app().await;
    for id in ["o1", "o2", "o3"] {
        order("ada", id, 1).create().send(&app.db).await.unwrap();
    }
    let mut seen = Vec::new();
    let mut query = "status=placed&limit=2".to_owned();
    loop {
        let page = list(&app, &query).await;
        assert_eq!(page.status, 200, "{page:?}");
        let orders = page.body["orders"].as_array().unwrap();
        seen.extend(orders.iter().map(|o| o["id"].as_str().unwrap().to_owned()));
        let Some(cursor) = page.body["cursor"].as_str() else {
            break;
        };
        let other = list(&app, &format!("status=shipped&limit=2&cursor={cursor}")).await;
        assert_eq!(other.said(), (400, "the cursor is not one of this list"));
        let unsigned = app.db.clone().with_cursor_key([8; 32]).unwrap();
        let forged = format!("status=placed&cursor={cursor}");
        let forged = list(&App::new(unsigned), &forged).await;
        assert_eq!(forged.status, 400, "a cursor signed by somebody else");
        query = format!("status=placed&limit=2&cursor={cursor}");
    }
    assert_eq!(seen, ["o1", "o2", "o3"]);
    assert_eq!(list(&app, "status=placed&cursor=made-up").await.status, 400);
    assert_eq!(
        list(&app, "status=delivered").await.status,
        400,
        "they are not in the index"
    );
    assert_eq!(list(&app, "status=placed&limit=0").await.status, 400);
}

#[tokio::test]
async fn a_request_that_is_being_answered_elsewhere_is_a_conflict() {
    let app = app().await;
    put(&app, "pot", 1).await;
    let orders = dynamo_orm::Idempotency::new(&app.db, "orders/ada").lease(Duration::from_mins(1));
    let during = || async { Ok::<_, std::io::Error>(place(&app, "k1", 4_000).await.status) };
    let status: u16 = orders
        .run("k1", &json!({ "cents": 4_000 }), during)
        .await
        .unwrap();
    assert_eq!(status, 409);
}

#[tokio::test]
async fn a_price_or_a_cart_that_changes_after_it_was_read_is_not_bought() {
    let engine = Engine::memory().unwrap();
    let db = stocked(&engine).await;
    put(&app_on(db), "pot", 2).await;
    let stale = |operation: &str, json: Value| {
        let tap = Tap::new(engine.clone());
        tap.answer(operation, 200, json.to_string());
        app_on(Db::new(tap.client(), "Store"))
    };
    let key = json!({ "PK": { "S": "PRODUCT#pot" }, "SK": { "S": "PRODUCT" } });
    let mut pot = json!({ "Type": { "S": "Product" }, "sku": { "S": "pot" }, "name": { "S": "pot" },
        "cents": { "N": "3000" }, "stock": { "N": "2" } });
    pot["PK"] = key["PK"].clone();
    pot["SK"] = key["SK"].clone();
    let app = stale("BatchGetItem", json!({ "Responses": { "Store": [pot] } }));
    let refused = place(&app, "k1", 6_000).await;
    let said = "there are not 2 of pot any more at this price";
    assert_eq!(refused.said(), (409, said));

    let line = json!({ "PK": { "S": "CUSTOMER#ada" }, "SK": { "S": "CART#pot" }, "Type": { "S": "CartLine" },
        "customer": { "S": "ada" }, "sku": { "S": "pot" }, "quantity": { "N": "1" },
        "expires": { "N": "1999999999" } });
    let app = stale(
        "Query",
        json!({ "Items": [line], "Count": 1, "ScannedCount": 1 }),
    );
    let refused = place(&app, "k1", 4_000).await;
    assert_eq!(
        refused.said(),
        (409, "pot in the cart has changed meanwhile")
    );
    assert_eq!(stock(&app, "pot").await, 2);
}
