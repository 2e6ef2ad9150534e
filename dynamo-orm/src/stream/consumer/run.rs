//! A consumer that runs until it is told to stop: each shard in a loop of its own, and one that looks for shards.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use super::super::view::View;
use super::Consumer;
use super::book::{Book, Ended};
use super::notice::Notice;
use super::progress::Progress;
use super::shard::{Shard, Step};
use super::shared::Shared;
use super::source::may_pass;
use crate::error::{Error, Result};
use crate::op::Backoff;
use crate::schema::Table;

type Task<'t> = Pin<Box<dyn Future<Output = Result<()>> + Send + 't>>;

/// What the loops tell each other. They are polled together, so nobody needs to be woken.
#[derive(Default)]
struct Board {
    stopping: AtomicBool,
    /// Shards for which work may begin.
    claimed: Mutex<Vec<Shard>>,
    /// Shards whose work has ended.
    ended: Mutex<Vec<(String, Ended)>>,
}

impl<T: Table, V: View> Consumer<'_, T, V> {
    /// Reads the stream until `stop` is ready: then the batches that have begun are finished, the checkpoints are
    /// written, and the shards given back.
    ///
    /// What may pass is waited for: throttles, the network, records that fail ([`observe`](Consumer::observe) tells).
    ///
    /// # Errors
    /// As [`poll`](Consumer::poll), but for what may pass. The other shards are stopped in the same way before the error
    /// is given; nothing is lost, and a later start goes on there.
    pub async fn run(self, stop: impl Future<Output = ()> + Send) -> Result<()> {
        let Self {
            shared,
            mut book,
            shards,
        } = self;
        let board = Board::default();
        lock(&board.claimed).extend(shards);
        let mut stop = pin!(stop);
        let mut looking: Option<Task<'_>> = Some(Box::pin(look(&shared, &mut book, &board)));
        let mut tasks: Vec<Task<'_>> = Vec::new();
        let mut failed: Option<Error> = None;
        poll_fn(|cx| {
            if !board.stopping() && stop.as_mut().poll(cx).is_ready() {
                board.stop();
            }
            loop {
                let mut moved = false;
                if let Some(task) = &mut looking
                    && let Poll::Ready(done) = task.as_mut().poll(cx)
                {
                    looking = None;
                    moved = true;
                    note(&board, &mut failed, done);
                }
                for shard in std::mem::take(&mut *lock(&board.claimed)) {
                    moved = true;
                    tasks.push(Box::pin(work(&shared, shard, &board)));
                }
                tasks.retain_mut(|task| match task.as_mut().poll(cx) {
                    Poll::Ready(done) => {
                        moved = true;
                        note(&board, &mut failed, done);
                        false
                    }
                    Poll::Pending => true,
                });
                if !moved {
                    break;
                }
            }
            if looking.is_none() && tasks.is_empty() {
                return Poll::Ready(());
            }
            Poll::Pending
        })
        .await;
        failed.map_or(Ok(()), Err)
    }
}

fn note(board: &Board, failed: &mut Option<Error>, done: Result<()>) {
    if let Err(error) = done {
        failed.get_or_insert(error);
        board.stop();
    }
}

/// Looks for shards until the end.
async fn look<T: Table, V: View>(
    shared: &Shared<'_, T, V>,
    book: &mut Book,
    board: &Board,
) -> Result<()> {
    let mut backoff = Backoff::new(u32::MAX);
    while !board.stopping() {
        for (shard, how) in std::mem::take(&mut *lock(&board.ended)) {
            book.ended(&shard, how);
        }
        let looked = book.look(shared).await;
        lock(&board.claimed).append(&mut book.claimed);
        match looked {
            Ok(()) => {
                backoff = Backoff::new(u32::MAX);
                let due = tokio::time::sleep_until(book.due(shared.settings.discover));
                board.until(due, || !lock(&board.ended).is_empty()).await;
            }
            Err(error) if may_pass(&error) => {
                shared.tell(&Notice::Waiting {
                    shard: None,
                    error: &error,
                });
                board.until(backoff.wait(), || false).await;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Works on a shard until it ends, or is lost, or the consumer stops.
async fn work<T: Table, V: View>(
    shared: &Shared<'_, T, V>,
    mut reader: Shard,
    board: &Board,
) -> Result<()> {
    let lease = Arc::clone(reader.lease());
    let store = shared.store()?;
    let mut backoff = Backoff::new(u32::MAX);
    let mut result = Ok(());
    while !board.stopping() {
        let step = reader.step(shared, &mut Progress::default()).await;
        let rest = match step {
            Ok(Step::Moved) => {
                backoff = Backoff::new(u32::MAX);
                continue;
            }
            Ok(Step::Idle) => shared.settings.pause,
            Ok(Step::Wait(time)) => time,
            Ok(Step::Finished) => {
                board.end(lease.shard(), Ended::Finished);
                return Ok(());
            }
            Ok(Step::Lost) => {
                board.end(lease.shard(), Ended::Lost);
                return Ok(());
            }
            Err(error) if may_pass(&error) => {
                shared.tell(&Notice::Waiting {
                    shard: Some(lease.shard()),
                    error: &error,
                });
                let wait = board.until(backoff.wait(), || false);
                // What cannot be prolonged is said by the next step.
                let _ = lease.during(store, wait).await;
                continue;
            }
            Err(error) => {
                result = Err(error);
                break;
            }
        };
        let rest = board.until(tokio::time::sleep(rest), || false);
        let _ = lease.during(store, rest).await;
    }
    let released = lease.release(store).await;
    result.and(released)
}

impl Board {
    fn stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    fn end(&self, shard: &str, how: Ended) {
        lock(&self.ended).push((shard.to_owned(), how));
    }

    /// Waits, but not beyond the end of the consumer, nor when something is there to do.
    async fn until<O>(
        &self,
        wait: impl Future<Output = O> + Send,
        ready: impl Fn() -> bool + Send + Sync,
    ) {
        let mut wait = pin!(wait);
        poll_fn(|cx| {
            if self.stopping() || ready() {
                return Poll::Ready(());
            }
            wait.as_mut().poll(cx).map(|_| ())
        })
        .await;
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
