//! Why a record was not processed, and whether another attempt may help.

use std::error::Error as StdError;
use std::fmt;

use crate::error::{Error, ErrorKind};

/// What a handler fails with. Any error becomes one with `?`.
///
/// An [`Error`](crate::Error) of this library that will be the same next time (`Decode`, `Encode`, `InvalidKey`,
/// `InvalidRequest`, `ResultNotKept`), also as the [source](std::error::Error::source) of another, becomes a permanent
/// failure; every other error a transient one.
pub struct Failure {
    permanent: bool,
    error: Box<dyn StdError + Send + Sync>,
}

impl Failure {
    /// The record can never be processed: it goes to the dead letters, and the next one follows.
    pub fn permanent(error: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self {
            permanent: true,
            error: error.into(),
        }
    }

    /// Another attempt may succeed: the record is delivered again, and what follows it.
    pub fn transient(error: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self {
            permanent: false,
            error: error.into(),
        }
    }

    /// The record can never be processed.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        self.permanent
    }

    /// What went wrong.
    #[must_use]
    pub fn error(&self) -> &(dyn StdError + Send + Sync + 'static) {
        &*self.error
    }
}

impl<E: Into<Box<dyn StdError + Send + Sync>>> From<E> for Failure {
    fn from(error: E) -> Self {
        let error = error.into();
        let permanent = of_this_library(&*error).is_some_and(is_permanent);
        Self { permanent, error }
    }
}

/// The first error of this library among an error and its sources.
fn of_this_library<'e>(mut error: &'e (dyn StdError + 'static)) -> Option<&'e Error> {
    loop {
        match error.downcast_ref() {
            Some(found) => return Some(found),
            None => error = error.source()?,
        }
    }
}

fn is_permanent(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Decode
            | ErrorKind::Encode
            | ErrorKind::InvalidKey
            | ErrorKind::InvalidRequest
            | ErrorKind::ResultNotKept
    )
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Failure")
            .field("permanent", &self.permanent)
            .field("error", &self.error)
            .finish()
    }
}
