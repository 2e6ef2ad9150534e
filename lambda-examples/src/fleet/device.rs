//! Devices.

use chrono::{DateTime, Utc};
use dynamo_orm::Entity;
use serde::{Deserialize, Serialize};

use super::{Fleet, Ranking};

/// A device, and what it measured last. All of a tenant's stand in one partition of the index, in numeric order: enough
/// for a thousand readings a second, which is what a partition takes.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Fleet, pk = "TENANT#{tenant}#DEVICE#{id}", sk = "LATEST",
         index(Ranking, pk = "TENANT#{tenant}#RANKING", sk = milli_celsius, query = ranked))]
pub struct Device {
    /// Whose device.
    pub tenant: String,
    /// Its number.
    pub id: String,
    /// When it measured last.
    #[serde(with = "dynamo_orm::sorted")]
    pub at: DateTime<Utc>,
    /// What it measured then, in thousandths of a degree.
    pub milli_celsius: i32,
}
