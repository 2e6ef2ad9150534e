//! expect: this field cannot be set by an update: it is a `VersionNumber`

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

pub fn request() {
    let _ = Wallet::update("1").set(|w| w.version(), 5_u64);
}
