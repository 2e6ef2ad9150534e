//! expect: mismatched types

#[path = "../../model.rs"]
mod model;

use dynamo_orm::Entity;
use model::{Customer, Order};

pub fn request() {
    let _ = Order::update("c", 2026, 1).when(|_| Customer::fields().name().eq("x"));
}
