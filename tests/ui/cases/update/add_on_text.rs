//! expect: is not a number

#[path = "../../model.rs"]
mod model;

use model::Order;

pub fn request() {
    let _ = Order::update("c", 2026, 1).add(|o| o.note(), "x".to_owned());
}
