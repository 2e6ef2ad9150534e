//! expect: unknown option `querry`
//! expect: there is no field `nmber`; did you mean `number`?
//! expect: a field cannot be both `ttl` and `created_at`
//! expect: make it a plain type, not an `Option`

use dynamo_orm::{Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "PK", sk = "SK")]
pub enum Shop {
    Order(Order),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "ORDER#{id}", sk = "ORDER#{nmber}", querry = all)]
pub struct Order {
    pub id: Option<u64>,
    pub number: u32,
    #[entity(ttl, created_at)]
    pub at: u64,
}

/// None of these is a mistake, so nothing is said about them.
pub fn requests() {
    let _ = Order::get(1);
    let _ = Order::update(1).set(|o| o.number(), 2);
}
