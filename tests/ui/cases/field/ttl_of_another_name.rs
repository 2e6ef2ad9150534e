//! expect: the table's time-to-live attribute is `expires_at`; add `#[entity(rename = "expires_at")]` to the `ttl` field

use dynamo_orm::{Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "PK", sk = "SK", ttl = "expires_at")]
pub enum Shop {
    Order(Order),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "ORDER#{id}", sk = "ORDER")]
pub struct Order {
    pub id: u64,
    #[entity(ttl)]
    pub until: u64,
}
