//! expect: TextKeyPart

#[path = "../../model.rs"]
mod model;

use model::Order;

pub fn request() {
    let _ = Order::by_customer("c").year().begins_with("20");
}
