//! The program `dynamo` as a process, and SDK clients that talk to it.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on says why by failing"
)]

mod bridge;
mod function;
mod local;
mod model;
mod process;
mod shards;
mod streams;
