//! Carts, which expire.

use chrono::{DateTime, Utc};
use dynamo_orm::Entity;
use serde::{Deserialize, Serialize};

use super::Store;

/// A product in a customer's cart, until its time to live is over.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Store, pk = "CUSTOMER#{customer}", sk = "CART#{sku}", query = of_customer)]
pub struct CartLine {
    /// Whose cart.
    pub customer: String,
    /// Which product.
    pub sku: String,
    /// How many.
    pub quantity: u32,
    /// When the line is forgotten.
    #[entity(ttl)]
    pub expires: DateTime<Utc>,
}
