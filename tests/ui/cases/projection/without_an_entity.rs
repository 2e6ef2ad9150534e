//! expect: a projection needs its entity; add `#[projection(of = Order)]`

#[path = "../../model.rs"]
mod model;

use dynamo_orm::Projection;

#[derive(Projection)]

pub struct Summary {
    pub number: u32,
}
