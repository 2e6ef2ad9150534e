//! expect: two parts without a separator; write one between them, such as `#`

use dynamo_orm::{Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "PK", sk = "SK")]
pub enum Shop {
    Order(Order),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "ORDER#{name}{id}", sk = "ORDER")]
pub struct Order {
    pub id: u64,
    pub name: String,
}
