//! expect: this field cannot be set by an update

#[path = "../../model.rs"]
mod model;

use model::Order;

pub fn request() {
    let _ = Order::update("c", 2026, 1).set(|o| o.number(), 5);
}
