//! expect: the index `Gsi1` is named twice; an item has one place in an index

use dynamo_orm::{Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "PK", sk = "SK", gsi(Gsi1, pk = "GSI1PK", sk = "GSI1SK"))]
pub enum Shop {
    Order(Order),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "ORDER#{id}", sk = "ORDER",
         index(Gsi1, pk = "ORDERS", sk = "{id}"),
         index(Gsi1, pk = "ALL", sk = "{id}"))]
pub struct Order {
    pub id: u64,
}
