//! A batch through a router: order, time, panics, failures, checkpoint.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;

use tokio::time::Instant;

use crate::error::{Error, ErrorKind, Result};
use crate::schema::{Table, entity_of, is_helper_item};

use super::dead_letter::DeadLetter;
use super::deadline::Deadline;
use super::event::records;
use super::failure::Failure;
use super::outcome::{BatchResponse, Outcome};
use super::raw::{EventName, RawRecord};
use super::router::{Router, Unknown};
use super::schedule::schedule;
use super::view::{Sides, View};

/// The answer when the first record of several fails, so that nothing of the batch is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FirstFailure {
    /// A checkpoint like any other: the batch is delivered again as it was, until the mapping's limits are reached. They
    /// then drop the whole batch.
    #[default]
    Checkpoint,
    /// The invocation fails. With `BisectBatchOnFunctionError` Lambda halves the batch until the bad record is alone, so
    /// that its limits drop only that one. Without bisecting it is the same as a checkpoint.
    FailInvocation,
}

/// The entities of the images of a record, by position in the model.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) old: Option<usize>,
    pub(super) new: Option<usize>,
}

impl Found {
    pub(super) fn sides(&self, is: impl Fn(usize) -> bool) -> Sides {
        Sides {
            old: self.old.is_some_and(&is),
            new: self.new.is_some_and(&is),
        }
    }
}

/// What became of one record.
enum Done {
    Processed,
    Unhandled,
    Unknown,
    Hidden,
}

#[derive(Default)]
struct Counts {
    processed: AtomicUsize,
    unhandled: AtomicUsize,
    unknown: AtomicUsize,
    hidden: AtomicUsize,
    dead: AtomicUsize,
}

impl<T: Table, V: View> Router<'_, T, V> {
    /// Processes the records of an event: the JSON of Lambda's `{"Records": […]}`, also of Kinesis Data Streams for
    /// `DynamoDB`, or the bare array of `EventBridge` Pipes.
    ///
    /// Each record is read on its own. One that fails, panics or runs out of time is the checkpoint, together with all
    /// behind it; one that fails for good is put into the [dead letters](Router::dead_letters), and the next follows.
    ///
    /// # Errors
    /// `InvalidRequest` when the payload is no event, or a record has no sequence number, so that no checkpoint could
    /// name it: the whole invocation must fail. `Service` when the first record failed and
    /// [`FirstFailure::FailInvocation`] is asked for.
    pub async fn process(&self, event: &str, deadline: Deadline) -> Result<Outcome> {
        self.process_records(records(event)?, deadline).await
    }

    /// As [`process`](Router::process), with the answer for Lambda.
    ///
    /// # Errors
    /// As [`process`](Router::process).
    pub async fn handle(&self, event: &str, deadline: Deadline) -> Result<BatchResponse> {
        Ok(self.process(event, deadline).await?.response())
    }

    /// As [`process`](Router::process), for records that are cut already.
    ///
    /// # Errors
    /// As [`process`](Router::process).
    pub async fn process_records(
        &self,
        records: Vec<RawRecord>,
        deadline: Deadline,
    ) -> Result<Outcome> {
        let numbered = |r: &RawRecord| r.sequence_number().is_some_and(|number| !number.is_empty());
        if let Some(position) = records.iter().position(|record| !numbered(record)) {
            return Err(Error::invalid(format!(
                "record {position} of the batch has no sequence number, so that no checkpoint could name it"
            )));
        }
        let records: Vec<Arc<RawRecord>> = records.into_iter().map(Arc::new).collect();
        let until = deadline.before(self.margin);
        let counts = Counts::default();
        let reason = Mutex::new(None);
        let groups = records
            .iter()
            .enumerate()
            .map(|(n, record)| group(n, record));
        let failed = schedule(groups, self.concurrency, |position| {
            let record = records.get(position).map(Arc::clone).unwrap_or_default();
            let (counts, reason) = (&counts, &reason);
            async move {
                let Err(failure) = self.one(&record, until, counts).await else {
                    return true;
                };
                if let Some(observer) = &self.observer {
                    observer(&record, &failure);
                }
                if position == 0 {
                    let mut reason = reason.lock().unwrap_or_else(PoisonError::into_inner);
                    *reason = Some(failure.to_string());
                }
                false
            }
        })
        .await;
        if failed == Some(0) && records.len() > 1 && self.first == FirstFailure::FailInvocation {
            let reason = reason.into_inner().unwrap_or_else(PoisonError::into_inner);
            return Err(Error::new(
                ErrorKind::Service,
                format!(
                    "the first record of the batch failed: {}",
                    reason.unwrap_or_default()
                ),
            ));
        }
        let checkpoint = failed.and_then(|n| records.get(n)?.sequence_number());
        Ok(Outcome {
            processed: counts.processed.into_inner(),
            unhandled: counts.unhandled.into_inner(),
            unknown: counts.unknown.into_inner(),
            hidden: counts.hidden.into_inner(),
            dead_lettered: counts.dead.into_inner(),
            checkpoint: checkpoint.map(str::to_owned),
        })
    }

    /// One record to its end; an error is a reason for a checkpoint.
    async fn one(
        &self,
        record: &Arc<RawRecord>,
        until: Option<Instant>,
        counts: &Counts,
    ) -> Result<(), Failure> {
        let late = || Failure::transient("the time of the invocation is over");
        if until.is_some_and(|until| until <= Instant::now()) {
            return Err(late());
        }
        let work = guarded(async {
            match self.dispatch(record).await {
                Ok(done) => {
                    let count = match done {
                        Done::Processed => &counts.processed,
                        Done::Unhandled => &counts.unhandled,
                        Done::Unknown => &counts.unknown,
                        Done::Hidden => &counts.hidden,
                    };
                    count.fetch_add(1, Ordering::Relaxed);
                    Ok(())
                }
                Err(failure) if failure.is_permanent() => {
                    self.put_away(record, failure).await?;
                    counts.dead.fetch_add(1, Ordering::Relaxed);
                    Ok(())
                }
                Err(failure) => Err(failure),
            }
        });
        match until {
            None => work.await,
            Some(until) => match tokio::time::timeout_at(until, work).await {
                Ok(done) => done,
                Err(_) => Err(late()),
            },
        }
    }

    /// Puts a record into the dead letters; without any, its failure is like any other.
    async fn put_away(&self, record: &Arc<RawRecord>, failure: Failure) -> Result<(), Failure> {
        let Some(sink) = &self.sink else {
            return Err(failure);
        };
        if let Some(observer) = &self.observer {
            observer(record, &failure);
        }
        sink(DeadLetter::new(Arc::clone(record), &failure)).await
    }

    async fn dispatch(&self, record: &Arc<RawRecord>) -> Result<Done, Failure> {
        if let Some(fault) = record.fault() {
            return Err(Failure::permanent(format!("unreadable record: {fault}")));
        }
        if is_helper::<T>(record) {
            return Ok(Done::Hidden);
        }
        let (found, unknown) = find::<T>(record)?;
        if let Some(kind) = &unknown
            && matches!(self.unknown, Unknown::Fail)
        {
            return Err(Failure::permanent(format!(
                "the item is of type `{kind}`, which is no entity of the table"
            )));
        }
        let mut done = Done::Unhandled;
        if let (Unknown::Raw(handler), Some(_)) = (&self.unknown, &unknown) {
            handler(Arc::clone(record)).await?;
            done = Done::Processed;
        } else if unknown.is_some() {
            done = Done::Unknown;
        }
        if found.old.is_none() && found.new.is_none() {
            return Ok(done);
        }
        let mut handled = false;
        for route in &self.routes {
            if let Some(work) = route(record, &found)? {
                work.await?;
                handled = true;
            }
        }
        if !handled
            && let Some(fallback) = &self.fallback
            && let Some(work) = fallback(record, &found)?
        {
            work.await?;
            handled = true;
        }
        Ok(if handled { Done::Processed } else { done })
    }
}

