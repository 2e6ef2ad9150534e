//! The HTTP API, called as a function on the embedded engine.

use std::time::{Duration, SystemTime};

use dynamo_orm::local::{Engine, Tap};
use dynamo_orm::{Db, Entity, ErrorKind};
use lambda_examples::handlers::api::{App, handle, status_of};
use lambda_examples::store::{CartLine, Order, Product, Store};
use lambda_http::{Body, Request, Response};
use serde_json::{Value, json};

use crate::support::{noon, order, stocked};

fn tuesday() -> SystemTime {
    noon().into()
}

async fn app() -> App {
    let db = stocked(&Engine::memory().unwrap()).await;
    app_on(db)
}

fn app_on(db: Db<Store>) -> App {
    let db = db.with_clock(tuesday).with_cursor_key([7; 32]).unwrap();
    App::new(db).with_clock(tuesday)
}

/// A request as API Gateway sends it.
fn request(method: &str, path: &str, query: &str, key: &str, body: &Value) -> Request {
    let mut event: Value =
        serde_json::from_str(include_str!("../../events/api-place-order.json")).unwrap();
    event["rawPath"] = path.into();
    event["rawQueryString"] = query.into();
    event["headers"]["idempotency-key"] = key.into();
    event["body"] = body.to_string().into();
    event["requestContext"]["http"]["method"] = method.into();
    event["requestContext"]["http"]["path"] = path.into();
    let query: serde_json::Map<String, Value> = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
    event["queryStringParameters"] = query.into();
    lambda_http::request::from_str(&event.to_string()).unwrap()
}

fn parts(response: &Response<Body>) -> (u16, Value) {
    let (status, kind) = (
        response.status().as_u16(),
        response.headers()["content-type"].clone(),
    );
    let body: Value = serde_json::from_slice(response.body()).unwrap();
    let problem = status >= 400;
    let json = if problem {
        "application/problem+json"
    } else {
        "application/json"
    };
    assert_eq!(kind, json);
    if problem {
        assert_eq!(body["status"], status);
        assert!(body["title"].is_string());
    }
    (status, body)
}

async fn send(app: &App, method: &str, path: &str, body: Value) -> (u16, Value) {
    parts(&handle(app, request(method, path, "", "unused", &body)).await)
}

async fn put(app: &App, sku: &str, quantity: u32) {
    let path = format!("/customers/ada/cart/{sku}");
    let (status, body) = send(app, "PUT", &path, json!({ "quantity": quantity })).await;
    assert_eq!(status, 200, "{body}");
}

async fn place(app: &App, key: &str, cents: u64) -> (u16, Value) {
    let body = json!({ "cents": cents });
    parts(
        &handle(
            app,
            request("POST", "/customers/ada/orders", "", key, &body),
        )
        .await,
    )
}

async fn list(app: &App, query: &str) -> (u16, Value) {
    parts(&handle(app, request("GET", "/orders", query, "", &Value::Null)).await)
}

async fn stock(app: &App, sku: &str) -> u32 {
    Product::get(sku)
        .send(&app.db)
        .await
        .unwrap()
        .unwrap()
        .stock
}

#[tokio::test]
async fn the_sample_events_are_one_visit() {
    let app = app().await;
    for (event, status) in [
        (include_str!("../../events/api-create-customer.json"), 201),
        (include_str!("../../events/api-put-cart.json"), 200),
        (include_str!("../../events/api-place-order.json"), 201),
        (include_str!("../../events/api-list-orders.json"), 200),
    ] {
        let request = lambda_http::request::from_str(event).unwrap();
        let response = handle(&app, request).await;
        assert_eq!(response.status().as_u16(), status, "{:?}", response.body());
        if status == 200 && event.contains("/orders") {
            let listed: Value = serde_json::from_slice(response.body()).unwrap();
            assert_eq!(listed["orders"][0]["customer"], "mary");
        }
    }
}

#[tokio::test]
async fn a_customer_has_a_name_and_an_address_that_nobody_else_has() {
    let app = app().await;
    let new = |id: &str, email: &str| json!({ "id": id, "email": email, "name": "Mary" });
    let made = handle(
        &app,
        request(
            "POST",
            "/customers",
            "",
            "",
            &new("mary", "mary@example.com"),
        ),
    )
    .await;
    assert_eq!(made.headers()["location"], "/customers/mary");
    assert_eq!(made.status().as_u16(), 201);

    let (status, body) = send(&app, "POST", "/customers", new("mary", "m@example.com")).await;
    assert_eq!(
        (status, &body["detail"]),
        (409, &json!("there is such a customer already"))
    );
    let (status, body) = send(&app, "POST", "/customers", new("eve", "MARY@Example.com")).await;
    assert_eq!(
        (status, &body["detail"]),
        (409, &json!("this email is taken"))
    );
    assert!(
        !body.to_string().contains('#'),
        "no key of the table is shown: {body}"
    );
}

