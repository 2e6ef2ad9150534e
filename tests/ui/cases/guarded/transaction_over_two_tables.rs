//! expect: mismatch

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

#[derive(Table)]
#[table(pk = "PK")]
pub enum Bank {
    Account(Account),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Bank, pk = "ACCOUNT#{id}")]
pub struct Account {
    pub id: String,
}

pub fn request(user: &User, account: &Account) {
    let _ = dynamo_orm::Transaction::new().create(user).create(account);
}
