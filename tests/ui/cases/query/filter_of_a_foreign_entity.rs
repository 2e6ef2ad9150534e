//! expect: mismatched types

#[path = "../../model.rs"]
mod model;

use dynamo_orm::Entity;
use model::{Customer, Order};

pub fn request() {
    let _ = Order::by_customer("c").filter(|_| Customer::fields().name().eq("x"));
}
