//! expect: a list of no items is an empty `Vec`; leave out the `Option`

#[path = "../../collection_model.rs"]
mod model;

use dynamo_orm::Collection;
use model::*;

#[derive(Collection)]
#[collection(table = Shop, pk = "CUSTOMER#{customer}")]
pub struct Account {
    pub orders: Option<Vec<Order>>,
}
