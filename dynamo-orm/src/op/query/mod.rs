//! Reading a partition, page by page.

pub(super) mod access;
pub(super) mod builder;
pub(super) mod cursor;
pub(super) mod key_condition;
pub(super) mod page;
pub(super) mod piece;
pub(super) mod prepared;
pub(super) mod reading;
pub(super) mod render;
pub(super) mod seal;
pub(super) mod send;
pub(super) mod tree;
