//! expect: `W` is no name for a DynamoDB table
//! expect: `I` is no name for a DynamoDB index
//! expect: set one with `name = "…"`

use dynamo_orm::{Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "PK", gsi(I, pk = "I"))]
pub enum W {
    Thing(Thing),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = W, pk = "THING#{id}")]
pub struct Thing {
    pub id: String,
}
