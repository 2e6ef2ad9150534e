//! expect: `Address` is not an entity

#[path = "../../model.rs"]
mod model;

use dynamo_orm::Projection;

#[derive(Projection)]
#[projection(of = model::Address)]
pub struct Summary {
    pub city: String,
}
