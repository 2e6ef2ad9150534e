//! The integration suite: written once, run on the embedded engine and on any endpoint.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test says what went wrong by failing"
)]

mod batch_get;
mod batch_write;
mod buckets;
mod codec;
mod collection;
mod conditions;
mod corners;
mod crud;
mod errors;
mod expiring_writes;
mod expiry;
mod faults;
mod foreign;
mod forms;
mod hydrate;
mod indexes;
mod locking;
mod model;
mod queries;
mod readme;
mod relations;
mod scans;
mod segments;
mod shapes;
mod signed;
mod stale;
mod stamps;
mod transact_get;
mod transactions;
mod trees;
mod unique;
mod unknown;
mod updates;
mod warm;
