//! expect: it is `CUSTOMER#{id}`, the collection's is `CUSTOMER#{customer}#{region}`

#[path = "../../collection_model.rs"]
mod model;

use dynamo_orm::Collection;
use model::*;

#[derive(Collection)]
#[collection(table = Shop, pk = "CUSTOMER#{customer}#{region}")]
pub struct Account {
    pub customer: Customer,
}
