//! Records that are deleted before they are read, and shards and streams that are gone.

use std::time::Duration;

use dynamo_orm::stream::{Lost, Notice, Trimmed};
use dynamo_orm::{Db, Entity, Table};
use serde::{Deserialize, Serialize};

use super::world::{Worker, World, drain};
use crate::model::Log;

/// A worker that goes on, and writes down what was lost.
fn forgiving(world: &World, log: &Log) -> Worker {
    let log = log.clone();
    let worker = world.worker().on_trimmed(Trimmed::Continue);
    worker.observe(move |notice| {
        if let Notice::RecordsLost { lost } = notice {
            log.add(match lost {
                Lost::Behind {
                    sequence_number, ..
                } => format!("behind {}", sequence_number.is_some()),
                Lost::Shard { shard } => shard.clone(),
                Lost::Stream { arn } => arn.clone(),
                other => format!("{other:?}"),
            });
        }
    })
}

#[tokio::test(start_paused = true)]
async fn records_that_were_trimmed_are_an_error_until_one_says_to_go_on() {
    let mut world = World::new().await;
    let shard = world.fake.state().open(None);
    for _ in 0..9 {
        world.write(&shard, "a");
    }
    let mut worker = world.worker();
    worker.poll().await.unwrap();
    world.fake.state().shard(&shard).trimmed = 6;
    world.fake.state().expire_iterators();
    for _ in 0..2 {
        let error = worker.poll().await.unwrap_err();
        assert!(
            error
                .to_string()
                .contains("`on_trimmed(Trimmed::Continue)`"),
            "{error}"
        );
        assert!(
            error.to_string().contains("behind sequence number"),
            "{error}"
        );
        worker.close().await.unwrap();
        worker = world.worker();
    }
    let log = Log::default();
    let mut worker = forgiving(&world, &log);
    drain(&mut worker).await;
    assert_eq!(world.of("a"), [0, 1, 2, 6, 7, 8]);
    assert_eq!(log.lines(), ["behind true"]);
}

#[tokio::test(start_paused = true)]
async fn what_was_trimmed_before_the_first_start_is_no_loss() {
    let mut world = World::new().await;
    let shard = world.fake.state().open(None);
    for _ in 0..3 {
        world.write(&shard, "a");
    }
    world.fake.state().shard(&shard).trimmed = 2;
    let mut worker = world.worker();
    drain(&mut worker).await;
    assert_eq!(world.of("a"), [2]);
}

#[tokio::test(start_paused = true)]
async fn a_parent_that_is_gone_does_not_hold_its_children_up() {
    let mut world = World::new().await;
    let child = world.fake.state().open(Some("shardId-of-yesterday"));
    world.write(&child, "a");
    let mut worker = world.worker();
    drain(&mut worker).await;
    world.expect_once();
}

#[tokio::test(start_paused = true)]
async fn a_shard_that_goes_before_it_is_read_to_its_end_is_a_loss() {
    let mut world = World::new().await;
    let parent = world.fake.state().open(None);
    for _ in 0..6 {
        world.write(&parent, "a");
    }
    let mut worker = world.worker();
    worker.poll().await.unwrap();
    worker.close().await.unwrap();
    let child = world.fake.state().open(Some(&parent));
    world.write(&child, "a");
    world.fake.state().shards.remove(0);

    let mut worker = world.worker();
    for _ in 0..2 {
        let error = worker.poll().await.unwrap_err();
        assert!(
            error.to_string().contains("was not read to its end"),
            "{error}"
        );
        worker = world.worker();
    }
    let log = Log::default();
    drain(&mut forgiving(&world, &log)).await;
    assert_eq!(log.lines(), [parent]);
    assert_eq!(world.of("a"), [0, 1, 2, 6]);
}

