//! expect: `u16` is not text, so a key cannot be asked whether it begins with some of it

#[path = "../../model.rs"]
mod model;

use model::Order;

pub fn request() {
    let _ = Order::by_customer("c").year().begins_with("20");
}
