//! expect: an update cannot create a `Order`: it has required fields

#[path = "../../model.rs"]
mod model;

use model::Order;

pub fn request() {
    let _ = Order::update("c", 2026, 1).set(|o| o.items(), 1).or_create();
}
