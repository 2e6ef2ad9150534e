//! The embedded engine's own stream: records, checkpoints beside the items, starting positions.

use std::time::{Duration, UNIX_EPOCH};

use dynamo_orm::local::{Engine, Tap};
use dynamo_orm::stream::{Change, Consumer, Inserted, Record, Removed, Router, StartingPosition};
use dynamo_orm::{Db, Entity, ErrorKind, Table};
use serde::{Deserialize, Serialize};

use super::world::drain;
use crate::model::{Log, Order, Session, Shop, order};

fn router(log: &Log) -> Router<'static, Shop> {
    let log = log.clone();
    Router::new().on(move |order: Record<Change<Order>>| {
        log.add(
            order
                .change
                .new_item()
                .map(|new| new.id.clone())
                .unwrap_or_default(),
        );
        async { Ok(()) }
    })
}

/// A table of one kind of item with every type of attribute, without a sort key.
#[derive(Table, Debug, Clone, PartialEq)]
#[table(pk = "PK", stream = NewAndOldImages)]
enum Shapes {
    Shape(Shape),
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Shapes, pk = "SHAPE#{id}")]
struct Shape {
    id: u32,
    #[serde(with = "dynamo_orm::bytes")]
    bytes: Vec<u8>,
    #[serde(with = "dynamo_orm::set")]
    names: std::collections::BTreeSet<String>,
    numbers: Vec<f64>,
    big: u64,
    nested: std::collections::BTreeMap<String, Option<bool>>,
}

