//! Readings.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use dynamo_orm::Entity;
use serde::{Deserialize, Serialize};

use super::Fleet;

/// What a device measured at a time. A partition holds a day (UTC), so that it stays small however long a device runs.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Fleet, pk = "TENANT#{tenant}#DEVICE#{device}#{day}", sk = "{at}", query = of_day)]
pub struct Reading {
    /// Whose device.
    pub tenant: String,
    /// Which device.
    pub device: String,
    /// The day of it, which is only in the key.
    #[entity(skip)]
    pub day: NaiveDate,
    /// When.
    pub at: DateTime<Utc>,
    /// What it measured, in thousandths of a degree.
    pub milli_celsius: i32,
    /// When it is forgotten.
    #[entity(ttl)]
    pub expires: DateTime<Utc>,
}

impl Reading {
    /// How long a reading is kept.
    pub const KEPT: TimeDelta = TimeDelta::days(30);

    /// A reading, in the partition of its day.
    #[must_use]
    pub fn new(tenant: &str, device: &str, at: DateTime<Utc>, milli_celsius: i32) -> Self {
        Self {
            tenant: tenant.to_owned(),
            device: device.to_owned(),
            day: at.date_naive(),
            at,
            milli_celsius,
            expires: at + Self::KEPT,
        }
    }
}
