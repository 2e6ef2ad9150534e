//! expect: this is the type of the member `last` already; each item goes to one member

#[path = "../../collection_model.rs"]
mod model;

use dynamo_orm::Collection;
use model::*;

#[derive(Collection)]
#[collection(table = Shop, pk = "CUSTOMER#{customer}")]
pub struct Account {
    pub last: Option<Order>,
    pub orders: Vec<Order>,
}
