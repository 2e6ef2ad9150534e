//! expect: an item collection needs a member

#[path = "../../collection_model.rs"]
mod model;

use dynamo_orm::Collection;
use model::Shop;

#[derive(Collection)]
#[collection(table = Shop, pk = "CUSTOMER#{customer}")]
pub struct Account {}
