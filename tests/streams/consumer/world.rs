//! A table on the embedded engine, a fake stream of it, a clock, and what handlers saw.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::{Duration, UNIX_EPOCH};

use dynamo_orm::Db;
use dynamo_orm::local::{Engine, Tap};
use dynamo_orm::stream::{Change, Consumer, Failure, NewAndOldImages, Record, Router};

use dynamo_orm_tests::raw;

use super::fake::{ARN, Fake, Slow};
use crate::event::{insert, modify};
use crate::model::{Order, Shop, order};

/// Items and the numbers of their changes, in the order in which handlers were called.
pub(crate) type Seen = Arc<Mutex<Vec<(String, i64)>>>;

/// A consumer of these tests.
pub(crate) type Worker = Consumer<'static, Shop, NewAndOldImages>;

pub(crate) struct World {
    pub(crate) fake: Fake,
    pub(crate) db: Db<Shop>,
    pub(crate) tap: Tap,
    pub(crate) clock: Arc<AtomicU64>,
    pub(crate) seen: Seen,
    /// How often handlers fail before they do not.
    pub(crate) failures: Arc<AtomicU64>,
    written: std::collections::BTreeMap<String, i64>,
}

impl World {
    pub(crate) async fn new() -> Self {
        let engine = Engine::memory().unwrap();
        let table = Db::<Shop>::on_engine(&engine).await.unwrap();
        let tap = Tap::new(Slow(engine));
        let clock = Arc::new(AtomicU64::new(1_700_000_000_000));
        let time = Arc::clone(&clock);
        let begun = tokio::time::Instant::now();
        // Sleeping moves the clock, and so does `advance`.
        let now = move || {
            let ahead = Duration::from_millis(time.load(Ordering::SeqCst));
            UNIX_EPOCH + ahead + begun.elapsed()
        };
        Self {
            fake: Fake::default(),
            db: Db::new(tap.client(), table.table_name()).with_clock(now),
            tap,
            clock,
            seen: Seen::default(),
            failures: Arc::default(),
            written: std::collections::BTreeMap::new(),
        }
    }

    pub(crate) fn advance(&self, time: Duration) {
        let millis = u64::try_from(time.as_millis()).unwrap();
        self.clock.fetch_add(millis, Ordering::SeqCst);
    }

    /// Changes an item once more; its record is in this shard.
    pub(crate) fn write(&mut self, shard: &str, item: &str) {
        let number = self.written.entry(item.to_owned()).or_insert(-1);
        *number += 1;
        let new = order(item, "ada", *number);
        let record = match *number {
            0 => insert(0, &new),
            n => modify(0, &order(item, "ada", n - 1), &new),
        };
        self.fake.state().write(shard, record);
    }

    /// A router that writes down what it sees.
    pub(crate) fn router(&self) -> Router<'static, Shop> {
        let (seen, failures) = (Arc::clone(&self.seen), Arc::clone(&self.failures));
        Router::new().on(move |order: Record<Change<Order>>| {
            let (seen, failures) = (Arc::clone(&seen), Arc::clone(&failures));
            async move {
                tokio::task::yield_now().await;
                let less = |n: u64| n.checked_sub(1);
                if failures
                    .fetch_update(Ordering::SeqCst, Ordering::SeqCst, less)
                    .is_ok()
                {
                    return Err(Failure::transient("told to"));
                }
                let new = order.change.new_item().unwrap();
                seen.lock().unwrap().push((new.id.clone(), new.cents));
                tokio::task::yield_now().await;
                Ok(())
            }
        })
    }

    pub(crate) fn worker(&self) -> Worker {
        self.worker_of(self.router())
    }

    pub(crate) fn worker_of(&self, router: Router<'static, Shop>) -> Worker {
        Consumer::new(&self.db, &self.fake.client(), "test", router)
            .stream_arn(ARN)
            .batch(3)
            .discover_every(Duration::from_millis(100))
    }

    /// A shard's item, as text; empty when there is none.
    pub(crate) async fn checkpoint(&self, shard: &str) -> String {
        let item = raw(&self.db, &format!("$stream#test#{shard}"), "$stream").await;
        let mut attributes: Vec<String> = item.iter().map(|(n, v)| format!("{n} {v:?}")).collect();
        attributes.sort_unstable();
        attributes.join("\n")
    }

    /// What was seen of an item.
    pub(crate) fn of(&self, item: &str) -> Vec<i64> {
        let seen = self.seen.lock().unwrap();
        let of_it = seen.iter().filter(|(id, _)| id == item);
        of_it.map(|(_, number)| *number).collect()
    }

    /// Each item's changes came in order, with nothing left out; perhaps again from an earlier one.
    pub(crate) fn expect_order(&self) {
        for item in self.written.keys() {
            let mut next = 0;
            for number in self.of(item) {
                assert!(number <= next, "{item}: {:?}", self.of(item));
                next = next.max(number + 1);
            }
        }
    }

    pub(crate) fn is_all_seen(&self) -> bool {
        let last = |item: &str| self.of(item).into_iter().max();
        self.written
            .iter()
            .all(|(item, number)| last(item) == Some(*number))
    }

    /// Each change was seen once, in order.
    pub(crate) fn expect_once(&self) {
        for (item, last) in &self.written {
            assert_eq!(self.of(item), (0..=*last).collect::<Vec<_>>(), "{item}");
        }
    }
}

/// Steps until there is nothing more; what may pass is tried again.
pub(crate) async fn drain(worker: &mut Worker) {
    let mut idle = 0;
    for _ in 0..500 {
        match worker.poll().await {
            Ok(progress) if progress.is_idle() => idle += 1,
            Ok(_) => idle = 0,
            Err(error) => assert!(error.is_retryable() || error.code().is_some(), "{error:?}"),
        }
        if idle == 3 {
            return;
        }
        // The shards are listed again.
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the consumer does not come to rest");
}

/// Polls a future so often, and drops it then.
pub(crate) async fn for_polls<T>(polls: usize, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let mut left = polls;
    poll_fn(|cx| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        future.as_mut().poll(cx).map(Some)
    })
    .await
}
