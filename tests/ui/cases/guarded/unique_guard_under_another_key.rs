//! expect: a guard of this unique value could stand under the key of a `Other`

use dynamo_orm::{Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "PK", sk = "SK")]
pub enum Shop {
    User(User),
    Other(Other),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "USER#{id}", sk = "USER", unique(email))]
pub struct User {
    pub id: String,
    pub email: String,
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "{id}", sk = "${id}")]
pub struct Other {
    pub id: String,
}
