//! expect: `ByName` is not an index of the table `Shop`

#[path = "../../model.rs"]
mod model;

use dynamo_orm::{Entity, Projection, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "PK", sk = "SK", gsi(ByName, pk = "name"))]
pub enum Other {
    Thing(Thing),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Other, pk = "THING#{id}", sk = "THING")]
pub struct Thing {
    pub id: u32,
}

#[derive(Projection)]
#[projection(of = model::Order, index = ByName)]
pub struct Summary {
    pub coupon: Option<String>,
}
