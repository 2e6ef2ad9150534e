//! Orders.

use std::fmt;

use chrono::{DateTime, Utc};
use dynamo_orm::{Entity, Fields, KeyPart};
use serde::{Deserialize, Serialize};

use super::{Gsi1, Store};

/// What was bought. While there is something to do about it, it is in the index by its status, oldest first.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Store, pk = "CUSTOMER#{customer}", sk = "ORDER#{id}", query = of_customer,
         index(Gsi1, pk = "ORDERS#{status}", sk = "{placed_at:.19}#{id}", query = by_status,
               when = Status::is_open(status)))]
pub struct Order {
    /// Who bought.
    pub customer: String,
    /// The key of the request that placed it.
    pub id: String,
    /// How far it is.
    pub status: Status,
    /// When it was placed.
    pub placed_at: DateTime<Utc>,
    /// What was bought.
    pub lines: Vec<Line>,
    /// What it costs together.
    pub cents: u64,
    /// Counted up by every write.
    #[entity(version)]
    #[serde(default)]
    pub version: u64,
}

/// How far an order is.
#[derive(KeyPart, Serialize, Deserialize, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// To be packed.
    Placed,
    /// On its way.
    Shipped,
    /// At the customer's.
    Delivered,
    /// Taken back.
    Cancelled,
}

impl Status {
    /// Is there something to do about it?
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Placed | Self::Shipped)
    }

    /// May an order go on from here to there?
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Placed, Self::Shipped | Self::Cancelled) | (Self::Shipped, Self::Delivered)
        )
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Placed => "placed",
            Self::Shipped => "shipped",
            Self::Delivered => "delivered",
            Self::Cancelled => "cancelled",
        })
    }
}

/// One product of an order, at the price it had.
#[derive(Fields, Serialize, Deserialize, Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Which product.
    pub sku: String,
    /// How many.
    pub quantity: u32,
    /// What one cost.
    pub cents: u64,
}
