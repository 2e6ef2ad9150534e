//! The HTTP API, its router called on the embedded engine with requests as API Gateway sends them.

mod carts;
mod customers;
mod edges;
mod fulfilment;
mod orders;
mod protocol;

use std::time::SystemTime;

use dynamo_orm::Db;
use dynamo_orm::local::Engine;
use lambda_examples::handlers::api::{App, router};
use lambda_examples::store::{Product, Store};
use lambda_http::http::HeaderMap;
use lambda_http::tower::ServiceExt;
use serde_json::{Value, json};

use crate::support::{noon, stocked};

fn tuesday() -> SystemTime {
    noon().into()
}

async fn app() -> App {
    app_on(stocked(&Engine::memory().unwrap()).await)
}

fn app_on(db: Db<Store>) -> App {
    let db = db.with_clock(tuesday).with_cursor_key([7; 32]).unwrap();
    App::new(db).with_clock(tuesday)
}

/// A request as API Gateway sends it.
struct Ask(Value);

fn ask(method: &str, path: &str) -> Ask {
    let mut event: Value =
        serde_json::from_str(include_str!("../../../events/api-read-cart.json")).unwrap();
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    event["rawPath"] = path.into();
    event["rawQueryString"] = query.into();
    event["requestContext"]["http"]["method"] = method.into();
    event["requestContext"]["http"]["path"] = path.into();
    Ask(event)
}

impl Ask {
    fn header(mut self, name: &str, value: &str) -> Self {
        self.0["headers"][name] = value.into();
        self
    }

    fn key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    fn if_match(self, version: u64) -> Self {
        self.header("if-match", &format!("\"{version}\""))
    }

    fn text(mut self, body: &str) -> Self {
        self.0["body"] = body.into();
        self.header("content-type", "application/json")
    }

    async fn json(self, body: Value, app: &App) -> Reply {
        self.text(&body.to_string()).send(app).await
    }

    async fn send(self, app: &App) -> Reply {
        send(app, &self.0.to_string()).await
    }
}

/// What a client gets.
#[derive(Debug)]
struct Reply {
    status: u16,
    headers: HeaderMap,
    body: Value,
}

impl Reply {
    fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    fn said(&self) -> (u16, &str) {
        (self.status, self.body["detail"].as_str().unwrap_or(""))
    }
}

/// Sends an event, and holds the answer to what all answers are.
async fn send(app: &App, event: &str) -> Reply {
    let request = lambda_http::request::from_str(event).unwrap();
    let response = router(app.clone()).oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let reply = Reply {
        status: parts.status.as_u16(),
        headers: parts.headers,
        body: serde_json::from_slice(&bytes).unwrap_or_default(),
    };
    let kind = match reply.status {
        204 => "",
        200..400 => "application/json",
        _ => "application/problem+json",
    };
    assert_eq!(reply.header("content-type"), kind, "{reply:?}");
    if reply.status >= 400 {
        assert_eq!(reply.body["status"], reply.status);
        assert!(reply.body["title"].is_string());
        let text = reply.body.to_string();
        assert!(!text.contains('#'), "no key of the table is shown: {text}");
    }
    reply
}

async fn put(app: &App, sku: &str, quantity: u32) {
    let path = format!("/customers/ada/cart/{sku}");
    let reply = ask("PUT", &path)
        .json(json!({ "quantity": quantity }), app)
        .await;
    assert_eq!(reply.status, 200, "{reply:?}");
}

async fn place(app: &App, key: &str, cents: u64) -> Reply {
    let ask = ask("POST", "/customers/ada/orders").key(key);
    ask.json(json!({ "cents": cents }), app).await
}

async fn stock(app: &App, sku: &str) -> u32 {
    let product = Product::get(sku).send(&app.db).await.unwrap();
    product.unwrap().stock
}
