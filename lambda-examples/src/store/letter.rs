//! Changes that could not be processed.

use chrono::{DateTime, Utc};
use dynamo_orm::Entity;
use serde::{Deserialize, Serialize};

use super::Store;

/// A record of the stream that a function can never process, to be looked at and processed again within 90 days.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Store, pk = "LETTERS#{function}", sk = "{event}", query = of_function)]
pub struct Letter {
    /// Which function gave it up.
    pub function: String,
    /// The record's event id, or its sequence number.
    pub event: String,
    /// Why.
    pub reason: String,
    /// The record as it was delivered, or its names and keys alone where it would not fit into an item.
    pub record: String,
    /// How long the record was, in bytes, where it would not fit.
    pub cut_from_bytes: Option<usize>,
    /// When the letter is forgotten.
    #[entity(ttl)]
    pub expires: DateTime<Utc>,
}
