//! expect: type mismatch resolving `<Order as Entity>::Table == Shop`

use dynamo_orm::{Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "PK", sk = "SK")]
pub enum Shop {
    Order(Order),
}

#[derive(Table)]
#[table(pk = "PK", sk = "SK")]
pub enum Other {
    Order(Order),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Other, pk = "ORDER#{id}", sk = "ORDER")]
pub struct Order {
    pub id: u64,
}
