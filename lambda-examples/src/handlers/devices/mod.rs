//! The telemetry of one tenant's devices.
//!
//! The function is invoked directly, with one of the [`Request`]s, as a rule of a message broker or a back end does: no HTTP to
//! parse and nothing to route. No request says whose devices it is about. The tenant is the function's, from the variable
//! `TENANT`, and its policy holds it to that tenant's keys, so that a mistake here reads nobody else's data.

mod read;
mod record;

use std::time::SystemTime;

use chrono::{DateTime, Utc};
use dynamo_orm::Db;
use serde::{Deserialize, Serialize};

use super::failure::Failure;
use crate::fleet::{Device, Fleet, Reading};

/// What to do.
#[derive(Deserialize, Debug, Clone)]
#[serde(tag = "action", rename_all = "lowercase", deny_unknown_fields)]
pub enum Request {
    /// Keeps what a device measured: again, it changes nothing.
    Record {
        /// Which device.
        device: String,
        /// What it measured, in any order.
        readings: Vec<Measured>,
    },
    /// Gives what a device measured last.
    Latest {
        /// Which device.
        device: String,
    },
    /// Gives the hottest devices by what they measured last, the hottest first.
    Hottest {
        /// How many; 10 unless said.
        limit: Option<usize>,
    },
    /// Gives what a device measured from one time to another, both included, in order.
    Readings {
        /// Which device.
        device: String,
        /// From then.
        from: DateTime<Utc>,
        /// To then: at most 31 days later.
        to: DateTime<Utc>,
        /// How many at most; 100 unless said.
        limit: Option<usize>,
    },
}

/// What a device measured at a time.
#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
pub struct Measured {
    /// When.
    pub at: DateTime<Utc>,
    /// In thousandths of a degree.
    pub milli_celsius: i32,
}

/// What was done, or found.
#[derive(Serialize, Debug, Clone, PartialEq)]
#[serde(untagged)]
pub enum Response {
    /// Of `record`.
    Recorded {
        /// How many readings are kept.
        recorded: usize,
        /// How many are not, since they have expired already, or are of a time to come.
        left_out: usize,
    },
    /// Of `latest`.
    Latest {
        /// The device, if it has measured anything.
        latest: Option<Device>,
    },
    /// Of `hottest`.
    Hottest {
        /// The devices.
        hottest: Vec<Device>,
    },
    /// Of `readings`.
    Readings {
        /// The readings.
        readings: Vec<Measured>,
        /// The time of the next reading, where there are more: ask again from then.
        next: Option<DateTime<Utc>>,
    },
}

/// The devices of a tenant.
#[derive(Debug, Clone)]
pub struct Devices {
    db: Db<Fleet>,
    tenant: String,
    clock: fn() -> SystemTime,
}

impl Devices {
    /// The devices of this tenant.
    pub fn new(db: Db<Fleet>, tenant: impl Into<String>) -> Self {
        Self {
            db,
            tenant: tenant.into(),
            clock: SystemTime::now,
        }
    }

    /// The devices of the tenant that the variable `TENANT` names.
    ///
    /// # Errors
    /// It names none: the function does not start.
    pub fn from_env(db: Db<Fleet>) -> Result<Self, Failure> {
        let tenant = std::env::var("TENANT").unwrap_or_default();
        if tenant.is_empty() {
            return Err(Failure::Invalid("set the variable TENANT".to_owned()));
        }
        Ok(Self::new(db, tenant))
    }

    /// With another clock than the system's, for tests.
    #[must_use]
    pub fn with_clock(mut self, clock: fn() -> SystemTime) -> Self {
        self.clock = clock;
        self
    }

    /// Does what a request asks for.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn handle(&self, request: Request) -> Result<Response, Failure> {
        match request {
            Request::Record { device, readings } => self.record(&device, &readings).await,
            Request::Latest { device } => self.latest(&device).await,
            Request::Hottest { limit } => self.hottest(limit.unwrap_or(10)).await,
            Request::Readings {
                device,
                from,
                to,
                limit,
            } => {
                let limit = limit.unwrap_or(100);
                self.readings(&device, from, to, limit).await
            }
        }
    }

    fn now(&self) -> DateTime<Utc> {
        (self.clock)().into()
    }
}

impl From<Reading> for Measured {
    fn from(reading: Reading) -> Self {
        Self {
            at: reading.at,
            milli_celsius: reading.milli_celsius,
        }
    }
}

/// A name that can be part of a key, and of nobody else's.
fn named(device: &str) -> Result<(), Failure> {
    let plain = |c: u8| c.is_ascii_alphanumeric() || c == b'-' || c == b'_';
    if (1..=64).contains(&device.len()) && device.bytes().all(plain) {
        return Ok(());
    }
    let what = "a device is named with 1 to 64 letters, digits, `-` or `_`";
    Err(Failure::Invalid(what.to_owned()))
}

fn within(what: &str, limit: usize, most: usize) -> Result<(), Failure> {
    if (1..=most).contains(&limit) {
        return Ok(());
    }
    Err(Failure::Invalid(format!("{what} must be 1 to {most}")))
}
