//! expect: this field cannot be removed by an update

#[path = "../../model.rs"]
mod model;

use model::Order;

pub fn request() {
    let _ = Order::update("c", 2026, 1).remove(|o| o.created_at());
}
