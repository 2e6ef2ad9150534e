//! What becomes of orders: they are shipped, delivered, cancelled.

use axum::extract::State;
use dynamo_orm::{Entity, Transaction};
use serde::Deserialize;

use super::answer::{Answer, versioned};
use super::{App, IfMatch, Json, Names, Problem};
use crate::handlers::reasons::{is_gone, lasting};
use crate::store::{Line, Order, Product, Status};

/// How far an order shall be.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    status: Status,
}

/// Moves an order on: `placed` to `shipped` to `delivered`, or `placed` to `cancelled`, which gives its stock back in the
/// same transaction. An order that is there already is answered as if it had come there now (RFC 9110, 13.1.1).
///
/// # Errors
/// 400; 404; 409 where the order cannot go there; 412 where it has changed since it was read; 428; 503.
pub async fn set_status(
    State(app): State<App>,
    if_match: IfMatch,
    Names((customer, id)): Names<(String, String)>,
    Json(wanted): Json<Wanted>,
) -> Answer {
    let before = Order::get(&customer, &id)
        .consistent()
        .send(&app.db)
        .await?;
    let before = before.ok_or_else(|| Problem::not_found("order"))?;
    if before.status == wanted.status {
        return versioned(before.version, &before);
    }
    if_match.check(before.version)?;
    if !before.status.may_become(wanted.status) {
        let detail = format!("a {} order cannot be {}", before.status, wanted.status);
        return Err(Problem::conflict(detail));
    }

    let mut after = before.clone();
    after.status = wanted.status;
    let after = if wanted.status == Status::Cancelled {
        cancel(&app, &before, after).await?
    } else {
        after.save(&before).send(&app.db).await?
    };
    versioned(after.version, &after)
}

/// Writes the order and gives back its stock, all or nothing: none is given back twice, since the order has its version
/// once.
async fn cancel(app: &App, before: &Order, after: Order) -> Result<Order, Problem> {
    let mut lines: Vec<&Line> = before.lines.iter().collect();
    loop {
        let mut transaction = Transaction::new().save(after.save(before));
        for line in &lines {
            let stock = Product::update(&line.sku).add(|p| p.stock(), line.quantity);
            transaction = transaction.update(stock);
        }
        let Err(error) = transaction.send(&app.db).await else {
            let version = before.version + 1;
            return Ok(Order { version, ..after });
        };
        if let Some(of_order) = lasting(&error).filter(|r| r.operation == 0) {
            let gone = of_order.error.is_not_found();
            return Err(if gone {
                Problem::not_found("order")
            } else {
                Problem::changed()
            });
        }
        // What is not sold any more has no stock.
        let sold: Vec<&Line> = lines
            .iter()
            .enumerate()
            .filter(|(n, _)| !is_gone(&error, n + 1))
            .map(|(_, line)| *line)
            .collect();
        if sold.len() == lines.len() {
            return Err(error.into());
        }
        lines = sold;
    }
}
