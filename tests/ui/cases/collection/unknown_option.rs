//! expect: unknown option `tabel`; did you mean `table`?

#[path = "../../collection_model.rs"]
mod model;

use dynamo_orm::Collection;
use model::*;

#[derive(Collection)]
#[collection(tabel = Shop, pk = "CUSTOMER#{customer}")]
pub struct Account {
    pub customer: Customer,
}
