//! expect: a version is always there

use dynamo_orm::{Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "PK")]
pub enum Shop {
    User(User),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "USER#{id}")]
pub struct User {
    pub id: String,
    #[entity(version)]
    pub version: Option<u64>,
}
