//! Counts orders and revenue by customer and day, from the table's stream, each change once.

use dynamo_orm::Db;
use dynamo_orm::stream::{Aggregate, FirstFailure, Metrics, Router};

use super::letters;
use crate::store::{Day, Order, Status, Store};

/// The processor of the function.
///
/// An order counts for the day it was placed; when it is cancelled, it no longer does. Records that cannot be read
/// become [letters](crate::store::Letter) under `projector`. A record that fails ahead of others fails the invocation, so that
/// the mapping halves the batch until the record is alone, and gives up no other with it.
#[must_use]
pub fn router(db: &Db<Store>) -> Router<'_, Store> {
    let totals = Aggregate::new("daily-totals", |order: &Order| {
        Day::key(&order.customer, order.placed_at.date_naive())
    })
    .when(|order| order.status != Status::Cancelled)
    .count(|day| day.orders())
    .sum(|day| day.cents(), |order| order.cents)
    .or_create();

    Router::new()
        .aggregate(totals, db)
        .first_failure(FirstFailure::FailInvocation)
        .metrics(Metrics::of_function("Store"))
        .dead_letters(move |letter| letters::put(db, "projector", letter))
}
