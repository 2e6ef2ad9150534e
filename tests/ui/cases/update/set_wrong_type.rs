//! expect: is not a value for an attribute of type

#[path = "../../model.rs"]
mod model;

use model::Order;

pub fn request() {
    let _ = Order::update("c", 2026, 1).set(|o| o.items(), "three");
}
