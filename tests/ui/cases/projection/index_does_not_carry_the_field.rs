//! expect: the index `ByCoupon` does not carry `number`; leave the field out

#[path = "../../model.rs"]
mod model;

use dynamo_orm::Projection;

#[derive(Projection)]
#[projection(of = model::Order, index = model::ByCoupon)]
pub struct Redeemed {
    pub coupon: Option<String>,
    pub number: u32,
}
