//! expect: no method named `nmber`

#[path = "../../model.rs"]
mod model;

use model::Order;

pub fn request() {
    let _ = Order::by_customer("c").filter(|o| o.nmber().eq(5));
}
