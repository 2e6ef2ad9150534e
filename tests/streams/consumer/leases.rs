//! Leases: who reads a shard, how long, and what a worker that lost one may still do.

use std::sync::Arc;
use std::time::Duration;

use dynamo_orm::stream::{Change, Notice, Record, Router};

use super::world::{World, drain};
use crate::model::{Log, Order, Shop};

async fn world(records: usize) -> (World, String) {
    let mut world = World::new().await;
    let shard = world.fake.state().open(None);
    for _ in 0..records {
        world.write(&shard, "a");
    }
    (world, shard)
}

/// A router whose handlers take so long.
fn slow(world: &World, time: Duration) -> Router<'static, Shop> {
    let seen = Arc::clone(&world.seen);
    Router::new().on(move |order: Record<Change<Order>>| {
        let seen = Arc::clone(&seen);
        async move {
            tokio::time::sleep(time).await;
            let new = order.change.new_item().unwrap();
            seen.lock().unwrap().push((new.id.clone(), new.cents));
            Ok(())
        }
    })
}

#[tokio::test(start_paused = true)]
async fn the_shard_of_a_worker_that_died_is_taken_over_when_its_lease_is_over() {
    let (world, _) = world(7).await;
    let mut first = world.worker();
    assert_eq!(first.poll().await.unwrap().processed, 3);
    drop(first);
    let mut second = world.worker();
    world.advance(Duration::from_secs(29));
    for _ in 0..5 {
        assert!(second.poll().await.unwrap().is_idle());
    }
    tokio::time::advance(Duration::from_secs(2)).await;
    drain(&mut second).await;
    world.expect_once();
}

#[tokio::test(start_paused = true)]
async fn a_shard_that_is_given_back_is_free_at_once() {
    let (world, _) = world(7).await;
    let mut first = world.worker();
    first.poll().await.unwrap();
    first.close().await.unwrap();
    let mut second = world.worker();
    assert_eq!(second.poll().await.unwrap().processed, 3);
}

#[tokio::test(start_paused = true)]
async fn a_batch_that_takes_longer_than_a_lease_keeps_it() {
    let (world, _) = world(3).await;
    let mut slow = world.worker_of(slow(&world, Duration::from_secs(40)));
    let mut other = world.worker();
    let mut idle = true;
    tokio::join!(
        async { assert_eq!(slow.poll().await.unwrap().processed, 3) },
        async {
            for _ in 0..20 {
                tokio::time::sleep(Duration::from_secs(5)).await;
                idle &= other.poll().await.unwrap().is_idle();
            }
        }
    );
    assert!(idle);
    world.expect_once();
    // Two minutes: a write every ten seconds, and no record was done twice.
    assert!(world.tap.calls("UpdateItem") >= 12);
}

#[tokio::test(start_paused = true)]
async fn a_worker_whose_lease_was_taken_over_stops_the_shard_and_moves_no_checkpoint() {
    let (world, shard) = world(9).await;
    let log = Log::default();
    let told = log.clone();
    let mut first = world.worker_of(slow(&world, Duration::from_secs(3)));
    first = first.observe(move |notice| {
        if let Notice::LeaseLost { .. } = notice {
            told.add("lost");
        }
    });
    // The first one is in the midst of a batch, and the others' clocks say that its lease is over.
    let cut = tokio::time::timeout(Duration::from_secs(1), first.poll()).await;
    assert!(cut.is_err());
    world.advance(Duration::from_secs(31));
    let mut second = world.worker();
    drain(&mut second).await;
    assert_eq!(world.of("a"), (0..9).collect::<Vec<_>>());
    let before = world.checkpoint(&shard).await;
    let lost = first.poll().await.unwrap();
    assert_eq!(lost.lost, 1);
    assert_eq!(log.lines(), ["lost"]);
    assert_eq!(world.checkpoint(&shard).await, before);
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_cannot_prolong_its_lease_stops_in_the_midst_of_a_batch() {
    let (world, _) = world(3).await;
    let mut worker = world.worker_of(slow(&world, Duration::from_secs(25)));
    let cut = tokio::time::timeout(Duration::from_secs(1), worker.poll()).await;
    assert!(cut.is_err());
    // From now on the table cannot be reached.
    for _ in 0..10_000 {
        world.tap.disconnect("UpdateItem");
    }
    let begun = tokio::time::Instant::now();
    let step = worker.poll().await.unwrap();
    assert_eq!(step.lost, 1);
    assert!(begun.elapsed() <= Duration::from_secs(30));
    assert_eq!(world.of("a").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_answer_to_a_claim_that_was_lost_is_no_lease_of_another() {
    let (world, _) = world(3).await;
    let mut worker = world.worker();
    // The consumer's own item, then the shard's: written, and the connection breaks.
    world.tap.lose_answer("UpdateItem");
    world.tap.lose_answer("UpdateItem");
    drain(&mut worker).await;
    world.expect_once();
}

#[tokio::test(start_paused = true)]
async fn two_running_workers_deliver_each_record_once_and_one_that_stops_leaves_its_shards() {
    let mut world = World::new().await;
    let shards: Vec<String> = (0..4).map(|_| world.fake.state().open(None)).collect();
    for n in 0..20 {
        world.write(&shards[n % 4], &format!("i{}", n % 4));
    }
    let (one, other) = (world.worker(), world.worker());
    let (first, second) =
        tokio::join!(one.run(tokio::time::sleep(Duration::from_secs(5))), async {
            other.run(tokio::time::sleep(Duration::from_mins(2))).await
        });
    first.unwrap();
    second.unwrap();
    world.expect_once();
    assert!(world.is_all_seen());
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_stopped_finishes_the_batch_it_has_begun() {
    let (world, _) = world(6).await;
    let worker = world.worker_of(slow(&world, Duration::from_secs(2)));
    // On another task, as a service would.
    let running = tokio::spawn(worker.run(tokio::time::sleep(Duration::from_secs(1))));
    running.await.unwrap().unwrap();
    assert_eq!(world.of("a"), [0, 1, 2]);
    let mut next = world.worker();
    drain(&mut next).await;
    world.expect_once();
}
