//! expect: there is no field `oder_id`; did you mean `order_id`?

use dynamo_orm::{Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "PK", sk = "SK")]
pub enum Shop {
    Order(Order),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = oder_id, sk = "ORDER")]
pub struct Order {
    pub order_id: String,
}
