//! expect: an entity needs its table; add `#[entity(table = MyTable)]`

use dynamo_orm::{Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "PK", sk = "SK")]
pub enum Shop {
    Order(Order),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(pk = "ORDER#{id}", sk = "ORDER")]
pub struct Order {
    pub id: u64,
}
