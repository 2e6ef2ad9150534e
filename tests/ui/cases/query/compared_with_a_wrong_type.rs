//! expect: is not a value for an attribute of type

#[path = "../../model.rs"]
mod model;

use model::Order;

pub fn request() {
    let _ = Order::by_customer("c").filter(|o| o.items().eq("three"));
}
