//! What the functions do, apart from the Lambda runtime.

pub mod api;
pub mod archiver;
pub mod devices;
pub mod failure;
pub mod get_order;
pub mod letters;
pub mod projector;
mod reasons;
pub mod task;
