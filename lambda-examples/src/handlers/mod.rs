//! What the functions do, apart from the Lambda runtime.

pub mod api;
pub mod get_order;
pub mod projector;

pub mod letters;
