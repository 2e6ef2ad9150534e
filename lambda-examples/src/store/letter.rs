//! Changes that could not be processed.

use dynamo_orm::Entity;
use serde::{Deserialize, Serialize};

use super::Store;

/// A record of the stream that a function can never process, whole, to be looked at and processed again.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Store, pk = "LETTERS#{function}", sk = "{event}", query = of_function)]
pub struct Letter {
    /// Which function gave it up.
    pub function: String,
    /// The record's event id, or its sequence number.
    pub event: String,
    /// Why.
    pub reason: String,
    /// The record as it was delivered.
    pub record: String,
}
