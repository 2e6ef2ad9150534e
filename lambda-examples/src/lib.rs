//! Sample applications on `dynamo-orm`: an online shop, and a Lambda function that reads its orders.

pub mod handlers;
pub mod shop;
