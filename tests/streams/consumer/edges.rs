//! What is out of a consumer's hands: clocks, handlers that hang, observers that panic, listings with gaps.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use dynamo_orm::Db;
use dynamo_orm::stream::{Change, Record, Router, StartingPosition, Trimmed};

use super::fake::ARN;
use super::world::{World, drain};
use crate::model::{Order, Shop};

/// The records of these tests are of this second.
const WRITTEN: u64 = 1_700_000_000;

fn after_them() -> StartingPosition {
    StartingPosition::AtTimestamp(UNIX_EPOCH + Duration::from_secs(WRITTEN + 3_600))
}

/// Pages of old records are skipped; between two of them the worker is restarted.
#[tokio::test(start_paused = true)]
async fn what_is_older_than_the_start_stays_out_also_after_a_restart() {
    let mut world = World::new().await;
    let shard = world.fake.state().open(None);
    for _ in 0..9 {
        world.write(&shard, "a");
    }
    let mut worker = world.worker().start(after_them());
    worker.poll().await.unwrap();
    worker.close().await.unwrap();
    let mut worker = world.worker().start(after_them());
    drain(&mut worker).await;
    assert_eq!(
        world.of("a"),
        Vec::<i64>::new(),
        "all of them are older than the starting position"
    );
}

/// The same without a stop: the worker dies, and its lease was prolonged while it skipped.
#[tokio::test(start_paused = true)]
async fn what_is_older_than_the_start_stays_out_also_after_a_takeover() {
    let mut world = World::new().await;
    let shard = world.fake.state().open(None);
    for _ in 0..9 {
        world.write(&shard, "a");
    }
    let mut first = world.worker().start(after_them());
    first.poll().await.unwrap();
    tokio::time::sleep(Duration::from_secs(25)).await;
    first.poll().await.unwrap();
    drop(first);
    tokio::time::sleep(Duration::from_secs(31)).await;
    let mut second = world.worker().start(after_them());
    drain(&mut second).await;
    assert_eq!(world.of("a"), Vec::<i64>::new());
}

