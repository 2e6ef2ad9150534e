//! expect: `Note` names this table, whose enum does not have it; add the variant `Note(Note)`

use dynamo_orm::{Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "PK", sk = "SK")]
pub enum Shop {
    Order(Order),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "ORDER#{id}", sk = "ORDER")]
pub struct Order {
    pub id: u64,
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "NOTE#{id}", sk = "NOTE")]
pub struct Note {
    pub id: u64,
}
