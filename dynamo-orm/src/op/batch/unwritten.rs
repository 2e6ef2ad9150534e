//! What a batch of writes could not write.

use std::error::Error as StdError;
use std::fmt;

use crate::error::Error;
use crate::schema::Table;

use super::write::BatchWrite;

/// A batch of writes that did not get through whole: what remains, and why.
///
/// Becomes an [`Error`] with `?`. Writes that failed for a lost connection are among what remains, and may have
/// happened; to send them again does no harm unless others write the same items.
pub struct Unwritten<T> {
    error: Error,
    remaining: BatchWrite<'static, T>,
}

impl<T: Table> Unwritten<T> {
    pub(in crate::op) fn new(error: Error, remaining: BatchWrite<'static, T>) -> Self {
        Self { error, remaining }
    }

    /// Why not everything was written.
    #[must_use]
    pub fn error(&self) -> &Error {
        &self.error
    }

    /// What is not written yet.
    pub fn remaining(&self) -> &BatchWrite<'static, T> {
        &self.remaining
    }

    /// What is not written yet, to be sent later: the items as they were, stamps included.
    pub fn into_remaining(self) -> BatchWrite<'static, T> {
        self.remaining
    }
}

impl<T> From<Unwritten<T>> for Error {
    fn from(unwritten: Unwritten<T>) -> Self {
        unwritten.error
    }
}

impl<T> fmt::Display for Unwritten<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl<T> fmt::Debug for Unwritten<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unwritten")
            .field("error", &self.error)
            .field("remaining", &self.remaining)
            .finish()
    }
}

impl<T> StdError for Unwritten<T> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.error.source()
    }
}