/// A worker's clock is an hour ahead when it takes the shard, and then it dies.
#[tokio::test(start_paused = true)]
async fn a_clock_that_was_ahead_does_not_hold_a_shard_for_longer_than_a_lease() {
    let mut world = World::new().await;
    let shard = world.fake.state().open(None);
    world.write(&shard, "a");
    let begun = tokio::time::Instant::now();
    let now = move |ahead: u64| {
        move || UNIX_EPOCH + Duration::from_secs(WRITTEN + ahead) + begun.elapsed()
    };
    let ahead: Db<Shop> = world.db.clone().with_clock(now(3_600));
    let router = Router::new().on(|_: Record<Change<Order>>| std::future::pending());
    let mut dies = dynamo_orm::stream::Consumer::new(&ahead, &world.fake.client(), "test", router)
        .stream_arn(ARN);
    let ended = tokio::time::timeout(Duration::from_secs(1), dies.poll()).await;
    assert!(ended.is_err());
    drop(dies);
    let mut worker = world.worker();
    for _ in 0..120 {
        worker.poll().await.unwrap();
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    assert!(
        world.is_all_seen(),
        "two minutes are four leases: nobody prolonged this one"
    );
}

/// A handler that never ends: the process is told to stop, and `max_age` has passed.
#[tokio::test(start_paused = true)]
async fn a_handler_that_hangs_does_not_hold_a_shard_for_ever() {
    let mut world = World::new().await;
    let shard = world.fake.state().open(None);
    world.write(&shard, "a");
    world.write(&shard, "b");
    let others = Arc::new(AtomicU64::new(0));
    let seen = Arc::clone(&others);
    let router = Router::new()
        .on(move |order: Record<Change<Order>>| {
            let seen = Arc::clone(&seen);
            async move {
                if order.change.new_item().unwrap().id == "a" {
                    std::future::pending::<()>().await;
                }
                seen.fetch_add(1, Ordering::SeqCst);
                Ok(())
            }
        })
        .dead_letters(|_| async { Ok(()) });
    let worker = world
        .worker_of(router)
        .handler_timeout(Duration::from_secs(20))
        .attempts(3)
        .max_age(Duration::from_mins(1));
    let stop = tokio::time::sleep(Duration::from_mins(2));
    let run = worker.run(stop);
    let ended = tokio::time::timeout(Duration::from_mins(3), run).await;
    assert!(
        ended.is_ok() && others.load(Ordering::SeqCst) == 1,
        "the record goes to the dead letters when it is too old, and the consumer stops when it is told: {ended:?}"
    );
}

/// A batch that takes longer than one handler may is no failure of the records behind.
#[tokio::test(start_paused = true)]
async fn many_records_that_each_end_in_time_are_all_done_though_the_batch_takes_longer() {
    let mut world = World::new().await;
    let shard = world.fake.state().open(None);
    for _ in 0..6 {
        world.write(&shard, "a");
    }
    let seen = Arc::clone(&world.seen);
    let router = Router::new()
        .on(move |order: Record<Change<Order>>| {
            let seen = Arc::clone(&seen);
            async move {
                tokio::time::sleep(Duration::from_secs(4)).await;
                let new = order.change.new_item().unwrap();
                seen.lock().unwrap().push((new.id.clone(), new.cents));
                Ok(())
            }
        })
        .dead_letters(|_| async { panic!("none of them failed") });
    let worker = world
        .worker_of(router)
        .handler_timeout(Duration::from_secs(5))
        .attempts(1);
    worker
        .run(tokio::time::sleep(Duration::from_mins(1)))
        .await
        .unwrap();
    world.expect_once();
}

/// `DescribeStream` is a listing of many pages; once it leaves out a shard that is being read.
#[tokio::test(start_paused = true)]
async fn a_parent_that_one_listing_leaves_out_is_still_read_before_its_child() {
    for trimmed in [Trimmed::Fail, Trimmed::Continue] {
        let mut world = World::new().await;
        let parent = world.fake.state().open(None);
        for _ in 0..9 {
            world.write(&parent, "a");
        }
        let mut worker = world.worker().on_trimmed(trimmed);
        worker.poll().await.unwrap();
        world.fake.state().shard(&parent).closed = true;
        let child = world.fake.state().open(Some(&parent));
        for _ in 0..9 {
            world.write(&child, "a");
        }
        world.fake.state().shard(&parent).unlisted = true;
        tokio::time::sleep(Duration::from_millis(150)).await;
        let _ = worker.poll().await;
        world.fake.state().shard(&parent).unlisted = false;
        drain_anyhow(&mut worker).await;
        let seen = world.of("a");
        assert!(
            seen.is_sorted() && seen.len() == 18,
            "{trimmed:?}: in order, and all of them: {seen:?}"
        );
    }
}

/// The listings of a second worker leave out what the first one reads; in the end it is gone, and the first one dead.
#[tokio::test(start_paused = true)]
async fn a_parent_that_another_worker_reads_is_not_gone_because_listings_leave_it_out() {
    let mut world = World::new().await;
    let parent = world.fake.state().open(None);
    for _ in 0..6 {
        world.write(&parent, "a");
    }
    let mut first = world.worker();
    first.poll().await.unwrap();
    world.fake.state().shard(&parent).closed = true;
    let child = world.fake.state().open(Some(&parent));
    world.write(&child, "a");
    world.fake.state().shard(&parent).unlisted = true;
    let mut second = world.worker().on_trimmed(Trimmed::Continue);
    drain(&mut second).await;
    assert_eq!(world.of("a"), [0, 1, 2]);
    world.fake.state().shards.remove(0);
    drain(&mut second).await;
    assert_eq!(
        world.of("a"),
        [0, 1, 2],
        "the first worker's lease is not over"
    );
    drop(first);
    tokio::time::sleep(Duration::from_secs(31)).await;
    drain(&mut second).await;
    assert_eq!(world.of("a"), [0, 1, 2, 6]);
}

/// Nobody has read the parent when the listing leaves it out, and goes on to do so.
#[tokio::test(start_paused = true)]
async fn a_parent_that_no_listing_names_is_read_first_while_it_is_there() {
    let mut world = World::new().await;
    let parent = world.fake.state().open(None);
    let child = world.fake.state().open(Some(&parent));
    for shard in [&parent, &child] {
        for _ in 0..5 {
            world.write(shard, "a");
        }
    }
    world.fake.state().shard(&parent).closed = true;
    world.fake.state().shard(&parent).unlisted = true;
    let mut worker = world.worker();
    drain_anyhow(&mut worker).await;
    world.expect_once();
}

async fn drain_anyhow(worker: &mut super::world::Worker) {
    for _ in 0..60 {
        let _ = worker.poll().await;
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
}

/// The checkpoint is throttled, then its answer is lost: nothing is left out, and the shard ends.
#[tokio::test(start_paused = true)]
async fn a_checkpoint_that_is_throttled_or_unheard_loses_nothing() {
    let mut world = World::new().await;
    let shard = world.fake.state().open(None);
    for _ in 0..9 {
        world.write(&shard, "a");
    }
    world.fake.state().shard(&shard).closed = true;
    let throttled =
        r#"{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException","message":"slow"}"#;
    let mut worker = world.worker();
    let _ = worker.poll().await;
    for _ in 0..6 {
        world.tap.answer("UpdateItem", 400, throttled);
        let _ = worker.poll().await;
        world.tap.lose_answer("UpdateItem");
        let _ = worker.poll().await;
    }
    drain(&mut worker).await;
    world.expect_order();
    assert!(world.is_all_seen());
}

/// Two workers; the second one's clock jumps ahead by an hour while the first is at work, and back.
#[tokio::test(start_paused = true)]
async fn two_workers_and_a_clock_that_jumps_keep_the_order_of_their_checkpoints() {
    let mut world = World::new().await;
    let shard = world.fake.state().open(None);
    for _ in 0..30 {
        world.write(&shard, "a");
    }
    let (mut one, mut two) = (world.worker(), world.worker());
    for round in 0..40 {
        one.poll().await.unwrap();
        if round == 3 {
            world.advance(Duration::from_hours(1));
        }
        two.poll().await.unwrap();
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    world.expect_order();
    assert!(world.is_all_seen());
}

/// A handler that waits for longer than its lease keeps it; the second worker does not begin.
#[tokio::test(start_paused = true)]
async fn a_handler_that_takes_longer_than_the_lease_is_called_once() {
    let mut world = World::new().await;
    let shard = world.fake.state().open(None);
    world.write(&shard, "a");
    let calls = Arc::new(AtomicU64::new(0));
    let router = |calls: &Arc<AtomicU64>| {
        let calls = Arc::clone(calls);
        Router::new().on(move |_: Record<Change<Order>>| {
            calls.fetch_add(1, Ordering::SeqCst);
            async {
                tokio::time::sleep(Duration::from_secs(100)).await;
                Ok(())
            }
        })
    };
    let stop = || tokio::time::sleep(Duration::from_mins(5));
    let (one, two) = (
        world.worker_of(router(&calls)),
        world.worker_of(router(&calls)),
    );
    let (one, two) = tokio::join!(one.run(stop()), two.run(stop()));
    one.unwrap();
    two.unwrap();
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

/// An observer of notices panics; the consumer's other shards are none of its business.
#[tokio::test(start_paused = true)]
async fn an_observer_of_failures_that_panics_does_not_end_the_consumer() {
    let mut world = World::new().await;
    let shard = world.fake.state().open(None);
    world.write(&shard, "a");
    world.failures.store(1, Ordering::SeqCst);
    let first = Arc::new(AtomicBool::new(true));
    let router = world.router().on_failure(move |_, _| {
        assert!(!first.swap(false, Ordering::SeqCst), "the log is full");
    });
    let worker = world.worker_of(router);
    let stop = tokio::time::sleep(Duration::from_mins(1));
    let joined = tokio::spawn(worker.run(stop)).await;
    assert!(joined.is_ok(), "{joined:?}");
    assert!(world.is_all_seen());
}
