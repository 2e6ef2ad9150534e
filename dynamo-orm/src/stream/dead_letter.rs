//! Records that can never be processed, and where they go.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use super::failure::Failure;
use super::raw::RawRecord;

/// A record that can never be processed, and why.
#[derive(Clone, Debug)]
pub struct DeadLetter {
    record: Arc<RawRecord>,
    reason: String,
}

impl DeadLetter {
    pub(super) fn new(record: Arc<RawRecord>, failure: &Failure) -> Self {
        Self {
            record,
            reason: failure.to_string(),
        }
    }

    /// The record: [`as_json`](RawRecord::as_json) is all of it, and can be processed again as `[…]`.
    ///
    /// Do so while the marks of its effects are there, 15 days unless `keep_for` says otherwise: after that, what was
    /// done of the record before it was put away is done and counted again.
    #[must_use]
    pub fn record(&self) -> &RawRecord {
        &self.record
    }

    /// Why it cannot be processed.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

/// A place for records that can never be processed, such as a queue or a bucket. A function of a [`DeadLetter`] is one.
///
/// The on-failure destination of an event source mapping is none: it gets no records but their numbers.
pub trait DeadLetters: Send + Sync {
    /// Puts a record away. While this fails the record counts as not processed, and is delivered again.
    fn put(&self, letter: DeadLetter) -> impl Future<Output = Result<(), Failure>> + Send;
}

impl<P, F> DeadLetters for P
where
    P: Fn(DeadLetter) -> F + Send + Sync,
    F: Future<Output = Result<(), Failure>> + Send,
{
    fn put(&self, letter: DeadLetter) -> impl Future<Output = Result<(), Failure>> + Send {
        self(letter)
    }
}

impl fmt::Display for DeadLetter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}
