//! Stock that a workflow has set aside.

use dynamo_orm::Entity;
use serde::{Deserialize, Serialize};

use super::{Line, Store};

/// Stock that is set aside under the name of a workflow's execution.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Store, pk = "RESERVATION#{id}", sk = "RESERVATION")]
pub struct Reservation {
    /// For what.
    pub id: String,
    /// Who buys.
    pub customer: String,
    /// How much of which products, at which prices.
    pub lines: Vec<Line>,
}
