//! Properties: random data against a naive model, on the engine under test.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test says what went wrong by failing"
)]

mod batches;
mod collections;
mod indexes;
mod pages;
mod ranges;
mod scans;
mod trees;
mod unique;

use std::future::Future;

/// Runs a future to its end: a property is no async function.
fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(future)
}
