//! expect: `User` has unique values, whose guards this write cannot keep in step

use dynamo_orm::{Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "PK")]
pub enum Shop {
    User(User),
    Wallet(Wallet),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "USER#{id}", unique(email))]
pub struct User {
    pub id: String,
    pub email: String,
    pub name: String,
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "WALLET#{id}")]
pub struct Wallet {
    pub id: String,
    pub cents: u64,
    #[entity(version)]
    pub version: u64,
}

pub fn request(user: &User) {
    let _ = user.create().returning_old();
}
