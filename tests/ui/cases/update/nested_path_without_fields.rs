//! expect: String: Fields

#[path = "../../model.rs"]
mod model;

use model::Order;

pub fn request() {
    let _ = Order::update("c", 2026, 1).set(|o| o.note().fields().city(), "Oslo");
}