/// Records of one item are one group; one whose key is unknown is alone.
fn group(position: usize, record: &RawRecord) -> (Option<usize>, String) {
    match record.keys_json().map(super::image::canonical) {
        Some(Some(keys)) => (None, keys),
        _ => (Some(position), String::new()),
    }
}

/// Is it an item that the library keeps beside the user's?
fn is_helper<T: Table>(record: &RawRecord) -> bool {
    record
        .keys_json()
        .is_some_and(|keys| is_helper_item(T::MODEL, keys))
}

/// The entities of the images, and the type of one that is unknown. Where there is no image the key tells.
fn find<T: Table>(record: &RawRecord) -> Result<(Found, Option<String>), Failure> {
    let mut unknown = None;
    let mut entity = |image: Option<&str>, other: Option<&str>| -> Result<Option<usize>, Failure> {
        // The key cannot tell where only the other image is there: the type may have changed with it.
        let item = image.or(other).or_else(|| record.keys_json());
        match entity_of::<T>(item.unwrap_or_default()) {
            Ok(Ok(entity)) => Ok(Some(entity)),
            Ok(Err(kind)) => {
                unknown = Some(kind);
                Ok(None)
            }
            Err(fault) => Err(Failure::permanent(format!("unreadable item: {fault}"))),
        }
    };
    let (old, new) = (record.old_json(), record.new_json());
    let found = match record.event_name() {
        Some(EventName::Insert) => Found {
            old: None,
            new: entity(new, None)?,
        },
        Some(EventName::Remove) => Found {
            old: entity(old, None)?,
            new: None,
        },
        _ => Found {
            old: entity(old, new)?,
            new: entity(new, old)?,
        },
    };
    Ok((found, unknown))
}

/// A future whose panic is a failure.
async fn guarded(work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    let mut work = Box::pin(work);
    poll_fn(
        move |cx| match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(cx))) {
            Ok(poll) => poll,
            Err(panic) => Poll::Ready(Err(Failure::transient(format!(
                "the handler panicked: {}",
                message(&*panic)
            )))),
        },
    )
    .await
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}
