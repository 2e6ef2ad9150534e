//! Carts.

use chrono::TimeDelta;
use dynamo_orm::Transaction;
use lambda_http::Request;
use lambda_http::http::StatusCode;
use serde::Deserialize;

use super::input::{Checks, body};
use super::{Answer, App, Problem, json};
use crate::store::{CartLine, Customer, Product};

/// How many products a cart has at most: an order is one transaction, with two actions for each.
pub(super) const LINES: usize = 40;

/// How many days a cart is kept after it was last touched.
const DAYS: i64 = 30;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Put {
    quantity: u32,
}

/// Puts so many of a product into a cart, in place of what was there: one transaction that asks for customer and
/// product.
///
/// # Errors
/// 400, 404 where there is no such customer or product, 503.
pub async fn put(app: &App, customer: &str, sku: &str, request: &Request) -> Answer {
    let put: Put = body(request)?;
    let mut checks = Checks::default();
    checks.name("customer", customer);
    checks.name("sku", sku);
    checks.that(
        "quantity",
        (1..=1_000).contains(&put.quantity),
        "must be 1 to 1000",
    );
    checks.done()?;

    let line = CartLine {
        customer: customer.to_owned(),
        sku: sku.to_owned(),
        quantity: put.quantity,
        expires: app.now() + TimeDelta::days(DAYS),
    };
    let transaction = Transaction::new()
        .check(Customer::exists(customer))
        .check(Product::exists(sku))
        .put(&line);
    match transaction.send(&app.db).await {
        Ok(()) => json(StatusCode::OK, &line),
        Err(error) => Err(match error.reasons().first().map(|r| r.operation) {
            Some(0) => Problem::not_found("customer"),
            Some(1) => Problem::not_found("product"),
            _ => error.into(),
        }),
    }
}
