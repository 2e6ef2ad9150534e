//! expect: Far` is not an index of the table `

#[path = "../../collection_model.rs"]
mod model;

use dynamo_orm::Collection;
use model::*;

#[derive(Collection)]
#[collection(table = Shop, index = Far, pk = "FAR#{id}")]
pub struct Notes {
    pub elsewhere: Vec<Elsewhere>,
}
