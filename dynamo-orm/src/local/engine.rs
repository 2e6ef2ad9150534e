//! The embedded engine: tables in memory or in one file.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};
use std::{error, fmt};

use aws_sdk_dynamodb::Client;
use dynoxide::storage_backend::ManualClock;
use dynoxide::{Database, DynoxideError};

use super::connector;

/// An embedded engine. Clones share its tables.
///
/// In memory it answers on the calling task; a file is read and written on tokio's blocking pool.
///
/// # Examples
///
/// ```no_run
/// # use dynamo_orm::local;
/// let engine = local::Engine::memory()?;
/// let client = engine.client();
/// # Ok::<(), local::EngineError>(())
/// ```
#[derive(Clone)]
pub struct Engine {
    database: Database,
    clock: Option<Manual>,
    blocking: bool,
}

/// A clock that moves only when it is set, and what it was set to: the engine's own does not tell.
#[derive(Clone)]
struct Manual {
    clock: ManualClock,
    seconds: Arc<AtomicU64>,
}

impl Engine {
    /// A new engine without tables, gone with its last clone.
    ///
    /// # Errors
    ///
    /// Only where `SQLite` cannot be started.
    pub fn memory() -> Result<Self, EngineError> {
        Ok(Self {
            database: Database::memory().map_err(EngineError)?,
            clock: None,
            blocking: false,
        })
    }

    /// A new engine in memory, at a time that moves only by [`set_time`](Self::set_time).
    ///
    /// # Errors
    ///
    /// Only where `SQLite` cannot be started.
    pub fn memory_at(epoch_seconds: u64) -> Result<Self, EngineError> {
        let clock = ManualClock::new(epoch_seconds);
        Ok(Self {
            database: Database::memory_with_clock(clock.arc()).map_err(EngineError)?,
            clock: Some(Manual {
                clock,
                seconds: Arc::new(AtomicU64::new(epoch_seconds)),
            }),
            blocking: false,
        })
    }

    /// The engine in a file, made where there is none.
    ///
    /// # Errors
    ///
    /// Where the file cannot be opened, or is something else, or its path is not UTF-8.
    pub fn file(path: impl AsRef<Path>) -> Result<Self, EngineError> {
        let path = path.as_ref().to_str().ok_or_else(|| {
            let what = "the path is not UTF-8".to_owned();
            EngineError(DynoxideError::ValidationException(what))
        })?;
        Ok(Self {
            database: Database::new(path).map_err(EngineError)?,
            clock: None,
            blocking: true,
        })
    }

    /// A client of the SDK whose requests this engine answers.
    ///
    /// Its credentials are invented and it never waits: retries follow at once. For a configuration
    /// of your own pass the engine itself as `http_client`.
    #[must_use]
    pub fn client(&self) -> Client {
        connector::client(self.clone())
    }

    /// A client of `DynamoDB` Streams whose requests this engine answers, as [`client`](Self::client). Feature `streams`.
    ///
    /// The stream of a table is one shard, which never ends.
    #[cfg(feature = "streams")]
    #[must_use]
    pub fn streams_client(&self) -> aws_sdk_dynamodbstreams::Client {
        connector::streams_client(self.clone())
    }

    /// Deletes the expired items of every table with time to live, as the service does in the
    /// background, and tells how many they were.
    ///
    /// # Errors
    ///
    /// Where the tables cannot be read or written.
    pub fn sweep_ttl(&self) -> Result<usize, EngineError> {
        self.database.sweep_ttl().map_err(EngineError)
    }

    /// Moves the time of an engine made by [`memory_at`](Self::memory_at); others keep the
    /// system's.
    pub fn set_time(&self, epoch_seconds: u64) {
        if let Some(manual) = &self.clock {
            manual.clock.set(epoch_seconds);
            manual.seconds.store(epoch_seconds, Ordering::Relaxed);
        }
    }

    /// The engine's time: what [`set_time`](Self::set_time) said, or the system's.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        match &self.clock {
            Some(manual) => {
                let seconds = manual.seconds.load(Ordering::Relaxed);
                SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
            }
            None => SystemTime::now(),
        }
    }

    pub(super) fn database(&self) -> &Database {
        &self.database
    }

    /// Whether requests may wait for a disk.
    pub(super) fn is_blocking(&self) -> bool {
        self.blocking
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine")
            .field("file", &self.blocking)
            .finish_non_exhaustive()
    }
}

/// An engine could not be opened or swept.
#[derive(Debug)]
pub struct EngineError(pub(super) DynoxideError);

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the embedded engine failed")
    }
}

impl error::Error for EngineError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        Some(&self.0)
    }
}
