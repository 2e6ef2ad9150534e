//! expect: the table's `sk` is one attribute; write one template or field

use dynamo_orm::{Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "PK", sk = "SK")]
pub enum Shop {
    Order(Order),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "ORDER#{id}", sk = ("ORDER", "{id}"))]
pub struct Order {
    pub id: u64,
}
