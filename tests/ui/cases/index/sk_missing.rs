//! expect: the index `Gsi1` has a key that this entity does not fill; add `sk = "…"`

use dynamo_orm::{Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "PK", sk = "SK", gsi(Gsi1, pk = "GSI1PK", sk = "GSI1SK"))]
pub enum Shop {
    Order(Order),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "ORDER#{id}", sk = "ORDER",
         index(Gsi1, pk = "ORDERS"))]
pub struct Order {
    pub id: u64,
}
