//! A batch through a router: order, time, panics, failures, checkpoint.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::error::{Error, ErrorKind, Result};
use crate::schema::{Table, entity_of, is_helper_item};

use super::batch::{Batch, Counts, Done, group, written};
use super::collect::Gathering;
use super::dead_letter::DeadLetter;
use super::deadline::Deadline;
use super::event::records;
use super::failure::Failure;
use super::outcome::{BatchResponse, Outcome};
use super::raw::{EventName, RawRecord};
use super::router::{Router, Unknown};
use super::schedule::schedule;
use super::view::{Sides, View};
use super::work::{counted, late, timed, unheard};

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
        // Leases and marks alone are nobody's business: a table at rest is silent.
        let own = outcome.records > 0 && outcome.records == outcome.hidden;
        if let Some(metrics) = self.metrics.as_ref().filter(|_| !own) {
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
        // What one function refuses for good is no reason to keep it from the others.
        let mut refused: Option<Failure> = None;
        let mut called = |result: Result<bool, Failure>| match result {
            Err(failure) if failure.is_permanent() => {
                refused.get_or_insert(failure);
                Ok(true)
            }
            result => result,
        };
        for route in &self.routes {
            handled |= called(match route(record, &found) {
                Ok(Some(work)) => work.await.map(|()| true),
                Ok(None) => Ok(false),
                Err(error) => Err(error.into()),
            })?;
        }
        for gathering in &batch.gathered {
            handled |= called(gathering.take(position, record, &found))?;
        }
        if let Some(failure) = refused {
            return Err(failure);
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
