//! expect: cannot be given where a key asks for

#[path = "../../model.rs"]
mod model;

use model::Order;

pub fn request() {
    let _ = Order::by_customer("c").year().eq("2026");
}
