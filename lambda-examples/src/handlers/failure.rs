//! Why a function that is invoked directly failed, under names that its callers compare.

use std::fmt;

use dynamo_orm::{Error, ErrorKind};
use lambda_runtime::Diagnostic;

/// Why a function that is invoked directly failed.
#[derive(Debug)]
pub enum Failure {
    /// `InvalidRequest`: it cannot be done, however often it is tried.
    Invalid(String),
    /// `TryAgain`: the table was busy or out of reach.
    TryAgain(Error),
    /// `StoreError`: the table refused.
    Store(Error),
}

impl Failure {
    /// The name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "InvalidRequest",
            Self::TryAgain(_) => "TryAgain",
            Self::Store(_) => "StoreError",
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error.kind() {
            _ if error.is_retryable() => Self::TryAgain(error),
            ErrorKind::InvalidKey | ErrorKind::InvalidRequest => Self::Invalid(error.to_string()),
            _ => Self::Store(error),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(what) => f.write_str(what),
            Self::TryAgain(error) | Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Failure {}

impl From<Failure> for Diagnostic {
    fn from(failure: Failure) -> Self {
        Self {
            error_type: failure.name().to_owned(),
            error_message: failure.to_string(),
        }
    }
}
