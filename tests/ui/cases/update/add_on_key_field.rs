//! expect: this field cannot be changed in place

#[path = "../../model.rs"]
mod model;

use model::Order;

pub fn request() {
    let _ = Order::update("c", 2026, 1).add(|o| o.number(), 1);
}
