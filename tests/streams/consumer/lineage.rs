//! Any tree of shards, read with faults and crashes in between.

use std::sync::atomic::Ordering;
use std::time::Duration;

use proptest::prelude::*;

use super::fake::Fault;
use super::world::{Worker, World, drain, for_polls};

#[derive(Clone, Debug)]
enum Act {
    /// Changes items one after the other.
    Write(Vec<u8>),
    /// Closes an open shard, for one child or two.
    Split {
        which: usize,
        two: bool,
    },
    Step,
    /// A step of which nothing more is polled; the consumer goes on.
    Cut(usize),
    /// The process dies in a step, and another one begins.
    Crash(usize),
    Fault(Fault),
    Expire,
    /// Handlers fail so often.
    Fail(u64),
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        Just(Fault::None),
        Just(Fault::Expired),
        Just(Fault::Throttled),
        Just(Fault::Broken),
        Just(Fault::Empty),
    ]
}

fn gentle() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => prop::collection::vec(0u8..5, 1..6).prop_map(Act::Write),
        2 => (any::<usize>(), any::<bool>()).prop_map(|(which, two)| Act::Split { which, two }),
        3 => Just(Act::Step),
        2 => fault().prop_map(Act::Fault),
        1 => Just(Act::Expire),
    ]
}

fn rough() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => gentle(),
        1 => (0usize..120).prop_map(Act::Cut),
        1 => (0usize..120).prop_map(Act::Crash),
        1 => (1u64..4).prop_map(Act::Fail),
    ]
}

/// The world and its open shards, each with its items.
struct Run {
    world: World,
    open: Vec<(String, Vec<u8>)>,
}

impl Run {
    async fn new() -> Self {
        let world = World::new().await;
        let roots = [vec![0, 1, 2], vec![3, 4]].map(|items| {
            let id = world.fake.state().open(None);
            (id, items)
        });
        let open = roots.into();
        Self { world, open }
    }

    fn write(&mut self, items: &[u8]) {
        for item in items {
            let (shard, _) = self.open.iter().find(|(_, of)| of.contains(item)).unwrap();
            self.world.write(&shard.clone(), &format!("i{item}"));
        }
    }

    fn split(&mut self, which: usize, two: bool) {
        let (parent, items) = self.open.remove(which % self.open.len());
        let mut state = self.world.fake.state();
        state.shard(&parent).closed = true;
        let (left, right): (Vec<u8>, Vec<u8>) = if two {
            items.iter().partition(|item| **item % 2 == 0)
        } else {
            (items, Vec::new())
        };
        for items in [left, right] {
            if !items.is_empty() {
                self.open.push((state.open(Some(&parent)), items));
            }
        }
    }

    async fn act(&mut self, worker: &mut Worker, act: Act) {
        match act {
            Act::Write(items) => self.write(&items),
            Act::Split { which, two } => self.split(which, two),
            Act::Step => expect_passing(worker.poll().await),
            Act::Cut(polls) => {
                if let Some(step) = for_polls(polls, worker.poll()).await {
                    expect_passing(step);
                }
            }
            Act::Crash(polls) => {
                if let Some(step) = for_polls(polls, worker.poll()).await {
                    expect_passing(step);
                }
                *worker = self.world.worker();
                self.world.advance(Duration::from_secs(31));
            }
            Act::Fault(fault) => self.world.fake.state().faults.push_back(fault),
            Act::Expire => self.world.fake.state().expire_iterators(),
            Act::Fail(times) => self.world.failures.store(times, Ordering::SeqCst),
        }
    }
}

/// A step's error is one that may pass.
fn expect_passing(step: dynamo_orm::Result<dynamo_orm::stream::Progress>) {
    if let Err(error) = step {
        let passes = error.is_retryable() || error.code() == Some("InternalServerError");
        assert!(passes, "{error:?}");
    }
}

fn paused(future: impl Future<Output = ()>) {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_time().start_paused(true).build().unwrap();
    runtime.block_on(future);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_record_comes_in_its_items_order_whatever_splits_expires_or_dies(
        acts in prop::collection::vec(rough(), 1..30),
    ) {
        paused(async {
            let mut run = Run::new().await;
            let mut worker = run.world.worker();
            for act in acts {
                run.act(&mut worker, act).await;
            }
            run.world.advance(Duration::from_secs(31));
            drain(&mut worker).await;
            run.world.expect_order();
            assert!(run.world.is_all_seen());
        });
    }

    #[test]
    fn a_clean_run_delivers_each_record_once_over_splits_expiries_and_throttles(
        acts in prop::collection::vec(gentle(), 1..30),
        restart in 0usize..30,
    ) {
        paused(async {
            let mut run = Run::new().await;
            let mut worker = run.world.worker();
            for (n, act) in acts.into_iter().enumerate() {
                run.act(&mut worker, act).await;
                if n == restart {
                    worker.close().await.unwrap();
                    worker = run.world.worker();
                }
            }
            drain(&mut worker).await;
            run.world.expect_once();
        });
    }

    #[test]
    fn two_workers_share_the_shards_and_deliver_each_record_once(
        acts in prop::collection::vec((gentle(), any::<bool>()), 1..30),
    ) {
        paused(async {
            let mut run = Run::new().await;
            let (mut one, mut other) = (run.world.worker(), run.world.worker());
            for (act, first) in acts {
                match act {
                    Act::Step => {
                        let (a, b) = tokio::join!(one.poll(), other.poll());
                        expect_passing(a);
                        expect_passing(b);
                    }
                    act if first => run.act(&mut one, act).await,
                    act => run.act(&mut other, act).await,
                }
            }
            for _ in 0..30 {
                tokio::time::sleep(Duration::from_millis(100)).await;
                let (a, b) = tokio::join!(one.poll(), other.poll());
                expect_passing(a);
                expect_passing(b);
            }
            drain(&mut one).await;
            drain(&mut other).await;
            run.world.expect_once();
        });
    }
}
