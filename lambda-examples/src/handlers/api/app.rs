//! What every request needs.

use std::time::SystemTime;

use chrono::{DateTime, Utc};
use dynamo_orm::{Db, Result};

use crate::store::Store;

/// What every request needs; clones share it.
#[derive(Debug, Clone)]
pub struct App {
    /// The table.
    pub db: Db<Store>,
    clock: fn() -> SystemTime,
}

impl App {
    /// An application on this table.
    #[must_use]
    pub fn new(db: Db<Store>) -> Self {
        Self {
            db,
            clock: SystemTime::now,
        }
    }

    /// The same, with cursors that are signed with the variable `CURSOR_KEY`. Empty means unset, as on a local machine; the
    /// template asks for one.
    ///
    /// # Errors
    /// The key is too short.
    pub fn from_env(db: Db<Store>) -> Result<Self> {
        let key = std::env::var("CURSOR_KEY").unwrap_or_default();
        if key.is_empty() {
            return Ok(Self::new(db));
        }
        Ok(Self::new(db.with_cursor_key(key)?))
    }

    /// With another clock than the system's, for tests.
    #[must_use]
    pub fn with_clock(mut self, clock: fn() -> SystemTime) -> Self {
        self.clock = clock;
        self
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        (self.clock)().into()
    }
}
