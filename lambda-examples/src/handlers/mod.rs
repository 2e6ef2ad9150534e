//! What the functions do, apart from the Lambda runtime.

pub mod get_order;
