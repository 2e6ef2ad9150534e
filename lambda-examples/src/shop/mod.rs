//! The online shop: its model, its data and its access patterns.

pub mod model;
pub mod patterns;
pub mod seed;
