//! expect: a version changes with every write, so it cannot be in a key

use dynamo_orm::{Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "PK", sk = "SK")]
pub enum Shop {
    Draft(Draft),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "DRAFT#{id}", sk = "V#{version}")]
pub struct Draft {
    pub id: String,
    #[entity(version)]
    pub version: u64,
}