fn shape() -> Shape {
    Shape {
        id: 1,
        bytes: vec![0, 255, 10],
        names: ["a".to_owned(), "ü\n\"".to_owned()].into(),
        numbers: vec![0.1, -2.5],
        big: u64::MAX,
        nested: [("x".to_owned(), None), ("y".to_owned(), Some(true))].into(),
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_written_is_what_a_handler_gets_also_without_a_sort_key() {
    let engine = Engine::memory().unwrap();
    let db = Db::<Shapes>::on_engine(&engine).await.unwrap();
    let log = Log::default();
    let seen = log.clone();
    let router = Router::<Shapes>::new().on_insert(move |found: Record<Inserted<Shape>>| {
        assert_eq!(found.change.new, shape());
        assert!(found.event_id().is_some() && found.size_bytes().is_some());
        assert!(
            found
                .source_arn()
                .unwrap()
                .contains(":table/Shapes/stream/")
        );
        assert!(found.time().unwrap() > UNIX_EPOCH);
        seen.add("seen");
        async { Ok(()) }
    });
    shape().put().send(&db).await.unwrap();
    let mut consumer = Consumer::new(&db, &engine.streams_client(), "shapes", router);
    drain_any(&mut consumer).await;
    assert_eq!(log.lines(), ["seen"]);
    consumer.close().await.unwrap();
    // The next one goes on where it stopped.
    let again = Router::<Shapes>::new()
        .on_insert(|_: Record<Inserted<Shape>>| async { panic!("a record came twice") });
    let mut again = Consumer::new(&db, &engine.streams_client(), "shapes", again);
    drain_any(&mut again).await;
}

async fn drain_any<T: Table>(consumer: &mut Consumer<'static, T>) {
    while !consumer.poll().await.unwrap().is_idle() {}
}

#[tokio::test(start_paused = true)]
async fn a_table_at_rest_gets_no_checkpoints() {
    let engine = Engine::memory().unwrap();
    let table = Db::<Shop>::on_engine(&engine).await.unwrap();
    let tap = Tap::new(engine.clone());
    let db = Db::<Shop>::new(tap.client(), table.table_name());
    let log = Log::default();
    let mut consumer = Consumer::new(&db, &engine.streams_client(), "rest", router(&log));
    for id in ["a", "b"] {
        order(id, "ada", 1).put().send(&db).await.unwrap();
        drain(&mut consumer).await;
        tap.clear();
        let before = engine.stream_records("Shop").unwrap().len();
        for _ in 0..20 {
            consumer.poll().await.unwrap();
        }
        assert_eq!(tap.requests(), []);
        assert_eq!(engine.stream_records("Shop").unwrap().len(), before);
    }
    assert_eq!(log.lines(), ["a", "b"]);
}

#[tokio::test(start_paused = true)]
async fn a_consumer_at_rest_writes_three_times_in_a_lease_and_no_more() {
    let engine = Engine::memory().unwrap();
    let table = Db::<Shop>::on_engine(&engine).await.unwrap();
    let tap = Tap::new(engine.clone());
    let db = Db::<Shop>::new(tap.client(), table.table_name());
    order("a", "ada", 1).put().send(&db).await.unwrap();
    let log = Log::default();
    let consumer = Consumer::new(&db, &engine.streams_client(), "rest", router(&log))
        .lease(Duration::from_secs(30));
    consumer
        .run(tokio::time::sleep(Duration::from_secs(301)))
        .await
        .unwrap();
    assert_eq!(log.lines(), ["a"]);
    // The beginning, the claim, the order, thirty times the lease, the end.
    let writes = tap.calls("UpdateItem");
    assert!((30..=35).contains(&writes), "{writes}");
}

#[tokio::test(start_paused = true)]
async fn a_run_ends_with_its_checkpoint_written_and_its_shards_given_back() {
    let engine = Engine::memory().unwrap();
    let db = Db::<Shop>::on_engine(&engine).await.unwrap();
    let log = Log::default();
    for round in ["a", "b"] {
        let consumer = Consumer::new(&db, &engine.streams_client(), "run", router(&log));
        order(round, "ada", 1).put().send(&db).await.unwrap();
        // Less than a lease: the shard of the first run is free at once.
        consumer
            .run(tokio::time::sleep(Duration::from_secs(2)))
            .await
            .unwrap();
    }
    assert_eq!(log.lines(), ["a", "b"]);
}

#[tokio::test(start_paused = true)]
async fn checkpoints_show_in_no_read() {
    let engine = Engine::memory().unwrap();
    let db = Db::<Shop>::on_engine(&engine).await.unwrap();
    order("a", "ada", 1).put().send(&db).await.unwrap();
    let log = Log::default();
    let unknown = router(&log).on_unknown(|raw| async move { panic!("{raw:?}") });
    let mut consumer = Consumer::new(&db, &engine.streams_client(), "hidden", unknown);
    drain(&mut consumer).await;
    assert_eq!(dynamo_orm_tests::partition_keys(&db).await.len(), 3);
    let all = Shop::scan().all(&db).await.unwrap();
    assert_eq!(all, [Shop::Order(order("a", "ada", 1))]);
}

#[tokio::test(start_paused = true)]
async fn an_item_that_time_to_live_deletes_is_told_apart() {
    let engine = Engine::memory_at(1_000).unwrap();
    let db = Db::<Shop>::on_engine(&engine).await.unwrap();
    let session = Session {
        id: "old".to_owned(),
        expires: 2_000,
    };
    session.put().send(&db).await.unwrap();
    engine.set_time(3_000);
    engine.sweep_ttl().unwrap();
    let log = Log::default();
    let expired = log.clone();
    let router = Router::<Shop>::new().on_expire(move |session: Record<Removed<Session>>| {
        expired.add(session.change.old.id.clone());
        async { Ok(()) }
    });
    let mut consumer = Consumer::new(&db, &engine.streams_client(), "expiry", router);
    drain(&mut consumer).await;
    assert_eq!(log.lines(), ["old"]);
}

#[tokio::test(start_paused = true)]
async fn latest_is_the_first_start_also_for_a_consumer_that_ends_before_its_first_checkpoint() {
    let engine = Engine::memory_at(1_000).unwrap();
    let db = Db::<Shop>::on_engine(&engine).await.unwrap();
    let now = |seconds| move || UNIX_EPOCH + Duration::from_secs(seconds);
    let at = |seconds| {
        let db = db.clone().with_clock(now(seconds));
        let log = Log::default();
        let consumer = Consumer::new(&db, &engine.streams_client(), "latest", router(&log))
            .start(StartingPosition::Latest);
        (consumer, log)
    };
    order("before", "ada", 1).put().send(&db).await.unwrap();
    engine.set_time(2_000);
    let (mut first, log) = at(2_000);
    let begun = first.poll().await.unwrap();
    assert_eq!(begun.skipped, 1);
    assert!(log.lines().is_empty());
    drop(first);

    engine.set_time(3_000);
    order("between", "ada", 1).put().send(&db).await.unwrap();
    let (mut second, log) = at(4_000);
    drain(&mut second).await;
    assert_eq!(log.lines(), ["between"]);
}

#[tokio::test(start_paused = true)]
async fn a_start_at_a_time_leaves_what_is_older() {
    let engine = Engine::memory_at(1_000).unwrap();
    let db = Db::<Shop>::on_engine(&engine).await.unwrap();
    for (second, id) in [(1_000, "a"), (1_500, "b"), (1_600, "c")] {
        engine.set_time(second);
        order(id, "ada", 1).put().send(&db).await.unwrap();
    }
    let log = Log::default();
    let start = StartingPosition::AtTimestamp(UNIX_EPOCH + Duration::from_mins(25));
    let mut consumer =
        Consumer::new(&db, &engine.streams_client(), "at", router(&log)).start(start);
    drain(&mut consumer).await;
    assert_eq!(log.lines(), ["b", "c"]);
}

#[derive(Table, Debug)]
#[table(pk(pk: N), stream = NewAndOldImages)]
enum Numbers {
    Number(Number),
}

#[derive(Entity, Serialize, Deserialize, Debug)]
#[entity(table = Numbers, pk = pk)]
struct Number {
    pk: u32,
}

#[tokio::test(start_paused = true)]
async fn a_table_with_numbers_as_keys_keeps_its_checkpoints_in_another() {
    let engine = Engine::memory().unwrap();
    let db = Db::<Numbers>::on_engine(&engine).await.unwrap();
    Number { pk: 7 }.put().send(&db).await.unwrap();
    let log = Log::default();
    let router = |log: &Log| {
        let log = log.clone();
        Router::<Numbers>::new().on_insert(move |number: Record<Inserted<Number>>| {
            log.add(number.change.new.pk.to_string());
            async { Ok(()) }
        })
    };
    let streams = engine.streams_client();
    let mut refused = Consumer::new(&db, &streams, "numbers", router(&log));
    let error = refused.poll().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!(
        error.to_string(),
        "checkpoints need keys of type `S`, which the table `Numbers` has not; keep them in another one with \
         `checkpoints_in`"
    );
    let other = Db::<Shop>::on_engine(&engine).await.unwrap();
    let mut consumer = Consumer::new(&db, &streams, "numbers", router(&log));
    consumer = consumer.checkpoints_in(&other);
    drain_any(&mut consumer).await;
    assert_eq!(log.lines(), ["7"]);
    assert_eq!(engine.stream_records("Numbers").unwrap().len(), 1);
    assert_eq!(dynamo_orm_tests::partition_keys(&other).await.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_table_without_a_stream_says_what_to_declare() {
    let engine = Engine::memory().unwrap();
    let db = Db::<Unstreamed>::on_engine(&engine).await.unwrap();
    let router = Router::<Unstreamed>::new();
    let mut consumer = Consumer::new(&db, &engine.streams_client(), "none", router);
    let error = consumer.poll().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the table `Unstreamed` has no stream; declare it with `stream = NewAndOldImages`"
    );
    let nameless = Router::<Unstreamed>::new();
    let mut nameless = Consumer::new(&db, &engine.streams_client(), "", nameless);
    let error = nameless.poll().await.unwrap_err();
    assert!(
        error.to_string().starts_with("a consumer needs a name"),
        "{error}"
    );
}

#[derive(Table, Debug)]
#[table(pk = "PK")]
enum Unstreamed {
    Thing(Thing),
}

#[derive(Entity, Serialize, Deserialize, Debug)]
#[entity(table = Unstreamed, pk = "THING#{id}")]
struct Thing {
    id: u32,
}
