//! Reading a table or an index, also in segments.

pub(super) mod builder;
pub(super) mod progress;
pub(super) mod render;
pub(super) mod segment_items;
pub(super) mod segments;
pub(super) mod send;
