//! expect: no method named `nmber` found for struct `OrderFields`

#[path = "../../model.rs"]
mod model;

use dynamo_orm::Projection;

#[derive(Projection)]
#[projection(of = model::Order)]
pub struct Summary {
    pub nmber: u32,
}
