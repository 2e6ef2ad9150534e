//! expect: expected `&Db<Shop>`, found `&Db<Other>`

#[path = "../../model.rs"]
mod model;

use dynamo_orm::{BatchGet, Db, Table};
use model::Order;

#[derive(Table)]
#[table(pk = "PK", sk = "SK")]
pub enum Other {
    Thing(Thing),
}

#[derive(dynamo_orm::Entity, serde::Serialize, serde::Deserialize)]
#[entity(table = Other, pk = "THING#{id}", sk = "THING")]
pub struct Thing {
    pub id: u32,
}

pub async fn read(db: &Db<Other>) {
    let _ = BatchGet::new(Order::key("ada", 2026u16, 1u32)).load(db).await;
}
