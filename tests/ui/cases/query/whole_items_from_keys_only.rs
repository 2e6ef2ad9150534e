//! expect: the index `ByCoupon` does not carry whole items

#[path = "../../model.rs"]
mod model;

use model::{Order, Shop};

pub fn request(db: &dynamo_orm::Db<Shop>) {
    let _ = Order::by_coupon("X").page(db);
}
