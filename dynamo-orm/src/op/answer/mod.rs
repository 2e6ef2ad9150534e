//! What an answer is read as.

pub(super) mod any_path;
pub(super) mod read_as;
pub(super) mod returning;
pub(super) mod select;
pub(super) mod unknown;
