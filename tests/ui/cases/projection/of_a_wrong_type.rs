//! expect: the field is of type `u32`, not `String`

#[path = "../../model.rs"]
mod model;

use dynamo_orm::Projection;

#[derive(Projection)]
#[projection(of = model::Order)]
pub struct Summary {
    pub number: String,
}
