//! expect: the key attribute `id` is also the attribute of a field; write the field's name without quotes

use dynamo_orm::{Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "id", sk = "SK")]
pub enum Shop {
    Order(Order),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "{id}", sk = "ORDER")]
pub struct Order {
    pub id: String,
}
