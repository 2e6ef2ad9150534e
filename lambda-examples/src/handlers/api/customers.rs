//! Customers.

use dynamo_orm::Entity;
use lambda_http::Request;

use super::input::{Checks, body};
use super::{Answer, App, created};
use crate::store::Customer;

/// Makes a customer: the item and the guard of its e-mail address in one transaction.
///
/// # Errors
/// 400, 409 where the name or the e-mail address is taken, 503.
pub async fn create(app: &App, request: &Request) -> Answer {
    let customer: Customer = body(request)?;
    let mut checks = Checks::default();
    checks.name("id", &customer.id);
    let address = customer.email.split_once('@');
    let holds = address.is_some_and(|(user, host)| !user.is_empty() && host.contains('.'));
    let holds = holds && customer.email.len() <= 254;
    checks.that("email", holds, "must be an e-mail address");
    let holds = (1..=100).contains(&customer.name.chars().count());
    checks.that("name", holds, "must be 1 to 100 characters");
    checks.done()?;

    customer.create().send(&app.db).await?;
    created(&format!("/customers/{}", customer.id), &customer)
}
