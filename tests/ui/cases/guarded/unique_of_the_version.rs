//! expect: changes with every write

use dynamo_orm::{Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "PK")]
pub enum Shop {
    User(User),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "USER#{id}", unique(email, version))]
pub struct User {
    pub id: String,
    pub email: String,
    #[entity(version)]
    pub version: u64,
}
