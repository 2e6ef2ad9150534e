//! What one step of a consumer did.

use std::ops::AddAssign;

use super::super::outcome::Outcome;

/// What one step of a consumer did, over all its shards.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Records that were read from the stream.
    pub read: usize,
    /// Records that functions processed.
    pub processed: usize,
    /// Records that concerned no function.
    pub unhandled: usize,
    /// Records of items that are of no entity of the table, and were left.
    pub unknown: usize,
    /// Records of items that the library keeps beside yours, its own checkpoints among them.
    pub hidden: usize,
    /// Records from before the [starting position](super::StartingPosition).
    pub skipped: usize,
    /// Records that went to the dead letters.
    pub dead_lettered: usize,
    /// Shards with a record that failed and is tried again.
    pub failing: usize,
    /// Shards that this worker began to read.
    pub taken: usize,
    /// Shards that are read to their end.
    pub finished: usize,
    /// Shards that another worker has taken over.
    pub lost: usize,
}

impl Progress {
    /// Nothing happened: there is nothing to read now, or other workers read it.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.read + self.failing + self.taken + self.finished + self.dead_lettered == 0
    }

    pub(super) fn count(&mut self, outcome: &Outcome) {
        self.processed += outcome.processed;
        self.unhandled += outcome.unhandled;
        self.unknown += outcome.unknown;
        self.hidden += outcome.hidden;
        self.dead_lettered += outcome.dead_lettered;
    }
}

impl AddAssign for Progress {
    fn add_assign(&mut self, other: Self) {
        self.read += other.read;
        self.processed += other.processed;
        self.unhandled += other.unhandled;
        self.unknown += other.unknown;
        self.hidden += other.hidden;
        self.skipped += other.skipped;
        self.dead_lettered += other.dead_lettered;
        self.failing += other.failing;
        self.taken += other.taken;
        self.finished += other.finished;
        self.lost += other.lost;
    }
}
