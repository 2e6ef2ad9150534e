//! The integration suite: written once, run on the embedded engine and on any endpoint.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test says what went wrong by failing"
)]

mod codec;
mod collection;
mod conditions;
mod corners;
mod crud;
mod errors;
mod foreign;
mod forms;
mod indexes;
mod model;
mod queries;
mod readme;
mod shapes;
mod stamps;
mod updates;
