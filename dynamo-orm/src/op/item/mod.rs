//! Reading one item by its key.

pub(super) mod exists;
pub(super) mod get;
