//! The right of one worker to one shard, and its position, which are written together.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::{Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use tokio::time::Instant;

use super::source::may_pass;
use super::store::Store;
use crate::error::Result;
use crate::op::Backoff;

/// A lease of a shard. Every write is on the condition that the item still has this lease's own token.
#[derive(Debug)]
pub(super) struct Lease {
    shard: String,
    token: String,
    time: Duration,
    held: Mutex<Held>,
    /// One write at a time, so that an older position never follows a newer one.
    writing: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct Held {
    /// Counted from before the request, on this process's own clock.
    until: Instant,
    lost: bool,
    position: Option<String>,
    saved: Option<String>,
}

impl Lease {
    pub(super) fn new(
        shard: String,
        token: String,
        time: Duration,
        asked: Instant,
        position: Option<String>,
    ) -> Self {
        Self {
            shard,
            token,
            time,
            held: Mutex::new(Held {
                until: asked + time,
                lost: false,
                saved: position.clone(),
                position,
            }),
            writing: tokio::sync::Mutex::new(()),
        }
    }

    pub(super) fn shard(&self) -> &str {
        &self.shard
    }

    /// All records up to this one are done. It is kept with the next write.
    pub(super) fn done(&self, position: Option<String>) {
        self.held().position = position;
    }

    pub(super) fn position(&self) -> Option<String> {
        self.held().position.clone()
    }

    /// Writes the position down now. `false` when the shard is another worker's.
    pub(super) async fn checkpoint(&self, store: &Store) -> Result<bool> {
        let _one = self.writing.lock().await;
        let position = {
            let held = self.held();
            if held.lost {
                return Ok(false);
            }
            held.position.clone()
        };
        let asked = Instant::now();
        let kept = store.keep(&self.shard, &self.token, self.time, position.as_deref());
        let kept = kept.await?;
        let mut held = self.held();
        if kept {
            held.until = asked + self.time;
            held.saved = position;
        } else {
            held.lost = true;
        }
        Ok(kept)
    }

    /// Gives the shard back with its position. Nothing is said when it is another's already.
    pub(super) async fn release(&self, store: &Store) -> Result<()> {
        let _one = self.writing.lock().await;
        let position = self.position();
        if !self.is_lost() {
            let released = store.release(&self.shard, &self.token, position.as_deref());
            released.await?;
        }
        self.held().lost = true;
        Ok(())
    }

    /// Says that the shard is done. `false` when it is another worker's.
    pub(super) async fn end(&self, store: &Store) -> Result<bool> {
        let _one = self.writing.lock().await;
        let position = self.position();
        let ended = store.end(&self.shard, &self.token, position.as_deref());
        let ended = ended.await?;
        self.held().lost |= !ended;
        Ok(ended)
    }

    pub(super) fn is_lost(&self) -> bool {
        self.held().lost
    }

    /// Runs work while the lease is prolonged beside it; `None` when it is lost, and the work dropped.
    pub(super) async fn during<T>(
        &self,
        store: &Store,
        work: impl Future<Output = T>,
    ) -> Result<Option<T>> {
        let until = self.held().until;
        if until <= Instant::now() && !self.checkpoint(store).await? {
            return Ok(None);
        }
        let mut work = pin!(work);
        let mut kept = pin!(self.prolong(store));
        let done = poll_fn(|cx| {
            if kept.as_mut().poll(cx).is_ready() {
                return Poll::Ready(None);
            }
            work.as_mut().poll(cx).map(Some)
        });
        Ok(done.await)
    }

    /// Prolongs the lease whenever a third of it has passed; ready when it is lost.
    async fn prolong(&self, store: &Store) {
        let mut backoff = Backoff::new(u32::MAX);
        loop {
            let (until, lost) = {
                let held = self.held();
                (held.until, held.lost)
            };
            if lost || until <= Instant::now() {
                // Another worker may begin now, so this one must not go on.
                self.held().lost = true;
                return;
            }
            let due = until.checked_sub(self.time / 3 * 2).unwrap_or(until);
            if Instant::now() < due {
                tokio::time::sleep_until(due).await;
                continue;
            }
            match tokio::time::timeout_at(until, self.checkpoint(store)).await {
                Ok(Ok(true)) => backoff = Backoff::new(u32::MAX),
                Ok(Err(error)) if may_pass(&error) => {
                    // No wait outlasts the lease.
                    let _ = tokio::time::timeout_at(until, backoff.wait()).await;
                }
                Err(_) => {}
                Ok(Ok(false) | Err(_)) => {
                    self.held().lost = true;
                    return;
                }
            }
        }
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
