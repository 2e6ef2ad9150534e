//! Carts.

use axum::extract::State;
use axum::response::IntoResponse;
use chrono::TimeDelta;
use dynamo_orm::Transaction;
use lambda_http::http::StatusCode;
use serde::Deserialize;

use super::answer::{Answer, json};
use super::input::Checks;
use super::{App, Json, Names, Problem};
use crate::handlers::reasons::lasting;
use crate::store::{Account, CartLine, Customer, Product};

/// How many products a cart has at most: an order is one transaction, with two actions for each.
pub(super) const LINES: usize = 40;

/// How many days a cart is kept after it was last touched.
const DAYS: i64 = 30;

/// How many of a product.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct Quantity {
    quantity: u32,
}

/// Reads a cart with its customer and the open orders: one consistent `Query` of the customer's item collection. Closed
/// orders and daily totals are read, too, and left out.
///
/// # Errors
/// 404, 503.
pub async fn read(State(app): State<App>, Names(customer): Names<String>) -> Answer {
    let account = Account::of(&customer).consistent().load(&app.db).await;
    let mut account = match account {
        Ok(account) => account.ok_or_else(|| Problem::not_found("customer"))?,
        // Lines and orders of nobody.
        Err(error) if error.kind() == dynamo_orm::ErrorKind::MissingMember => {
            return Err(Problem::not_found("customer"));
        }
        Err(error) => return Err(error.into()),
    };
    account.orders.retain(|order| order.status.is_open());
    Ok(json(&account))
}

/// Puts so many of a product into a cart, in place of what was there: one transaction that asks for customer and
/// product.
///
/// # Errors
/// 400, 404 where there is no such customer or product, 503.
pub async fn put(
    State(app): State<App>,
    Names((customer, sku)): Names<(String, String)>,
    Json(wanted): Json<Quantity>,
) -> Answer {
    let mut checks = Checks::default();
    checks.name("customer", &customer);
    checks.name("sku", &sku);
    let holds = (1..=1_000).contains(&wanted.quantity);
    checks.that("quantity", holds, "must be 1 to 1000");
    checks.done()?;

    let line = CartLine {
        customer,
        sku,
        quantity: wanted.quantity,
        expires: app.now() + TimeDelta::days(DAYS),
    };
    let transaction = Transaction::new()
        .check(Customer::exists(&line.customer))
        .check(Product::exists(&line.sku))
        .put(&line);
    match transaction.send(&app.db).await {
        Ok(()) => Ok(json(&line)),
        Err(error) => Err(match lasting(&error).map(|r| r.operation) {
            Some(0) => Problem::not_found("customer"),
            Some(1) => Problem::not_found("product"),
            _ => error.into(),
        }),
    }
}

/// Takes a product out of a cart; what is not in it is out of it already.
///
/// # Errors
/// 503.
pub async fn remove(
    State(app): State<App>,
    Names((customer, sku)): Names<(String, String)>,
) -> Answer {
    CartLine::delete(&customer, &sku).send(&app.db).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
