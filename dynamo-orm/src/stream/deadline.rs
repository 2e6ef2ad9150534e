//! Until when an invocation has time.

use std::time::{Duration, SystemTime};

use tokio::time::Instant;

/// Until when an invocation has time. From a Lambda context with `Deadline::from(&context)` (feature `lambda`).
#[derive(Clone, Copy, Debug)]
pub struct Deadline(Option<Instant>);

impl Deadline {
    /// There is time enough.
    #[must_use]
    pub const fn none() -> Self {
        Self(None)
    }

    /// So much time is left from now on.
    #[must_use]
    pub fn within(left: Duration) -> Self {
        Self(Instant::now().checked_add(left))
    }

    /// The time ends at this point; it has ended where the point has passed.
    #[must_use]
    pub fn at(end: SystemTime) -> Self {
        Self::within(end.duration_since(SystemTime::now()).unwrap_or_default())
    }

    /// How much time is left.
    #[must_use]
    pub fn left(&self) -> Option<Duration> {
        self.0
            .map(|end| end.saturating_duration_since(Instant::now()))
    }

    /// So much earlier.
    pub(super) fn before(self, margin: Duration) -> Option<Instant> {
        self.0
            .map(|end| end.checked_sub(margin).unwrap_or_else(Instant::now))
    }
}
