//! expect: CreatedAt

#[path = "../../model.rs"]
mod model;

use model::Order;

pub fn request() {
    let _ = Order::update("c", 2026, 1).sub(|o| o.created_at(), 1);
}
