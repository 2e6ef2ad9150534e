//! The table of these tests.

use dynamo_orm::{Db, Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table, Debug, Clone, PartialEq)]
#[table(pk = "PK", sk = "SK", kind = "_type", stream = NewAndOldImages)]
pub(crate) enum Shop {
    Order(Order),
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Shop, pk = "CUSTOMER#{customer}", sk = "ORDER#{number}", query = by_customer)]
pub(crate) struct Order {
    pub customer: String,
    pub number: u32,
    pub cents: i64,
}

pub(crate) fn order(number: u32) -> Order {
    Order {
        customer: "ada".to_owned(),
        number,
        cents: 250,
    }
}

/// The table, created, on another process's engine.
pub(crate) async fn shop(endpoint: &str) -> Db<Shop> {
    let db = Db::connect_to(endpoint).await.unwrap();
    db.create_table().await.unwrap();
    db
}
