//! Why a transaction was cancelled.

use dynamo_orm::{CancellationReason, Error};

/// The first reason that another attempt would meet again: conflicts and throttles pass, and say nothing of the items.
pub(super) fn lasting(error: &Error) -> Option<&CancellationReason> {
    let mut reasons = error.reasons().iter();
    reasons.find(|reason| !reason.error.is_retryable())
}

/// Was the item of this operation not there?
pub(super) fn is_gone(error: &Error, operation: usize) -> bool {
    let mut reasons = error.reasons().iter();
    reasons.any(|reason| reason.operation == operation && reason.error.is_not_found())
}
