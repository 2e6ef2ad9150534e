//! expect: an item collection needs the partition key that its members share

#[path = "../../collection_model.rs"]
mod model;

use dynamo_orm::Collection;
use model::*;

#[derive(Collection)]
#[collection(table = Shop)]
pub struct Account {
    pub customer: Customer,
}
