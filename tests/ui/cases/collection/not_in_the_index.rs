//! expect: Customer` is not in the index `

#[path = "../../collection_model.rs"]
mod model;

use dynamo_orm::Collection;
use model::*;

#[derive(Collection)]
#[collection(table = Shop, index = Gsi1, pk = "STATUS#{status}")]
pub struct Work {
    pub orders: Vec<Order>,
    pub customers: Vec<Customer>,
}
