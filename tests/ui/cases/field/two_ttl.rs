//! expect: an entity has one `ttl` field, and `expires_at` is it already; remove one

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
    pub expires_at: u64,
    #[entity(ttl)]
    pub purged_at: u64,
}
