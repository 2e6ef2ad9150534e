//! Work with its time, its panics, and the marks it meets.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;

use tokio::time::Instant;

use crate::op::marks_met;

use super::failure::Failure;

/// There is no time for more.
pub(super) fn late() -> Failure {
    Failure::transient("the time of the invocation is over")
}

/// Work whose panic is a failure, and which ends where its time does.
pub(super) async fn timed(
    work: impl Future<Output = Result<(), Failure>>,
    until: Option<Instant>,
) -> Result<(), Failure> {
    let work = guarded(work);
    match until {
        None => work.await,
        Some(until) => match tokio::time::timeout_at(until, work).await {
            Ok(done) => done,
            Err(_) => Err(late()),
        },
    }
}

/// Counts the marks that were there already.
pub(super) async fn counted<R>(work: impl Future<Output = R>, duplicates: &AtomicUsize) -> R {
    let mut work = pin!(work);
    poll_fn(move |cx| {
        let (poll, marks) = marks_met(|| work.as_mut().poll(cx));
        duplicates.fetch_add(marks, Ordering::Relaxed);
        poll
    })
    .await
}

/// A future whose panic is a failure.
async fn guarded(work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    let mut work = Box::pin(work);
    poll_fn(
        move |cx| match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(cx))) {
            Ok(poll) => poll,
            Err(panic) => Poll::Ready(Err(panicked(&*panic))),
        },
    )
    .await
}

/// Tells someone whose panic is no failure of the batch.
pub(super) fn unheard(tell: impl FnOnce()) {
    drop(catch_unwind(AssertUnwindSafe(tell)));
}

/// The failure that a panic is.
pub(super) fn panicked(panic: &(dyn Any + Send)) -> Failure {
    Failure::transient(format!("the handler panicked: {}", message(panic)))
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}
