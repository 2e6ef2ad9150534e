//! expect: `Gsi9` is not an index of the table `Shop`

use dynamo_orm::{Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "PK", sk = "SK", gsi(Gsi1, pk = "GSI1PK", sk = "GSI1SK"))]
pub enum Shop {
    Order(Order),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "ORDER#{id}", sk = "ORDER",
         index(Gsi9, pk = "ORDERS", sk = "{id}"))]
pub struct Order {
    pub id: u64,
}

#[derive(Table)]
#[table(pk = "PK", gsi(Gsi9, pk = "GSI9PK", sk = "GSI9SK"))]
pub enum Other {}
