//! expect: ByNote` does not carry whole items

#[path = "../../collection_model.rs"]
mod model;

use dynamo_orm::Collection;
use model::*;

#[derive(Collection)]
#[collection(table = Shop, index = ByNote, pk = note)]
pub struct Notes {
    pub orders: Vec<Order>,
}
