//! expect: expected `String`, found `u32`

#[path = "../../model.rs"]
mod model;

use dynamo_orm::Projection;

#[derive(Projection)]
#[projection(of = model::Order)]
pub struct Summary {
    pub number: String,
}
