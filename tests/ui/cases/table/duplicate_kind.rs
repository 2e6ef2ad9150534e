//! expect: `Order` and `Line` have the same type attribute `Order`; set another with `#[entity(kind = "…")]`

use dynamo_orm::{Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "PK", sk = "SK", kind = "_type")]
pub enum Shop {
    Order(Order),
    Line(Line),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "ORDER#{id}", sk = "ORDER")]
pub struct Order {
    pub id: u64,
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, kind = "Order", pk = "LINE#{id}", sk = "LINE")]
pub struct Line {
    pub id: u64,
}
