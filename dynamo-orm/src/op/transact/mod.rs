//! Several items as one: all or none, and once.

pub(super) mod bookmark;
pub(super) mod check;
pub(super) mod get;
pub(super) mod idempotency;
pub(super) mod once;
mod payload;
pub(super) mod sdk;
pub(super) mod transaction;
