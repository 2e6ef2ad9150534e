//! A batch through a router: order, time, panics, failures, checkpoint.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use tokio::time::Instant;

use crate::error::{Error, ErrorKind, Result};
use crate::op::marks_met;
use crate::schema::{Table, entity_of, is_helper_item};

use super::collect::{Gathering, Unwritten};
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
    failed: AtomicUsize,
    duplicates: AtomicUsize,
}

/// What all records of a batch share.
struct Batch<'b> {
    records: Vec<Arc<RawRecord>>,
    /// When records are no longer worked on.
    until: Option<Instant>,
    counts: Counts,
    gathered: Vec<&'b dyn Gathering>,
    /// Why the first record failed.
    reason: Mutex<Option<String>>,
}

impl Batch<'_> {
    fn number(&self, position: usize) -> Option<String> {
        let record = self.records.get(position)?;
        record.sequence_number().map(str::to_owned)
    }

    /// What became of the batch, and why its first record failed.
    fn outcome(self, end: Option<usize>) -> (Outcome, String) {
        let checkpoint = end.and_then(|end| self.number(end));
        let reason = self.reason.into_inner();
        let reason = reason.unwrap_or_else(PoisonError::into_inner);
        let outcome = Outcome {
            records: self.records.len(),
            processed: self.counts.processed.into_inner(),
            unhandled: self.counts.unhandled.into_inner(),
            unknown: self.counts.unknown.into_inner(),
            hidden: self.counts.hidden.into_inner(),
            dead_lettered: self.counts.dead.into_inner(),
            failed: self.counts.failed.into_inner(),
            duplicates: self.counts.duplicates.into_inner(),
            oldest: self.records.iter().filter_map(|r| r.time()).min(),
            checkpoint,
        };
        (outcome, reason.unwrap_or_default())
    }
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
    /// name it: the whole invocation must fail; and when two of the router's aggregates or audit trails have one name.
    /// `Service` when the first record failed and
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
        self.run(records, deadline, None).await
    }

    /// As [`process_records`](Router::process_records), with one more thing that is gathered and written last.
    pub(super) async fn run(
        &self,
        records: Vec<RawRecord>,
        deadline: Deadline,
        last: Option<&dyn Gathering>,
    ) -> Result<Outcome> {
        if let Some(name) = &self.twice {
            return Err(Error::invalid(format!(
                "two aggregates or audit trails of the router have the name `{name}`, so that each would take the marks of \
                 the other for its own; give each its own name"
            )));
        }
        let numbered = |r: &RawRecord| r.sequence_number().is_some_and(|number| !number.is_empty());
        if let Some(position) = records.iter().position(|record| !numbered(record)) {
            return Err(Error::invalid(format!(
                "record {position} of the batch has no sequence number, so that no checkpoint could name it"
            )));
        }
        let begun: Vec<_> = self.collectors.iter().map(|c| c.begin()).collect();
        let writing = if begun.is_empty() {
            Duration::ZERO
        } else {
            self.writing
        };
        let batch = Batch {
            records: records.into_iter().map(Arc::new).collect(),
            until: deadline.before(self.margin.saturating_add(writing)),
            counts: Counts::default(),
            gathered: begun.iter().map(|g| &**g).chain(last).collect(),
            reason: Mutex::default(),
        };
        let groups = batch.records.iter().enumerate();
        let groups = groups.map(|(n, record)| group(n, record));
        let mut end = schedule(groups, self.concurrency, |position| {
            let batch = &batch;
            async move {
                let Err(failure) = self.one(position, batch).await else {
                    return true;
                };
                self.failed(position, &failure, batch);
                false
            }
        })
        .await;
        let until = deadline.before(self.margin);
        for gathering in &batch.gathered {
            let before = end.unwrap_or(usize::MAX);
            if let Err((position, failure)) = written(*gathering, before, until).await {
                self.failed(position, &failure, &batch);
                end = Some(before.min(position));
            }
        }
        let several = batch.records.len() > 1;
        let (outcome, reason) = batch.outcome(end);
        if let Some(metrics) = &self.metrics {
            unheard(|| metrics.batch(&outcome));
        }
        if end == Some(0) && several && self.first == FirstFailure::FailInvocation {
            return Err(Error::new(
                ErrorKind::Service,
                format!("the first record of the batch failed: {reason}"),
            ));
        }
        Ok(outcome)
    }

    /// Tells of a failure that is a reason for a checkpoint.
    fn failed(&self, position: usize, failure: &Failure, batch: &Batch<'_>) {
        batch.counts.failed.fetch_add(1, Ordering::Relaxed);
        if let Some(record) = batch.records.get(position) {
            self.tell(record, failure);
        }
        if position == 0 {
            let mut reason = batch.reason.lock().unwrap_or_else(PoisonError::into_inner);
            *reason = Some(failure.to_string());
        }
    }

    fn tell(&self, record: &RawRecord, failure: &Failure) {
        if let Some(observer) = &self.observer {
            unheard(|| observer(record, failure));
        }
        if let Some(metrics) = &self.metrics {
            unheard(|| metrics.failure(record, failure));
        }
    }

    /// One record to its end; an error is a reason for a checkpoint.
    async fn one(&self, position: usize, batch: &Batch<'_>) -> Result<(), Failure> {
        if batch.until.is_some_and(|until| until <= Instant::now()) {
            return Err(late());
        }
        let counts = &batch.counts;
        let record = batch.records.get(position).map(Arc::clone);
        let record = record.unwrap_or_default();
        let work = async {
            match self.dispatch(position, &record, batch).await {
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
                    self.put_away(&record, failure).await?;
                    counts.dead.fetch_add(1, Ordering::Relaxed);
                    Ok(())
                }
                Err(failure) => Err(failure),
            }
        };
        timed(counted(work, &counts.duplicates), batch.until).await
    }

    /// Puts a record into the dead letters; without any, its failure is like any other.
    async fn put_away(&self, record: &Arc<RawRecord>, failure: Failure) -> Result<(), Failure> {
        let Some(sink) = &self.sink else {
            return Err(failure);
        };
        self.tell(record, &failure);
        sink(DeadLetter::new(Arc::clone(record), &failure)).await
    }

    async fn dispatch(
        &self,
        position: usize,
        record: &Arc<RawRecord>,
        batch: &Batch<'_>,
    ) -> Result<Done, Failure> {
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
        for gathering in &batch.gathered {
            handled |= gathering.take(position, record, &found)?;
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

/// Writes what was gathered before the end.
async fn written(
    gathering: &dyn Gathering,
    end: usize,
    until: Option<Instant>,
) -> Result<(), Unwritten> {
    let Some(first) = gathering.first().filter(|first| *first < end) else {
        return Ok(());
    };
    let unwritten = Mutex::new(None);
    let done = timed(
        async {
            let Err((position, failure)) = gathering.write(end).await else {
                return Ok(());
            };
            *unwritten.lock().unwrap_or_else(PoisonError::into_inner) = Some(position);
            Err(failure)
        },
        until,
    );
    let done = done.await;
    let position = unwritten.into_inner();
    let position = position.unwrap_or_else(PoisonError::into_inner);
    done.map_err(|failure| (position.unwrap_or(first), failure))
}

fn late() -> Failure {
    Failure::transient("the time of the invocation is over")
}

/// Work whose panic is a failure, and which ends where its time does.
async fn timed(
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
async fn counted<R>(work: impl Future<Output = R>, duplicates: &AtomicUsize) -> R {
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
fn unheard(tell: impl FnOnce()) {
    drop(catch_unwind(AssertUnwindSafe(tell)));
}

pub(super) fn panicked(panic: &(dyn Any + Send)) -> Failure {
    Failure::transient(format!("the handler panicked: {}", message(panic)))
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}
