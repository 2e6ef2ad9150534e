//! expect: the attribute `GSI1PK` is filled in two different ways

use dynamo_orm::{Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "PK", sk = "SK", gsi(Gsi1, pk = "GSI1PK", sk = "GSI1SK"), gsi(Gsi2, pk = "GSI1PK", sk = "GSI2SK"))]
pub enum Shop {
    Order(Order),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "ORDER#{id}", sk = "ORDER",
         index(Gsi1, pk = "A#{id}", sk = "ORDER"),
         index(Gsi2, pk = "B#{id}", sk = "ORDER"))]
pub struct Order {
    pub id: u64,
}
