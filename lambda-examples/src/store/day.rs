//! Daily totals, which the projector keeps.

use chrono::NaiveDate;
use dynamo_orm::Entity;
use serde::{Deserialize, Serialize};

use super::Store;

/// What a customer bought in a day (UTC), orders that were cancelled left out.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Store, pk = "CUSTOMER#{customer}", sk = "DAY#{date}", query = of_customer)]
pub struct Day {
    /// Who bought.
    pub customer: String,
    /// The day.
    pub date: NaiveDate,
    /// How many orders.
    #[entity(default)]
    pub orders: u64,
    /// What they cost together.
    #[entity(default)]
    pub cents: u64,
}