#[tokio::test(start_paused = true)]
async fn a_shard_that_goes_under_the_reader_is_a_loss_and_its_child_follows() {
    let mut world = World::new().await;
    let parent = world.fake.state().open(None);
    for _ in 0..6 {
        world.write(&parent, "a");
    }
    let log = Log::default();
    let mut worker = forgiving(&world, &log);
    worker.poll().await.unwrap();
    let child = world.fake.state().open(Some(&parent));
    world.write(&child, "a");
    world.fake.state().shards.remove(0);
    drain(&mut worker).await;
    assert_eq!(log.lines(), [parent]);
    assert_eq!(world.of("a"), [0, 1, 2, 6]);
}

#[tokio::test(start_paused = true)]
async fn a_consumer_that_was_away_for_days_says_so() {
    let mut world = World::new().await;
    let old = world.fake.state().open(None);
    world.write(&old, "a");
    let mut worker = world.worker();
    drain(&mut worker).await;
    worker.close().await.unwrap();
    world.advance(Duration::from_hours(72));
    world.fake.state().shards.clear();
    let new = world.fake.state().open(Some("shardId-of-the-day-before"));
    world.write(&new, "a");
    let error = world.worker().poll().await.unwrap_err();
    assert!(
        error.to_string().contains("shardId-of-the-day-before"),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn another_stream_of_the_table_is_a_loss_once_and_is_read_from_its_beginning() {
    let mut world = World::new().await;
    let shard = world.fake.state().open(None);
    world.write(&shard, "a");
    let elsewhere = "arn:aws:dynamodb:eu-west-1:1:table/Shop/stream/2020";
    let mut before = world.worker().stream_arn(elsewhere);
    before.poll().await.unwrap();
    before.close().await.unwrap();
    assert!(
        world
            .worker()
            .poll()
            .await
            .unwrap_err()
            .to_string()
            .contains(elsewhere)
    );
    let log = Log::default();
    let mut worker = forgiving(&world, &log);
    worker.poll().await.unwrap();
    worker.close().await.unwrap();
    let mut again = forgiving(&world, &log);
    drain(&mut again).await;
    assert_eq!(log.lines(), [elsewhere]);
}

#[tokio::test(start_paused = true)]
async fn the_item_of_a_finished_shard_expires() {
    let mut world = World::new().await;
    let parent = world.fake.state().open(None);
    world.write(&parent, "a");
    world.fake.state().shard(&parent).closed = true;
    let mut worker = world.worker();
    drain(&mut worker).await;
    let item = world.checkpoint(&parent).await;
    assert!(
        item.contains("$end Bool(true)") && item.contains("expires N("),
        "{item}"
    );
    assert!(!item.contains("$owner"), "{item}");
}

/// A table for checkpoints without time to live.
#[derive(Table, Debug)]
#[table(pk = "PK")]
enum Kept {
    Note(Note),
}

#[derive(Entity, Serialize, Deserialize, Debug)]
#[entity(table = Kept, pk = "NOTE#{id}")]
struct Note {
    id: u32,
}

#[tokio::test(start_paused = true)]
async fn without_time_to_live_the_item_of_a_finished_shard_goes_with_the_shard() {
    let mut world = World::new().await;
    let parent = world.fake.state().open(None);
    world.write(&parent, "a");
    world.fake.state().shard(&parent).closed = true;
    let child = world.fake.state().open(Some(&parent));
    let kept = Db::<Kept>::local().await.unwrap();
    let mut worker = world.worker().checkpoints_in(&kept);
    drain(&mut worker).await;
    let items = |shards: &[&String]| {
        let shards = shards.iter().map(|shard| format!("$stream#test#{shard}"));
        std::iter::once("$stream#test#".to_owned())
            .chain(shards)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        dynamo_orm_tests::partition_keys(&kept).await,
        items(&[&parent, &child])
    );
    world.fake.state().shards.remove(0);
    drain(&mut worker).await;
    assert_eq!(
        dynamo_orm_tests::partition_keys(&kept).await,
        items(&[&child])
    );
    world.expect_once();
}
