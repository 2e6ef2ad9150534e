//! expect: `Product` is in another partition than the collection `Account`
//! expect: it is `PRODUCT#{sku}`, the collection's is `CUSTOMER#{customer}`

#[path = "../../collection_model.rs"]
mod model;

use dynamo_orm::Collection;
use model::*;

#[derive(Collection)]
#[collection(table = Shop, pk = "CUSTOMER#{customer}")]
pub struct Account {
    pub customer: Customer,
    pub products: Vec<Product>,
}
