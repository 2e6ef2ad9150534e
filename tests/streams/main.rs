//! The stream processor: what is delivered, in which order, how often, and what the answer is.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test says what went wrong by failing"
)]

mod aggregates;
mod archive;
mod audit;
mod collect;
mod consumer;
mod contract;
mod copies;
mod engine;
mod event;
mod fixtures;
mod idempotency;
mod lambda;
mod marks;
mod materialize;
mod metrics;
mod model;
mod mortal;
mod once;
mod order;
mod reading;
mod windows;
