//! Products and their stock.

use dynamo_orm::Entity;
use serde::{Deserialize, Serialize};

use super::Store;

/// What is sold, and how much of it is there.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Store, pk = "PRODUCT#{sku}", sk = "PRODUCT")]
pub struct Product {
    /// Its number.
    pub sku: String,
    /// What it is.
    pub name: String,
    /// What one costs.
    pub cents: u64,
    /// How many there are.
    pub stock: u32,
}
