//! expect: unique values are kept in items of the table

use dynamo_orm::{Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk(id: N))]
pub enum Shop {
    User(User),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = id, unique(email))]
pub struct User {
    pub id: u64,
    pub email: String,
}