#[tokio::test]
async fn a_request_that_is_not_valid_is_told_of_everything_at_once() {
    let app = app().await;
    let bad = json!({ "id": "a#b", "email": "nowhere", "name": "" });
    let (status, body) = send(&app, "POST", "/customers", bad).await;
    assert_eq!(status, 400);
    let members: Vec<&str> = body["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["member"].as_str().unwrap())
        .collect();
    assert_eq!(members, ["id", "email", "name"]);

    let (status, _) = send(&app, "POST", "/customers", json!("a text")).await;
    assert_eq!(status, 400);
    let (status, _) = send(
        &app,
        "PUT",
        "/customers/ada/cart/pot",
        json!({ "quantity": 0 }),
    )
    .await;
    assert_eq!(status, 400);
    let (status, _) = place(&app, "", 1).await;
    assert_eq!(status, 400, "an order needs a key");
}

#[tokio::test]
async fn paths_and_methods_that_are_not_there_are_told_apart() {
    let app = app().await;
    assert_eq!(send(&app, "GET", "/nothing", json!({})).await.0, 404);
    let response = handle(&app, request("DELETE", "/orders", "", "", &Value::Null)).await;
    assert_eq!(response.headers()["allow"], "GET");
    assert_eq!(parts(&response).0, 405);
    assert_eq!(
        send(&app, "GET", "/customers/ada/orders/none", json!({}))
            .await
            .0,
        404
    );
}

#[tokio::test]
async fn a_cart_needs_a_customer_and_a_product_and_is_kept_for_thirty_days() {
    let app = app().await;
    put(&app, "kettle", 2).await;
    let line = CartLine::get("ada", "kettle")
        .send(&app.db)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((line.expires - noon()).num_days(), 30);

    let one = json!({ "quantity": 1 });
    let (status, body) = send(&app, "PUT", "/customers/eve/cart/pot", one.clone()).await;
    assert_eq!(
        (status, &body["detail"]),
        (404, &json!("there is no such customer"))
    );
    let (status, body) = send(&app, "PUT", "/customers/ada/cart/spoon", one).await;
    assert_eq!(
        (status, &body["detail"]),
        (404, &json!("there is no such product"))
    );
}

#[tokio::test]
async fn an_order_takes_stock_and_cart_in_one_transaction_once_for_each_key() {
    let app = app().await;
    put(&app, "kettle", 2).await;
    put(&app, "pot", 1).await;
    let (status, first) = place(&app, "k1", 9_000).await;
    assert_eq!(status, 201, "{first}");
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

    assert_eq!(place(&app, "k1", 9_000).await, (201, first.clone()));
    assert_eq!(stock(&app, "kettle").await, 8);
    assert_eq!(
        send(&app, "GET", "/customers/ada/orders/k1", json!({})).await,
        (200, first)
    );
    assert_eq!(
        place(&app, "k1", 1).await.0,
        422,
        "the key with another total"
    );
    assert_eq!(place(&app, "k2", 9_000).await.0, 409, "the cart is empty");
}

#[tokio::test]
async fn stock_is_never_oversold_and_a_refused_order_writes_nothing() {
    let app = app().await;
    put(&app, "kettle", 1).await;
    put(&app, "pot", 3).await;
    let (status, body) = place(&app, "k1", 14_500).await;
    assert_eq!(status, 409);
    assert_eq!(
        body["detail"],
        "there are not 3 of pot any more at this price"
    );
    assert_eq!(stock(&app, "kettle").await, 10);
    assert_eq!(Order::of_customer("ada").count(&app.db).await.unwrap(), 0);

    // The same key, once the cart has what can be bought.
    put(&app, "pot", 2).await;
    assert_eq!(place(&app, "k1", 10_500).await.0, 201);
    assert_eq!(
        (stock(&app, "kettle").await, stock(&app, "pot").await),
        (9, 0)
    );
}

#[tokio::test]
async fn an_order_costs_what_the_customer_was_shown() {
    let app = app().await;
    put(&app, "pot", 1).await;
    let (status, body) = place(&app, "k1", 3_999).await;
    assert_eq!(
        (status, &body["detail"]),
        (409, &json!("the cart costs 4000, not 3999"))
    );
}

#[tokio::test]
async fn an_order_whose_function_died_before_it_answered_is_found_again() {
    let app = app().await;
    put(&app, "pot", 1).await;
    // What the first attempt wrote, its record of the request gone.
    order("ada", "k1", 1).create().send(&app.db).await.unwrap();
    let (status, body) = place(&app, "k1", 4_000).await;
    assert_eq!((status, &body["cents"]), (201, &json!(2_500)));
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
        let (status, page) = list(&app, &query).await;
        assert_eq!(status, 200, "{page}");
        let orders = page["orders"].as_array().unwrap();
        seen.extend(orders.iter().map(|o| o["id"].as_str().unwrap().to_owned()));
        let Some(cursor) = page["cursor"].as_str() else {
            break;
        };
        let (status, _) = list(&app, &format!("status=shipped&limit=2&cursor={cursor}")).await;
        assert_eq!(status, 400, "a cursor of another list");
        let unsigned = app.db.clone().with_cursor_key([8; 32]).unwrap();
        let (status, _) = list(
            &App::new(unsigned),
            &format!("status=placed&cursor={cursor}"),
        )
        .await;
        assert_eq!(status, 400, "a cursor signed by somebody else");
        query = format!("status=placed&limit=2&cursor={cursor}");
    }
    assert_eq!(seen, ["o1", "o2", "o3"]);
    assert_eq!(list(&app, "status=placed&cursor=made-up").await.0, 400);
    assert_eq!(
        list(&app, "status=delivered").await.0,
        400,
        "they are not in the index"
    );
    assert_eq!(list(&app, "status=placed&limit=0").await.0, 400);
}

