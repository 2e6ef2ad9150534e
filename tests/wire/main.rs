//! Exact requests: what each call sends, to the byte.

#![expect(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod batches;
mod collections;
mod reads;
mod relations;
mod scans;
mod transactions;
mod writes;

use dynamo_orm::Db;
use dynamo_orm_tests::instant;
use dynamo_orm_tests::orders::Orders;

/// A table on an engine that is never asked, at a fixed time.
async fn db() -> Db<Orders> {
    Db::local().await.unwrap().with_clock(|| instant(0))
}
