//! expect: an item collection needs its table

#[path = "../../collection_model.rs"]
mod model;

use dynamo_orm::Collection;
use model::*;

#[derive(Collection)]
#[collection(pk = "CUSTOMER#{customer}")]
pub struct Account {
    pub customer: Customer,
}
