//! The shop's HTTP API.
//!
//! | request | does | answers |
//! |---|---|---|
//! | `POST /customers` | [`customers::create`], once for each `Idempotency-Key` | 201, 409 where the name or the e-mail address is taken |
//! | `GET /customers/{customer}` | [`customers::read`] | 200, 404 |
//! | `PUT /customers/{customer}` | [`customers::update`], `If-Match` | 200, 404, 409, 412, 428 |
//! | `GET /customers/{customer}/cart` | [`carts::read`], with the customer and the open orders | 200, 404 |
//! | `PUT /customers/{customer}/cart/{sku}` | [`carts::put`] | 200, 404 |
//! | `DELETE /customers/{customer}/cart/{sku}` | [`carts::remove`] | 204 |
//! | `POST /customers/{customer}/orders` | [`orders::place`], once for each `Idempotency-Key` | 201, 404, 409, 422 |
//! | `GET /customers/{customer}/orders/{order}` | [`orders::read`] | 200, 404 |
//! | `PUT /customers/{customer}/orders/{order}/status` | [`fulfilment::set_status`]: ships, delivers, cancels; `If-Match` | 200, 404, 409, 412, 428 |
//! | `GET /orders?status=…&limit=…&cursor=…` | [`orders::list`] | 200 |
//! | `GET /products/{sku}` | [`products::read`] | 200, 404 |
//!
//! Whatever goes wrong is a [`Problem`]: 400 where the request is not valid, 404, 405, 413 and 415 of the router, 503 where it
//! may be tried again, 500. `ETag` is the version of what is answered.

mod answer;
mod app;
pub mod carts;
pub mod customers;
pub mod fulfilment;
mod input;
mod once;
pub mod orders;
mod preconditions;
mod problem;
pub mod products;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post, put};
use lambda_http::http::StatusCode;

pub use answer::Answer;
pub use app::App;
pub use input::{Json, Names, Parameters};
pub use once::Once;
pub use preconditions::IfMatch;
pub use problem::{Problem, status_of};

/// How long a body may be.
pub const MAX_BODY_BYTES: usize = 16 * 1024;

/// The application: what answers requests.
pub fn router(app: App) -> Router {
    Router::new()
        .route("/customers", post(customers::create))
        .route(
            "/customers/{customer}",
            get(customers::read).put(customers::update),
        )
        .route("/customers/{customer}/cart", get(carts::read))
        .route(
            "/customers/{customer}/cart/{sku}",
            put(carts::put).delete(carts::remove),
        )
        .route("/customers/{customer}/orders", post(orders::place))
        .route("/customers/{customer}/orders/{order}", get(orders::read))
        .route(
            "/customers/{customer}/orders/{order}/status",
            put(fulfilment::set_status),
        )
        .route("/orders", get(orders::list))
        .route("/products/{sku}", get(products::read))
        .fallback(async || Problem::not_found("resource"))
        .method_not_allowed_fallback(async || {
            let detail = "the header `allow` says which methods are there";
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, detail)
        })
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .with_state(app)
}