#[tokio::test]
async fn what_passes_is_503_and_what_does_not_is_500_and_neither_says_why() {
    let engine = Engine::memory().unwrap();
    stocked(&engine).await;
    for (code, status) in [
        ("ProvisionedThroughputExceededException", 503),
        ("AccessDeniedException", 500),
    ] {
        let tap = Tap::new(engine.clone());
        let app = app_on(Db::new(tap.client(), "Store"));
        for _ in 0..20 {
            let json = format!(r#"{{"__type":"x#{code}","message":"secret"}}"#);
            tap.answer("GetItem", 400, json);
        }
        let read = request("GET", "/customers/ada/orders/o1", "", "", &Value::Null);
        let response = handle(&app, read).await;
        assert_eq!(
            response.headers().contains_key("retry-after"),
            status == 503
        );
        let (got, body) = parts(&response);
        assert_eq!(got, status);
        assert!(!body.to_string().contains("secret"), "{body}");
    }
    assert_eq!(status_of(ErrorKind::Decode).as_u16(), 500);
    assert_eq!(status_of(ErrorKind::VersionConflict).as_u16(), 409);
}

#[tokio::test]
async fn a_request_that_is_being_answered_elsewhere_is_a_conflict() {
    let app = app().await;
    put(&app, "pot", 1).await;
    let orders = dynamo_orm::Idempotency::new(&app.db, "orders").lease(Duration::from_mins(1));
    let during = || async { Ok::<_, std::io::Error>(place(&app, "k1", 4_000).await.0) };
    let status: u16 = orders
        .run("ada/k1", &json!({ "cents": 4_000 }), during)
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
    let (status, body) = place(&app, "k1", 6_000).await;
    assert_eq!(status, 409);
    assert_eq!(
        body["detail"],
        "there are not 2 of pot any more at this price"
    );

    let line = json!({ "PK": { "S": "CUSTOMER#ada" }, "SK": { "S": "CART#pot" }, "Type": { "S": "CartLine" },
        "customer": { "S": "ada" }, "sku": { "S": "pot" }, "quantity": { "N": "1" },
        "expires": { "N": "1999999999" } });
    let app = stale(
        "Query",
        json!({ "Items": [line], "Count": 1, "ScannedCount": 1 }),
    );
    let (status, body) = place(&app, "k1", 4_000).await;
    assert_eq!(status, 409);
    assert_eq!(body["detail"], "pot in the cart has changed meanwhile");
    assert_eq!(stock(&app, "pot").await, 2);
}
