//! expect: no method named `number`

#[path = "../../model.rs"]
mod model;

use model::Order;

pub fn request() {
    let _ = Order::by_customer("c").number().eq(5);
}
