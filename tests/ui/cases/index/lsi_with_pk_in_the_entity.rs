//! expect: is a local secondary index, which shares the table's partition key; leave out `pk`

use dynamo_orm::{Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "PK", sk = "SK", lsi(ByTotal, sk = "LSI1SK"))]
pub enum Shop {
    Order(Order),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "ORDER#{id}", sk = "ORDER",
         index(ByTotal, pk = "TOTAL", sk = "{id}"))]
pub struct Order {
    pub id: u64,
}
