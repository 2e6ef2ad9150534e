//! expect: `Address` cannot be part of a key
//! expect: #[derive(KeyPart)]

use dynamo_orm::{Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "PK", sk = "SK")]
pub enum Shop {
    Order(Order),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "ORDER#{id}", sk = "{ship_to}")]
pub struct Order {
    pub id: u64,
    pub ship_to: Address,
}

#[derive(Serialize, Deserialize)]
pub struct Address {
    pub city: String,
}
