//! expect: `when` on the index `ByCoupon` has no effect

use dynamo_orm::{Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "PK", sk = "SK", gsi(ByCoupon, pk = "coupon"))]
pub enum Shop {
    Order(Order),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "ORDER#{id}", sk = "ORDER",
         index(ByCoupon, pk = coupon, when = is_open(coupon)))]
pub struct Order {
    pub id: u64,
    pub coupon: String,
}

pub fn is_open(coupon: &String) -> bool {
    !coupon.is_empty()
}
