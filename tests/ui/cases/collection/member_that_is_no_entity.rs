//! expect: Address` cannot be a member of an item collection

#[path = "../../collection_model.rs"]
mod model;

use dynamo_orm::Collection;
use model::*;

#[derive(Collection)]
#[collection(table = Shop, pk = "CUSTOMER#{customer}")]
pub struct Account {
    pub customer: Customer,
    pub address: Option<Address>,
}
