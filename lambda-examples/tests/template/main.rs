//! The SAM template: its tables are those of the models, its functions those of the code, and each may do what it does
//! and nothing else.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test says what went wrong by failing"
)]

mod alarms;
mod archive;
mod functions;
mod leading_keys;
mod policies;
mod streams;
mod tables;
mod workflow;
mod yaml;
