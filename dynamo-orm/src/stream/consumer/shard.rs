//! One shard: pages read, processed and kept, one after the other.

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use tokio::time::Instant;

use super::super::raw::RawRecord;
use super::super::view::View;
use super::lease::Lease;
use super::notice::{Lost, Notice};
use super::progress::Progress;
use super::shared::Shared;
use super::source::{Refusal, Source};
use crate::error::{Error, Result};
use crate::schema::{Table, is_helper_item};

/// How long a stream keeps its records.
const RETENTION: Duration = Duration::from_hours(24);

/// What comes after a step.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// There may be more at once.
    Moved,
    /// There is nothing now.
    Idle,
    /// A record failed.
    Wait(Duration),
    /// The shard is read to its end.
    Finished,
    /// The shard is another worker's.
    Lost,
}

/// A shard that this worker reads. It may be dropped, and so may any of its futures: what is not kept yet is read again.
pub(super) struct Shard {
    lease: Arc<Lease>,
    source: Source,
    /// Records before this second are skipped, up to the first that is not.
    since: Option<u64>,
    /// When the consumer began, in seconds since 1970.
    began: u64,
    iterator: Option<String>,
    /// The page that is not done yet.
    pub(super) pending: Vec<RawRecord>,
    /// The end of the shard is in `pending`, or behind it.
    pub(super) closed: bool,
    /// Records are done that the checkpoint does not know.
    unsaved: bool,
    /// How often the first pending record has failed.
    pub(super) attempts: u32,
}

impl Shard {
    pub(super) fn new(lease: Lease, source: Source, since: Option<u64>, began: u64) -> Self {
        Self {
            lease: Arc::new(lease),
            source,
            since,
            began,
            iterator: None,
            pending: Vec::new(),
            closed: false,
            unsaved: false,
            attempts: 0,
        }
    }

    pub(super) fn id(&self) -> &str {
        self.lease.shard()
    }

    pub(super) fn lease(&self) -> &Arc<Lease> {
        &self.lease
    }

    /// Reads a page if none is pending, processes it, and keeps what is done.
    pub(super) async fn step<T: Table, V: View>(
        &mut self,
        shared: &Shared<'_, T, V>,
        progress: &mut Progress,
    ) -> Result<Step> {
        let lease = Arc::clone(&self.lease);
        let work = lease.during(shared.store()?, self.advance(shared, progress));
        let step = match work.await? {
            Some(step) => step?,
            None => Step::Lost,
        };
        match step {
            Step::Finished => {
                progress.finished += 1;
                shared.tell(&Notice::Finished { shard: self.id() });
            }
            Step::Lost => {
                progress.lost += 1;
                shared.tell(&Notice::LeaseLost { shard: self.id() });
            }
            _ => {}
        }
        Ok(step)
    }

    async fn advance<T: Table, V: View>(
        &mut self,
        shared: &Shared<'_, T, V>,
        progress: &mut Progress,
    ) -> Result<Step> {
        if !self.save(shared).await? {
            return Ok(Step::Lost);
        }
        if self.pending.is_empty() && !self.closed {
            let read = self.read(shared, progress).await?;
            if self.pending.is_empty() && !self.closed {
                return Ok(read);
            }
        }
        if !self.pending.is_empty() {
            let step = self.process(shared, progress).await?;
            if !self.pending.is_empty() || !self.closed {
                return Ok(step);
            }
        }
        let ended = self.lease.end(shared.store()?).await?;
        Ok(if ended { Step::Finished } else { Step::Lost })
    }

    /// Writes the checkpoint if there is one to write. `false` when the shard is another's.
    pub(super) async fn save<T: Table, V>(&mut self, shared: &Shared<'_, T, V>) -> Result<bool> {
        if !self.unsaved {
            return Ok(true);
        }
        let kept = self.lease.checkpoint(shared.store()?).await?;
        self.unsaved = false;
        Ok(kept)
    }

    async fn read<T: Table, V>(
        &mut self,
        shared: &Shared<'_, T, V>,
        progress: &mut Progress,
    ) -> Result<Step> {
        // A refused iterator is replaced by a new one, but not for ever.
        for _ in 0..3 {
            match self.page(shared.settings.batch).await {
                Ok(records) => return Ok(self.take(records, progress)),
                Err(Refusal::Expired) => self.iterator = None,
                Err(Refusal::Trimmed) => {
                    self.trimmed(shared)?;
                }
                Err(Refusal::Gone(error)) => {
                    self.gone(shared, error).await?;
                    return Ok(Step::Moved);
                }
                Err(Refusal::Failed(error)) => return Err(error),
            }
        }
        Ok(Step::Wait(shared.settings.pause))
    }

