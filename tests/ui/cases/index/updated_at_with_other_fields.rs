//! expect: `updated_at` changes with every update, so an index key it is in cannot have other fields that may change

use dynamo_orm::{Entity, KeyPart, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "PK", sk = "SK", gsi(Gsi1, pk = "GSI1PK", sk = "GSI1SK"))]
pub enum Shop {
    Order(Order),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "ORDER#{id}", sk = "ORDER",
         index(Gsi1, pk = "ORDERS", sk = "{state}#{changed}"))]
pub struct Order {
    pub id: u64,
    pub state: String,
    #[entity(updated_at)]
    pub changed: Stamp,
}

#[derive(KeyPart, Serialize, Deserialize)]
pub struct Stamp(pub u64);
