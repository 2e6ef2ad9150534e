//! expect: is no end of a range in the index `

#[path = "../../collection_model.rs"]
mod model;

use dynamo_orm::Collection;
use model::*;

#[derive(Collection)]
#[collection(table = Shop, index = Gsi1, pk = "STATUS#{status}")]
pub struct Work {
    pub orders: Vec<Order>,
}

pub fn request(customer: &CustomerId) {
    let _ = Work::of(1).starting_at(Order::key(customer, 1));
}
