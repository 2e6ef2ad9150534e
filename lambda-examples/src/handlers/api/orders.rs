//! Orders: placed, read and listed.

use axum::extract::State;
use chrono::TimeDelta;
use dynamo_orm::{BatchGet, Cursor, Error, Transaction};
use serde::{Deserialize, Serialize};

use super::answer::{Answer, created, json, versioned};
use super::carts::LINES;
use super::input::Checks;
use super::{App, Json, Names, Once, Parameters, Problem};
use crate::handlers::reasons::lasting;
use crate::store::{CartLine, Customer, Line, Order, Product, Status};

/// How long an `Idempotency-Key` names one request.
const KEPT: TimeDelta = TimeDelta::days(1);

/// What a customer agrees to.
#[derive(Deserialize, Serialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The total that was shown.
    cents: u64,
}

/// Makes an order of a customer's cart: the order, the stock and the cart change in one transaction.
///
/// The header `Idempotency-Key` names the request, and the order: sent again it gets the same answer, and a function
/// that died between writing and answering finds its order.
///
/// # Errors
/// 400; 404 where there is no such customer; 409 where the cart is empty, its total another, the stock does not suffice,
/// or the same request is being answered; 422 where the key was used with another total, or for an order
/// that was placed longer than a day ago; 503.
pub async fn place(
    State(app): State<App>,
    once: Once,
    Names(customer): Names<String>,
    Json(place): Json<Place>,
) -> Answer {
    let mut checks = Checks::default();
    checks.name("customer", &customer);
    checks.done()?;

    // Keys are the customer's own: another customer's key is another one.
    let scope = format!("orders/{customer}");
    let work = || write(&app, &customer, &once.key, place.cents);
    let order: Order = once.run(&app, &scope, &place, work).await?;
    let location = format!("/customers/{customer}/orders/{}", order.id);
    created(&location, order.version, &order)
}

async fn write(app: &App, customer: &str, id: &str, agreed: u64) -> Result<Order, Problem> {
    let cart = CartLine::of_customer(customer)
        .consistent()
        .all(&app.db)
        .await?;
    if cart.len() > LINES {
        let detail = format!("an order has at most {LINES} products");
        return Err(Problem::conflict(detail));
    }
    let order = Order {
        customer: customer.to_owned(),
        id: id.to_owned(),
        status: Status::Placed,
        placed_at: app.now(),
        cents: 0,
        lines: Vec::new(),
        version: 0,
    };
    let order = priced(app, order, &cart).await?;
    if order.lines.is_empty() {
        // Nothing is left to buy where an earlier attempt of this request has bought it.
        let found = found(app, &order, agreed).await?;
        return found.ok_or_else(|| Problem::conflict("the cart is empty"));
    }
    if order.cents != agreed {
        // Nor where the cart was filled again meanwhile.
        let detail = format!("the cart costs {}, not {agreed}", order.cents);
        let found = found(app, &order, agreed).await?;
        return found.ok_or_else(|| Problem::conflict(detail));
    }

    let mut transaction = Transaction::new()
        .check(Customer::exists(customer))
        .create(&order);
    for line in &order.lines {
        let (sku, quantity) = (&line.sku, line.quantity);
        // What was read is what is bought: the price, and the cart.
        let stock = Product::update(sku)
            .sub(|p| p.stock(), quantity)
            .when(|p| p.stock().ge(quantity) & p.cents().eq(line.cents));
        let cart = CartLine::delete(customer, sku).when(|l| l.quantity().eq(quantity));
        transaction = transaction.update(stock).delete(cart);
    }
    match transaction.send(&app.db).await {
        Ok(()) => Ok(Order {
            version: 1,
            ..order
        }),
        // An earlier attempt may have written it, or this one, its answer lost on the way.
        Err(error) => match found(app, &order, agreed).await? {
            Some(found) => Ok(found),
            None => Err(refused(&order, error)),
        },
    }
}

