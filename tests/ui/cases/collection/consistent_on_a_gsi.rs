//! expect: Gsi1` cannot be read consistently: it is a global secondary index

#[path = "../../collection_model.rs"]
mod model;

use dynamo_orm::Collection;
use model::*;

#[derive(Collection)]
#[collection(table = Shop, index = Gsi1, pk = "STATUS#{status}")]
pub struct Work {
    pub orders: Vec<Order>,
}

pub fn request() {
    let _ = Work::of(1).consistent();
}
