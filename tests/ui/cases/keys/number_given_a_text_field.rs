//! expect: the key attribute `SK` is a number, and the field `name` is not

use dynamo_orm::{Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "PK", sk(SK: N))]
pub enum Shop {
    Order(Order),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "ORDER#{id}", sk = "{name}")]
pub struct Order {
    pub id: u64,
    pub name: String,
}
