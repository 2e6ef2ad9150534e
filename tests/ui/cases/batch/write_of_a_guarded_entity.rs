//! expect: `Wallet` has a version or unique values, which this write would not keep

use dynamo_orm::{BatchWrite, Db, Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "PK")]
pub enum Bank {
    Wallet(Wallet),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Bank, pk = "WALLET#{id}")]
pub struct Wallet {
    pub id: String,
    #[entity(version)]
    pub version: u64,
}

pub async fn write(db: &Db<Bank>, wallet: &Wallet) {
    let _ = BatchWrite::new().put(wallet).write_all(db).await;
}
