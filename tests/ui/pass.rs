//! A table and an entity; also the file by which the libraries are chosen.

use dynamo_orm::{Entity, KeyPart, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "PK", sk = "SK", gsi(Gsi1, pk = "GSI1PK", sk = "GSI1SK"))]
pub enum Shop {
    Order(Order),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "CUSTOMER#{customer}", sk = "ORDER#{number}", query = by_customer,
         index(Gsi1, pk = "STATUS#{status}", sk = "{number}", query = by_status))]
pub struct Order {
    pub customer: String,
    pub number: u32,
    pub status: Status,
    pub note: Option<String>,
}

#[derive(KeyPart, Serialize, Deserialize, Clone, Copy)]
pub enum Status {
    Closed,
    Open,
}

pub fn use_it() -> usize {
    let _ = Order::by_customer("c").number().between(1, 2).limit(3);
    let _ = Order::by_status(Status::Open).filter(|o| o.note().eq("gift"));
    let _ = Order::update("c", 1).set(|o| o.note(), "gift").remove(|o| o.note());
    Shop::model().entities.len()
}
