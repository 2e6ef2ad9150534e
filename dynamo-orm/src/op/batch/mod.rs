//! Several items by their keys, each for itself.

pub(super) mod any_key;
pub(super) mod get;
pub(super) mod get_send;
pub(super) mod keys;
pub(super) mod sdk;
pub(super) mod unwritten;
pub(super) mod wanted;
pub(super) mod write;
pub(super) mod write_send;
