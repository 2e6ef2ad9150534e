//! Reads that follow a query: keys, whole items, neighbours.

pub(super) mod fill;
pub(super) mod hydrate;
pub(super) mod keys_of;
pub(super) mod neighbours;
