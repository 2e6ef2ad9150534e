//! expect: the field's attribute is `order_id` but the key attribute is `PK`

use dynamo_orm::{Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "PK", sk = "SK")]
pub enum Shop {
    Order(Order),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = order_id, sk = "ORDER")]
pub struct Order {
    pub order_id: String,
}
