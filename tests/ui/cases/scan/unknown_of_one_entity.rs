//! expect: no method named `ignore_unknown` found

#[path = "../../model.rs"]
mod model;

use dynamo_orm::Entity;
use model::Order;

pub fn request() {
    let _ = Order::scan().ignore_unknown();
}