    async fn page(&mut self, most: i32) -> Result<Vec<RawRecord>, Refusal> {
        let iterator = if let Some(iterator) = &self.iterator {
            iterator.clone()
        } else {
            let behind = self.lease.position();
            self.source.iterator(self.id(), behind.as_deref()).await?
        };
        self.iterator = Some(iterator.clone());
        let batch = self.source.records(&iterator, most).await?;
        self.closed = batch.next.is_none();
        self.iterator = batch.next;
        Ok(batch.records)
    }

    /// Leaves out what is older than the starting position, and keeps the rest for processing.
    fn take(&mut self, mut records: Vec<RawRecord>, progress: &mut Progress) -> Step {
        let empty = records.is_empty();
        progress.read += records.len();
        if let Some(since) = self.since {
            let second = |record: &RawRecord| {
                let time = record.time()?.duration_since(UNIX_EPOCH).ok()?;
                Some(time.as_secs())
            };
            let old = |record: &RawRecord| second(record).is_some_and(|second| second < since);
            let skipped = records.iter().take_while(|record| old(record)).count();
            if skipped < records.len() {
                self.since = None;
            }
            progress.skipped += skipped;
            // They are no position: whoever reads on behind one compares no times any more.
            records.drain(..skipped);
        }
        self.pending = records;
        if empty { Step::Idle } else { Step::Moved }
    }

    /// What stands behind the position was deleted, or may have been.
    fn trimmed<T: Table, V>(&mut self, shared: &Shared<'_, T, V>) -> Result<()> {
        self.iterator = None;
        let position = self.lease.position();
        let began = UNIX_EPOCH + Duration::from_secs(self.began);
        let reading_for = shared.store()?.now().duration_since(began);
        // What a consumer finds at its first start was never promised to it.
        if position.is_none() && reading_for.is_ok_and(|time| time < RETENTION) {
            return Ok(());
        }
        let lost = Lost::Behind {
            shard: self.id().to_owned(),
            sequence_number: position,
        };
        shared.lose(&lost)?;
        self.lease.done(None);
        Ok(())
    }

    /// There is no such shard any more: it is over, if there still is the stream.
    async fn gone<T: Table, V>(&mut self, shared: &Shared<'_, T, V>, error: Error) -> Result<()> {
        let listed = self.source.shards().await?;
        if listed.iter().any(|(id, _)| id == self.id()) {
            return Err(error);
        }
        shared.lose(&Lost::Shard {
            shard: self.id().to_owned(),
        })?;
        self.closed = true;
        Ok(())
    }

    async fn process<T: Table, V: View>(
        &mut self,
        shared: &Shared<'_, T, V>,
        progress: &mut Progress,
    ) -> Result<Step> {
        let batch = self.pending.clone();
        let begun = Instant::now();
        let outcome = shared.router.process_records(batch, shared.deadline());
        let outcome = outcome.await?;
        progress.count(&outcome);
        let checkpoint = outcome.checkpoint.as_deref();
        let failed = checkpoint.and_then(|number| {
            let is_it = |record: &RawRecord| record.sequence_number() == Some(number);
            self.pending.iter().position(is_it)
        });
        let why = shared.failures.take(&self.pending, failed);
        self.done::<T>(failed.unwrap_or(self.pending.len()));
        if failed.is_some_and(|first| first > 0) && begun.elapsed() >= shared.settings.handler {
            // Those before it took the time: it is tried once it has had all of it.
            let saved = self.save(shared).await?;
            return Ok(if saved { Step::Moved } else { Step::Lost });
        }
        if failed.is_some() {
            return self.failed(shared, progress, why).await;
        }
        // The last checkpoint of a closed shard is its end.
        if !self.closed && !self.save(shared).await? {
            return Ok(Step::Lost);
        }
        Ok(Step::Moved)
    }

    /// The first pending records are done.
    ///
    /// Where they are nothing but items of the library's own, no checkpoint is written: it would be the next such record,
    /// and a table at rest would never come to rest.
    pub(super) fn done<T: Table>(&mut self, count: usize) {
        let Some(done) = self.pending.get(..count).filter(|done| !done.is_empty()) else {
            return;
        };
        let own = |record: &RawRecord| {
            let keys = record.keys_json();
            keys.is_some_and(|keys| is_helper_item(T::MODEL, keys))
        };
        self.unsaved |= !done.iter().all(own);
        let number = done.last().and_then(RawRecord::sequence_number);
        self.lease.done(number.map(str::to_owned));
        self.pending.drain(..count);
        self.attempts = 0;
    }
}
