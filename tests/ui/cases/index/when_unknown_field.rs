//! expect: there is no field `stat`; did you mean `state`?

use dynamo_orm::{Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "PK", sk = "SK", gsi(Gsi1, pk = "GSI1PK", sk = "GSI1SK"))]
pub enum Shop {
    Order(Order),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "ORDER#{id}", sk = "ORDER",
         index(Gsi1, pk = "ORDERS", sk = "{id}", when = is_open(stat)))]
pub struct Order {
    pub id: u64,
    pub state: String,
}

pub fn is_open(state: &String) -> bool {
    state == "open"
}