/// The order with the products of a cart, at their prices.
async fn priced(app: &App, mut order: Order, cart: &[CartLine]) -> Result<Order, Problem> {
    let keys: Vec<_> = cart.iter().map(|line| Product::key(&line.sku)).collect();
    let products = BatchGet::new(keys).load(&app.db).await?;
    for (line, product) in cart.iter().zip(products) {
        let Some(product) = product else {
            let detail = format!("{} is not sold any more", line.sku);
            return Err(Problem::conflict(detail));
        };
        let cents = product.cents.saturating_mul(line.quantity.into());
        order.cents = order.cents.saturating_add(cents);
        order.lines.push(Line {
            sku: product.sku,
            quantity: line.quantity,
            cents: product.cents,
        });
    }
    Ok(order)
}

/// What an earlier attempt of the same request has written. A key is forgotten after a day, and the order of its name is not:
/// that one was asked for by another request, and is no answer to this.
async fn found(app: &App, order: &Order, agreed: u64) -> Result<Option<Order>, Problem> {
    let found = Order::get(&order.customer, &order.id).consistent();
    let Some(found) = found.send(&app.db).await? else {
        return Ok(None);
    };
    if found.cents != agreed || order.placed_at - found.placed_at >= KEPT {
        return Err(Problem::used());
    }
    Ok(Some(found))
}

/// Says what stood in the way: the operations are the customer, the order, and stock and cart of each line.
fn refused(order: &Order, error: Error) -> Problem {
    let Some(position) = lasting(&error).map(|reason| reason.operation) else {
        return error.into();
    };
    if position == 0 {
        return Problem::not_found("customer");
    }
    let line = position
        .checked_sub(2)
        .and_then(|n| Some((order.lines.get(n / 2)?, n % 2)));
    let detail = match line {
        Some((line, 0)) => format!(
            "there are not {} of {} any more at this price",
            line.quantity, line.sku
        ),
        Some((line, _)) => format!("{} in the cart has changed meanwhile", line.sku),
        None => return error.into(),
    };
    Problem::conflict(detail)
}

/// Reads an order.
///
/// # Errors
/// 404, 503.
pub async fn read(
    State(app): State<App>,
    Names((customer, id)): Names<(String, String)>,
) -> Answer {
    let order = Order::get(&customer, &id).send(&app.db).await?;
    let order = order.ok_or_else(|| Problem::not_found("order"))?;
    versioned(order.version, &order)
}

/// Which orders to list.
#[derive(Deserialize, Debug)]
pub struct Which {
    status: Option<String>,
    limit: Option<String>,
    cursor: Option<String>,
}

#[derive(Serialize)]
struct List {
    orders: Vec<Order>,
    /// Where to continue; signed where the `Db` has a key.
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
}

/// A page of the open orders of a status, oldest first: one `Query` on the index.
///
/// # Errors
/// 400, 503.
pub async fn list(State(app): State<App>, Parameters(which): Parameters<Which>) -> Answer {
    let status = match which.status.as_deref() {
        Some("placed") => Some(Status::Placed),
        Some("shipped") => Some(Status::Shipped),
        _ => None,
    };
    let limit = which.limit.map_or(Some(20), |limit| limit.parse().ok());
    let limit = limit.filter(|limit| (1..=100).contains(limit));
    let mut checks = Checks::default();
    checks.that("status", status.is_some(), "must be `placed` or `shipped`");
    checks.that("limit", limit.is_some(), "must be 1 to 100");
    checks.done()?;
    let cursor: Option<Cursor> = which.cursor.map(|cursor| cursor.parse()).transpose()?;

    let (status, limit) = (status.unwrap_or(Status::Placed), limit.unwrap_or(20));
    let page = Order::by_status(status)
        .limit(limit)
        .start_at(cursor)
        .page(&app.db)
        .await?;
    let cursor = page.cursor.map(|cursor| cursor.to_string());
    let orders = page.items;
    Ok(json(&List { orders, cursor }))
}
