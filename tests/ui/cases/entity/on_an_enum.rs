//! expect: an entity is a struct with named fields; the enum of all entities derives `Table`

use dynamo_orm::{Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "PK", sk = "SK")]
pub enum Shop {
    Order(Order),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "ORDER", sk = "ORDER")]
pub enum Order {
    Open,
    Closed,
}
