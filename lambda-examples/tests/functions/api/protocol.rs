//! What holds for every route.

use dynamo_orm::local::{Engine, Tap};
use dynamo_orm::{Db, Entity, ErrorKind};
use lambda_examples::handlers::api::{MAX_BODY_BYTES, status_of};
use serde_json::json;

use super::{app, app_on, ask, put};
use crate::support::{conflict, order, stocked};

#[tokio::test]
async fn a_request_that_is_not_valid_is_told_of_everything_at_once() {
    let app = app().await;
    let bad = json!({ "id": "a#b", "email": "nowhere", "name": "" });
    let reply = ask("POST", "/customers").key("k1").json(bad, &app).await;
    assert_eq!(reply.status, 400);
    let members: Vec<&str> = reply.body["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["member"].as_str().unwrap())
        .collect();
    assert_eq!(members, ["id", "email", "name"]);

    let none = ask("PUT", "/customers/ada/cart/pot");
    assert_eq!(none.json(json!({ "quantity": 0 }), &app).await.status, 400);
}

#[tokio::test]
async fn bodies_that_cannot_be_read_are_problems_too() {
    let app = app().await;
    let line = || ask("PUT", "/customers/ada/cart/pot");
    for (body, status) in [
        ("{\"quantity\": ", 400),
        ("", 400),
        ("\"a text\"", 400),
        ("{\"quantity\": -1}", 400),
        ("{\"quantity\": 1, \"price\": 1}", 400),
        (&" ".repeat(MAX_BODY_BYTES + 1), 413),
    ] {
        let reply = line().text(body).send(&app).await;
        assert_eq!(reply.status, status, "{body}: {reply:?}");
    }
    let form = line()
        .text("quantity=1")
        .header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(form.send(&app).await.status, 415);
}

#[tokio::test]
async fn paths_that_cannot_be_read_are_problems_too() {
    let app = app().await;
    let twice = ask("GET", "/orders?status=placed&status=shipped");
    assert_eq!(twice.send(&app).await.status, 400);
    assert_eq!(ask("GET", "/products/%ff").send(&app).await.status, 400);
    // What a key cannot hold is no name of anything.
    let long = format!("/products/{}", "x".repeat(3_000));
    assert_eq!(ask("GET", &long).send(&app).await.status, 400);
    assert_eq!(ask("GET", "/products/a%23b").send(&app).await.status, 404);
}

#[tokio::test]
async fn paths_and_methods_that_are_not_there_are_told_apart() {
    let app = app().await;
    assert_eq!(ask("GET", "/nothing").send(&app).await.status, 404);
    assert_eq!(ask("GET", "/").send(&app).await.status, 404);
    let none = ask("GET", "/customers/ada/orders/none").send(&app).await;
    assert_eq!(none.said(), (404, "there is no such order"));
    for (path, allowed) in [
        ("/orders", "GET,HEAD"),
        ("/customers/ada", "GET,HEAD,PUT"),
        ("/customers/ada/cart/pot", "PUT,DELETE"),
    ] {
        let reply = ask("PATCH", path).send(&app).await;
        assert_eq!((reply.status, reply.header("allow")), (405, allowed));
    }
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
        let reply = ask("GET", "/customers/ada/orders/o1").send(&app).await;
        assert_eq!(reply.status, status);
        assert_eq!(reply.headers.contains_key("retry-after"), status == 503);
        assert!(!reply.body.to_string().contains("secret"), "{reply:?}");
    }
    assert_eq!(status_of(ErrorKind::Decode).as_u16(), 500);
    assert_eq!(status_of(ErrorKind::VersionConflict).as_u16(), 412);
}

#[tokio::test]
async fn what_changes_something_seen_says_which_version_was_seen() {
    let app = app().await;
    put(&app, "pot", 1).await;
    super::place(&app, "k1", 4_000).await;
    let ship = || ask("PUT", "/customers/ada/orders/k1/status");
    let body = json!({ "status": "shipped" });
    assert_eq!(ship().json(body.clone(), &app).await.status, 428);
    for (tag, status) in [
        ("1", 400),
        ("", 400),
        ("\"1", 400),
        ("W/\"1\"", 412),
        ("\"abc\"", 412),
        ("\"2\", \"3\"", 412),
        ("\"7\", \"1\"", 200),
    ] {
        let reply = ship()
            .header("if-match", tag)
            .json(body.clone(), &app)
            .await;
        assert_eq!(reply.status, status, "{tag}");
    }
    let deliver = ship().header("if-match", "*");
    let reply = deliver.json(json!({ "status": "delivered" }), &app).await;
    assert_eq!((reply.status, reply.header("etag")), (200, "\"3\""));
}

#[tokio::test]
async fn a_transaction_that_meets_another_one_says_nothing_of_the_items() {
    let engine = Engine::memory().unwrap();
    let db = stocked(&engine).await;
    put(&app_on(db.clone()), "pot", 1).await;
    order("ada", "o1", 1).create().send(&db).await.unwrap();
    let line = ask("PUT", "/customers/ada/cart/pot").text("{\"quantity\":2}");
    let place = ask("POST", "/customers/ada/orders").key("k1");
    let cancel = ask("PUT", "/customers/ada/orders/o1/status").if_match(1);
    tokio::time::pause();
    for (ask, actions) in [
        (line, 3),
        (place.text("{\"cents\":4000}"), 4),
        (cancel.text("{\"status\":\"cancelled\"}"), 2),
    ] {
        let tap = Tap::new(engine.clone());
        let mut reasons = vec!["None"; actions];
        reasons[0] = "TransactionConflict";
        for _ in 0..20 {
            tap.answer("TransactWriteItems", 400, conflict(&reasons));
        }
        let app = app_on(Db::new(tap.client(), "Store"));
        assert_eq!(ask.send(&app).await.said(), (503, "try again"));
    }
}
