//! expect: a partition of the table `Flat` is one item, since it has no sort key

#[path = "../../collection_model.rs"]
mod model;

use dynamo_orm::Collection;
use model::*;

#[derive(Collection)]
#[collection(table = Flat, pk = "THING#{id}")]
pub struct Things {
    pub things: Vec<Thing>,
}
