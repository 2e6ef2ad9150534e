//! The integration suite: written once, run on the embedded engine and on any endpoint.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test says what went wrong by failing"
)]

mod codec;
mod conditions;
mod corners;
mod crud;
mod errors;
mod expiry;
mod foreign;
mod forms;
mod indexes;
mod model;
mod queries;
mod readme;
mod scans;
mod segments;
mod shapes;
mod signed;
mod stamps;
mod unknown;
mod updates;
