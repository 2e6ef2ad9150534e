//! Records that fail: tried again, put away, or the end of the consumer.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use dynamo_orm::ErrorKind;
use dynamo_orm::stream::{Change, DeadLetter, Failure, Notice, Record, Router};

use super::fake::Fault;
use super::world::{Worker, World, drain};
use crate::model::{Log, Order, Shop};

/// One shard with four changes of two items; the second one of `bad` always fails.
async fn world() -> (World, String) {
    let mut world = World::new().await;
    let shard = world.fake.state().open(None);
    for item in ["bad", "bad", "good", "bad"] {
        world.write(&shard, item);
    }
    (world, shard)
}

/// A router that fails with this for the second change of `bad`.
fn poisoned(world: &World, failure: fn() -> Failure) -> Router<'static, Shop> {
    let seen = Arc::clone(&world.seen);
    Router::new().on(move |order: Record<Change<Order>>| {
        let new = order.change.new_item().unwrap();
        let (id, cents) = (new.id.clone(), new.cents);
        let seen = Arc::clone(&seen);
        async move {
            seen.lock().unwrap().push((id.clone(), cents));
            if (id.as_str(), cents) == ("bad", 1) {
                return Err(failure());
            }
            Ok(())
        }
    })
}

fn with_letters(router: Router<'static, Shop>, log: &Log) -> Router<'static, Shop> {
    let log = log.clone();
    router.dead_letters(move |letter: DeadLetter| {
        log.add(letter.reason());
        assert!(letter.record().as_json().contains("bad"));
        async { Ok(()) }
    })
}

fn transient() -> Failure {
    Failure::transient("told to")
}

fn permanent() -> Failure {
    Failure::permanent("never")
}

/// Steps until the consumer stops with an error.
async fn stopped(worker: &mut Worker) -> dynamo_orm::Error {
    for _ in 0..50 {
        if let Err(error) = worker.poll().await {
            return error;
        }
    }
    panic!("the consumer does not stop");
}

#[tokio::test(start_paused = true)]
async fn a_record_that_fails_is_tried_again_before_anything_behind_it() {
    let (world, _) = world().await;
    world.failures.store(3, Ordering::SeqCst);
    let log = Log::default();
    let told = log.clone();
    let mut worker = world.worker().observe(move |notice| {
        if let Notice::Failed {
            attempts, reason, ..
        } = notice
        {
            told.add(format!("{attempts} {reason}"));
        }
    });
    drain(&mut worker).await;
    world.expect_once();
    assert_eq!(log.lines(), ["1 told to", "2 told to", "3 told to"]);
}

#[tokio::test(start_paused = true)]
async fn after_its_attempts_a_record_goes_to_the_dead_letters_and_the_next_one_follows() {
    let (world, _) = world().await;
    let letters = Log::default();
    let router = with_letters(poisoned(&world, transient), &letters);
    let mut worker = world.worker_of(router).attempts(3);
    drain(&mut worker).await;
    assert_eq!(letters.lines(), ["after 3 attempts: told to"]);
    assert_eq!(world.of("bad"), [0, 1, 1, 1, 2]);
    assert_eq!(world.of("good"), [0]);
}

#[tokio::test(start_paused = true)]
async fn a_record_that_fails_until_it_is_too_old_goes_to_the_dead_letters() {
    let (world, _) = world().await;
    let letters = Log::default();
    let router = with_letters(poisoned(&world, transient), &letters);
    let mut worker = world.worker_of(router).max_age(Duration::from_mins(1));
    for _ in 0..5 {
        worker.poll().await.unwrap();
    }
    assert!(letters.lines().is_empty());
    world.advance(Duration::from_secs(61));
    drain(&mut worker).await;
    assert_eq!(letters.lines().len(), 1);
    assert_eq!(world.of("bad").last(), Some(&2));
}

#[tokio::test(start_paused = true)]
async fn without_a_place_for_it_the_consumer_stops_there_and_a_later_one_goes_on_there() {
    for failure in [transient, permanent] {
        let (world, _) = world().await;
        let mut worker = world.worker_of(poisoned(&world, failure)).attempts(2);
        let error = stopped(&mut worker).await;
        assert_eq!(error.kind(), ErrorKind::Service);
        assert!(error.to_string().contains("`dead_letters`"), "{error}");
        // What can never succeed is not tried again.
        let attempts = if failure().is_permanent() { 1 } else { 2 };
        assert_eq!(
            world.of("bad"),
            [0].into_iter().chain(vec![1; attempts]).collect::<Vec<_>>()
        );
        assert!(world.of("good").is_empty());
        worker.close().await.unwrap();

        let mut fixed = world.worker();
        drain(&mut fixed).await;
        assert_eq!(world.of("bad").last(), Some(&2));
        assert_eq!(world.of("bad").iter().filter(|n| **n == 0).count(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_stops_all_its_shards_in_order_when_one_cannot_go_on() {
    let (mut world, _) = world().await;
    let other = world.fake.state().open(None);
    world.write(&other, "elsewhere");
    let worker = world.worker_of(poisoned(&world, permanent));
    let error = worker.run(std::future::pending()).await.unwrap_err();
    assert!(error.to_string().contains("never"), "{error}");
    // The shards were given back.
    let mut fixed = world.worker();
    drain(&mut fixed).await;
    assert_eq!(world.of("elsewhere"), [0]);
    assert_eq!(world.of("bad"), [0, 1, 1, 2]);
}

#[tokio::test(start_paused = true)]
async fn throttles_and_broken_answers_are_waited_for_while_it_runs() {
    let (world, _) = world().await;
    // More than the SDK's own three attempts.
    for _ in 0..4 {
        world
            .fake
            .state()
            .faults
            .extend([Fault::Throttled, Fault::Broken]);
    }
    let log = Log::default();
    let told = log.clone();
    let worker = world.worker().observe(move |notice| {
        if let Notice::Waiting {
            shard: Some(_),
            error,
        } = notice
        {
            told.add(error.code().unwrap());
        }
    });
    worker
        .run(tokio::time::sleep(Duration::from_mins(1)))
        .await
        .unwrap();
    assert_eq!(log.lines().len(), 2);
    world.expect_once();
}

#[tokio::test(start_paused = true)]
async fn a_shard_that_fails_holds_no_other_one_up() {
    let (mut world, _) = world().await;
    let other = world.fake.state().open(None);
    world.write(&other, "elsewhere");
    let worker = world.worker_of(poisoned(&world, transient));
    worker
        .run(tokio::time::sleep(Duration::from_secs(5)))
        .await
        .unwrap();
    assert_eq!(world.of("elsewhere"), [0]);
    assert!(world.of("good").is_empty());
    assert!(world.of("bad").len() > 4, "{:?}", world.of("bad"));
}
