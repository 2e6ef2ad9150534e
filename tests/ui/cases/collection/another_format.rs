//! expect: `Shouted` is in another partition than the collection `Account`: its partition key has another format

#[path = "../../collection_model.rs"]
mod model;

use dynamo_orm::Collection;
use model::*;

#[derive(Collection)]
#[collection(table = Shop, pk = "CUSTOMER#{customer}")]
pub struct Account {
    pub customer: Customer,
    pub shouted: Vec<Shouted>,
}
