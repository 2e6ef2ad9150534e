//! expect: `u8` cannot be a version

use dynamo_orm::{Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "PK", sk = "SK")]
pub enum Shop {
    Draft(Draft),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "DRAFT#{id}", sk = "DRAFT")]
pub struct Draft {
    pub id: String,
    #[entity(version)]
    pub version: u8,
}
