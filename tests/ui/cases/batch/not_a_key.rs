//! expect: `Get<Order>` is not a set of keys of this table

#[path = "../../model.rs"]
mod model;

use dynamo_orm::{Db, TransactGet};
use model::{Order, Shop};

pub async fn read(db: &Db<Shop>) {
    let _ = TransactGet::new(Order::get("ada", 2026u16, 1u32)).send(db).await;
}
