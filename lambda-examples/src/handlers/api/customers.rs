//! Customers.

use axum::extract::State;
use dynamo_orm::Entity;
use serde::{Deserialize, Serialize};

use super::answer::{Answer, created, versioned};
use super::input::Checks;
use super::{App, IfMatch, Json, Names, Once, Problem};
use crate::store::Customer;

/// Who wants to buy.
#[derive(Deserialize, Serialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct NewCustomer {
    id: String,
    email: String,
    name: String,
}

/// What a customer may change.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    email: String,
    name: String,
}

/// Makes a customer: the item and the guard of its e-mail address in one transaction. Whoever asks for the very customer
/// that is there, unchanged, gets it: so does a request whose function died before it answered.
///
/// # Errors
/// 400; 409 where the name or the e-mail address is taken; 422 where the key was used with something else; 503.
pub async fn create(State(app): State<App>, once: Once, Json(new): Json<NewCustomer>) -> Answer {
    let mut checks = Checks::default();
    checks.name("id", &new.id);
    profile(&mut checks, &new.email, &new.name);
    checks.done()?;

    let customer: Customer = once
        .run(&app, "customers", &new, || write(&app, &new))
        .await?;
    let location = format!("/customers/{}", customer.id);
    created(&location, customer.version, &customer)
}

async fn write(app: &App, new: &NewCustomer) -> Result<Customer, Problem> {
    let customer = Customer {
        id: new.id.clone(),
        email: new.email.clone(),
        name: new.name.clone(),
        version: 0,
    };
    let error = match customer.create().returning_new().send(&app.db).await {
        Ok(customer) => return Ok(customer),
        Err(error) => error,
    };
    if let Some(Ok(found)) = error.old_item::<Customer>()
        && error.is_already_exists()
        && (&found.email, &found.name, found.version) == (&new.email, &new.name, 1)
    {
        return Ok(found);
    }
    Err(error.into())
}

/// Reads a customer.
///
/// # Errors
/// 404, 503.
pub async fn read(State(app): State<App>, Names(id): Names<String>) -> Answer {
    let customer = Customer::get(&id).send(&app.db).await?;
    let customer = customer.ok_or_else(|| Problem::not_found("customer"))?;
    versioned(customer.version, &customer)
}

/// Changes a customer; another e-mail address moves its guard in the same transaction. What is so already is answered as if
/// it had been done now (RFC 9110, 13.1.1).
///
/// # Errors
/// 400; 404; 409 where the e-mail address is taken; 412 where the customer has changed since it was read; 428; 503.
pub async fn update(
    State(app): State<App>,
    if_match: IfMatch,
    Names(id): Names<String>,
    Json(wanted): Json<Profile>,
) -> Answer {
    let mut checks = Checks::default();
    profile(&mut checks, &wanted.email, &wanted.name);
    checks.done()?;

    let before = Customer::get(&id).consistent().send(&app.db).await?;
    let before = before.ok_or_else(|| Problem::not_found("customer"))?;
    if (&before.email, &before.name) == (&wanted.email, &wanted.name) {
        return versioned(before.version, &before);
    }
    if_match.check(before.version)?;
    let mut after = before.clone();
    after.email = wanted.email;
    after.name = wanted.name;
    let saved = after.save(&before).send(&app.db).await?;
    versioned(saved.version, &saved)
}

fn profile(checks: &mut Checks, email: &str, name: &str) {
    let what = "must be an e-mail address in plain ASCII, without blanks, its host in Punycode";
    checks.that("email", mailbox(email), what);
    let holds = (1..=100).contains(&name.chars().count());
    checks.that("name", holds, "must be 1 to 100 characters");
}

/// Is it the name of a mailbox that looks like no other? Characters that nobody sees, or that are written in several ways,
/// would make a second address of the same mailbox, which the constraint cannot know.
fn mailbox(email: &str) -> bool {
    let plain = |c: u8| c.is_ascii_graphic() && !br#""(),:;<>@[\]"#.contains(&c);
    let of_host = |c: u8| c.is_ascii_alphanumeric() || c == b'-';
    let label = |label: &str| !label.is_empty() && label.bytes().all(of_host);
    let Some((user, host)) = email.split_once('@') else {
        return false;
    };
    let user = !user.is_empty() && user.bytes().all(plain);
    user && host.contains('.') && host.split('.').all(label) && email.len() <= 254
}
