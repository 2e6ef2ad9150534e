//! expect: there is no field `ordr_id`; did you mean `order_id`?

use dynamo_orm::{Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "PK", sk = "SK")]
pub enum Shop {
    Order(Order),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "ORDER#{ordr_id}", sk = "ORDER")]
pub struct Order {
    pub order_id: u64,
}
