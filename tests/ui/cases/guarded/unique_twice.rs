//! expect: there is a unique value `email` already

use dynamo_orm::{Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "PK")]
pub enum Shop {
    User(User),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "USER#{id}", unique(email), unique(email, within = tenant))]
pub struct User {
    pub id: String,
    pub email: String,
    pub tenant: String,
}
