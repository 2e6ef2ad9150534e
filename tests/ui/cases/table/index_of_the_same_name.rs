//! expect: there is an index `Gsi1` already; give this one another name

use dynamo_orm::{Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "PK", sk = "SK",
        gsi(Gsi1, pk = "GSI1PK"), gsi(Gsi2, name = "Gsi1", pk = "GSI2PK"))]
pub enum Shop {
    Order(Order),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "ORDER#{id}", sk = "ORDER")]
pub struct Order {
    pub id: u64,
}
