//! The functions of the shop: called as functions on the embedded engine, and as the binaries that Lambda starts.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test says what went wrong by failing"
)]

mod api;
mod archiver;
mod devices;
mod projector;
mod published;
mod runtime;
mod support;
mod task;
mod workflow;
