//! How a consumer reads: sizes, waits, limits.

use std::time::{Duration, SystemTime};

/// Where a consumer begins that has never run under its name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum StartingPosition {
    /// With the oldest record that the stream still has.
    #[default]
    TrimHorizon,
    /// With what is written from its first start on, by its `Db`'s clock.
    ///
    /// The time is kept in the table, so that a consumer that ends before its first checkpoint misses nothing. Up to a
    /// day of older records is read and left, again after each start until the shard has its first checkpoint.
    Latest,
    /// With what was written at this second or later. As `Latest` otherwise.
    AtTimestamp(SystemTime),
}

/// What happens where records were deleted before they were read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Trimmed {
    /// The consumer stops with an error, each time it is started.
    #[default]
    Fail,
    /// The [observer](super::Consumer::observe) is told, and the oldest record there is comes next.
    Continue,
}

#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) batch: i32,
    pub(super) pause: Duration,
    pub(super) discover: Duration,
    pub(super) lease: Duration,
    pub(super) start: StartingPosition,
    pub(super) trimmed: Trimmed,
    pub(super) attempts: Option<u32>,
    pub(super) age: Option<Duration>,
    pub(super) handler: Duration,
    pub(super) arn: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            batch: 100,
            pause: Duration::from_secs(1),
            discover: Duration::from_secs(10),
            lease: Duration::from_secs(30),
            start: StartingPosition::TrimHorizon,
            trimmed: Trimmed::Fail,
            attempts: None,
            age: None,
            handler: Duration::from_mins(5),
            arn: None,
        }
    }
}
