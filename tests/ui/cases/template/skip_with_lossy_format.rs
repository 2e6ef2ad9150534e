//! expect: in a form that loses something of it

use dynamo_orm::{Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "PK", sk = "SK")]
pub enum Shop {
    Order(Order),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "ORDER#{name:lower}", sk = "ORDER")]
pub struct Order {
    #[entity(skip)]
    pub name: String,
}
