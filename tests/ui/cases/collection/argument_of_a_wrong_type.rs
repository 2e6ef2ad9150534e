//! expect: cannot be given where a key asks for `CustomerId`

#[path = "../../collection_model.rs"]
mod model;

use dynamo_orm::Collection;
use model::*;

#[derive(Collection)]
#[collection(table = Shop, pk = "CUSTOMER#{customer}")]
pub struct Account {
    pub customer: Customer,
}

pub fn request() {
    let _ = Account::of(5);
}
