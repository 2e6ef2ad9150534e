//! What the records of one batch share, and what became of them.

use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::time::Instant;

use super::collect::{Gathering, Unwritten};
use super::outcome::Outcome;
use super::raw::RawRecord;
use super::work::timed;

/// What became of one record.
pub(super) enum Done {
    Processed,
    Unhandled,
    Unknown,
    Hidden,
}

/// What became of how many records.
#[derive(Default)]
pub(super) struct Counts {
    pub(super) processed: AtomicUsize,
    pub(super) unhandled: AtomicUsize,
    pub(super) unknown: AtomicUsize,
    pub(super) hidden: AtomicUsize,
    pub(super) dead: AtomicUsize,
    pub(super) failed: AtomicUsize,
    pub(super) duplicates: AtomicUsize,
}

/// What all records of a batch share.
pub(super) struct Batch<'b> {
    pub(super) records: Vec<Arc<RawRecord>>,
    /// When records are no longer worked on.
    pub(super) until: Option<Instant>,
    pub(super) counts: Counts,
    pub(super) gathered: Vec<&'b dyn Gathering>,
    /// Why the first record failed.
    pub(super) reason: Mutex<Option<String>>,
}

impl Batch<'_> {
    fn number(&self, position: usize) -> Option<String> {
        let record = self.records.get(position)?;
        record.sequence_number().map(str::to_owned)
    }

    /// What became of the batch, and why its first record failed.
    pub(super) fn outcome(self, end: Option<usize>) -> (Outcome, String) {
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

/// Records of one item are one group; one whose key is unknown is alone.
pub(super) fn group(position: usize, record: &RawRecord) -> (Option<usize>, String) {
    match record.keys_json().map(super::image::canonical) {
        Some(Some(keys)) => (None, keys),
        _ => (Some(position), String::new()),
    }
}

/// Writes what was gathered before the end.
pub(super) async fn written(
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
