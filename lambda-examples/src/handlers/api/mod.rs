//! The shop's HTTP API.
//!
//! | request | does | answers |
//! |---|---|---|
//! | `POST /customers` | [`customers::create`] | 201, 409 where the name or the e-mail address is taken |
//! | `PUT /customers/{customer}/cart/{sku}` | [`carts::put`] | 200, 404 |
//! | `POST /customers/{customer}/orders` | [`orders::place`], once for each `Idempotency-Key` | 201, 409, 422 |
//! | `GET /customers/{customer}/orders/{order}` | [`orders::read`] | 200, 404 |
//! | `GET /orders?status=…&limit=…&cursor=…` | [`orders::list`] | 200 |
//!
//! Whatever goes wrong is a [`Problem`].

pub mod carts;
pub mod customers;
mod input;
pub mod orders;
mod problem;

use std::time::SystemTime;

use chrono::{DateTime, Utc};
use dynamo_orm::Db;
use lambda_http::http::{Method, StatusCode, header};
use lambda_http::{Body, Request, Response};
use serde::Serialize;

pub use problem::{Problem, status_of};

use crate::store::Store;

/// What every request needs.
#[derive(Debug, Clone)]
pub struct App {
    /// The table.
    pub db: Db<Store>,
    clock: fn() -> SystemTime,
}

impl App {
    /// An application on this table.
    #[must_use]
    pub fn new(db: Db<Store>) -> Self {
        Self {
            db,
            clock: SystemTime::now,
        }
    }

    /// With another clock than the system's, for tests.
    #[must_use]
    pub fn with_clock(mut self, clock: fn() -> SystemTime) -> Self {
        self.clock = clock;
        self
    }

    fn now(&self) -> DateTime<Utc> {
        (self.clock)().into()
    }
}

/// What a route gives.
type Answer = Result<Response<Body>, Problem>;

/// Answers one request.
pub async fn handle(app: &App, request: Request) -> Response<Body> {
    match route(app, &request).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

async fn route(app: &App, request: &Request) -> Answer {
    let segments: Vec<&str> = request.uri().path().trim_matches('/').split('/').collect();
    match (request.method(), segments.as_slice()) {
        (&Method::POST, ["customers"]) => customers::create(app, request).await,
        (&Method::PUT, ["customers", customer, "cart", sku]) => {
            carts::put(app, customer, sku, request).await
        }
        (&Method::POST, ["customers", customer, "orders"]) => {
            orders::place(app, customer, request).await
        }
        (&Method::GET, ["customers", customer, "orders", order]) => {
            orders::read(app, customer, order).await
        }
        (&Method::GET, ["orders"]) => orders::list(app, request).await,
        (_, ["customers"] | ["customers", _, "orders"]) => Err(Problem::method("POST")),
        (_, ["customers", _, "cart", _]) => Err(Problem::method("PUT")),
        (_, ["orders"] | ["customers", _, "orders", _]) => Err(Problem::method("GET")),
        _ => Err(Problem::not_found("resource")),
    }
}

/// A body of JSON.
fn json(status: StatusCode, body: &impl Serialize) -> Answer {
    let text = serde_json::to_string(body).map_err(|e| Problem::internal(&e))?;
    let mut response = Response::new(Body::Text(text));
    *response.status_mut() = status;
    let json = header::HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    Ok(response)
}

/// A body of JSON about what was made there.
fn created(location: &str, body: &impl Serialize) -> Answer {
    let mut response = json(StatusCode::CREATED, body)?;
    let location = location.parse().map_err(|e| Problem::internal(&e))?;
    response.headers_mut().insert(header::LOCATION, location);
    Ok(response)
}
