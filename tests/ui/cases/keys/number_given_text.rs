//! expect: the key attribute `SK` is a number, so it cannot hold text

use dynamo_orm::{Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "PK", sk(SK: N))]
pub enum Shop {
    Order(Order),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "ORDER#{id}", sk = "ORDER#{id}")]
pub struct Order {
    pub id: u64,
}
