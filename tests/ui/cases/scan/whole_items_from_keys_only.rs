//! expect: the index `ByCoupon` does not carry whole items

#[path = "../../model.rs"]
mod model;

use dynamo_orm::Table;
use model::{ByCoupon, Shop};

pub fn request(db: &dynamo_orm::Db<Shop>) {
    let _ = Shop::scan().through::<ByCoupon>().page(db);
}
