//! expect: a table has at most 5 local secondary indexes; make this one a `gsi(…)`

use dynamo_orm::{Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "PK", sk = "SK",
        lsi(Lsi1, sk = "L1SK"), lsi(Lsi2, sk = "L2SK"), lsi(Lsi3, sk = "L3SK"),
        lsi(Lsi4, sk = "L4SK"), lsi(Lsi5, sk = "L5SK"), lsi(Lsi6, sk = "L6SK"))]
pub enum Shop {
    Order(Order),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "ORDER#{id}", sk = "ORDER")]
pub struct Order {
    pub id: u64,
}
