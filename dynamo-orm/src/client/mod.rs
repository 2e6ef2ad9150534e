//! The handle on a table, and what calls through it cost.

mod capacity;
mod connect;
mod db;
mod describe;
mod table;
mod warm;

pub use capacity::{Capacity, Metered};
#[cfg(all(feature = "aws", feature = "streams"))]
pub(crate) use connect::of_environment;
pub use db::Db;
pub(crate) use db::failure;
