//! expect: `f64` cannot be part of a key: floating-point numbers do not compare exactly
//! expect: use an integer of the smallest unit, or `rust_decimal::Decimal`

use dynamo_orm::{Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "PK", sk = "SK")]
pub enum Shop {
    Order(Order),
}

#[derive(Entity, Serialize, Deserialize)]
#[entity(table = Shop, pk = "ORDER#{price}", sk = "ORDER")]
pub struct Order {
    pub price: f64,
}
