//! expect: unknown option `updatedat`; did you mean `updated_at`?
//! expect: the options here are

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
    #[entity(updatedat)]
    pub at: std::time::SystemTime,
}
