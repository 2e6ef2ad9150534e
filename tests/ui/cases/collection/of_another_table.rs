//! expect: this member is of the table `Outside`, and the collection of the table `

#[path = "../../collection_model.rs"]
mod model;

use dynamo_orm::Collection;
use model::*;

#[derive(Collection)]
#[collection(table = Shop, pk = "CUSTOMER#{customer}")]
pub struct Account {
    pub customer: Customer,
    pub elsewhere: Vec<Elsewhere>,
}
