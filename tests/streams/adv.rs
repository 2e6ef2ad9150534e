//! What a review suspected of routers, aggregates, marks and idempotency. A test that fails says what should be.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use dynamo_orm::local::Engine;
use dynamo_orm::stream::{
    Aggregate, Applied, Change, DeadLetter, Deadline, Failure, Once, Record, Router,
};
use dynamo_orm::{Db, Entity, Idempotency, Interrupted, Table, Transaction};
use dynamo_orm_tests::table;
use serde::{Deserialize, Serialize};

use crate::event::{ALL_DONE, batch, failed_at, insert, keys, modify, record, remove};
use crate::model::{Customer, Log, Order, Shop, Trail, order};

const DAY: u64 = 86_400;

async fn customer(db: &Db<Shop>, id: &str) {
    let id = id.to_owned();
    let customer = Customer {
        id,
        ..Customer::default()
    };
    customer.create().send(db).await.unwrap();
}

async fn totals_of(db: &Db<Shop>, id: &str) -> (u64, i64) {
    let found = Customer::get(id).consistent().send(db).await.unwrap();
    found.map_or((0, 0), |c| (c.orders, c.cents))
}

fn totals(name: &str) -> Aggregate<Order, Customer> {
    Aggregate::new(name, |order: &Order| Customer::key(&order.customer))
        .count(|c| c.orders())
        .sum(|c| c.cents(), |order| order.cents)
}

/// A request that is carried out once makes its effect with a mark of the same name: both are wanted, and natural.
#[tokio::test]
async fn an_effect_inside_idempotent_work_of_the_same_name_is_not_lost() {
    let db: Db<Shop> = table().await;
    customer(&db, "ada").await;
    let requests = Idempotency::new(&db, "count");
    let shop = &db;
    let work = || async move {
        let count = Transaction::new().update(Customer::update("ada").add(|c| c.orders(), 1));
        let once = Once::new("count", "request-7");
        Ok::<_, dynamo_orm::Error>(count.once(&once).send(shop).await? == Applied::Now)
    };
    let is_now = requests.run("request-7", &(), work).await.unwrap();
    assert_eq!(
        (is_now, totals_of(&db, "ada").await.0),
        (true, 1),
        "the record of the work must not be the mark of the effect"
    );
}

/// A child from before the aggregate was declared is deleted: the unsigned count goes below nothing.
#[tokio::test]
async fn a_parent_can_be_read_when_a_child_is_gone_that_was_never_counted() {
    let db: Db<Shop> = table().await;
    customer(&db, "ada").await;
    let router = Router::<Shop>::new().aggregate(totals("totals"), &db);
    let event = batch(&[remove(1, &order("old", "ada", 5))]);
    router.process(&event, Deadline::none()).await.unwrap();
    let ada = Customer::get("ada").consistent().send(&db).await;
    assert!(
        ada.is_ok(),
        "an unsigned field must not be counted below 0: {ada:?}"
    );
}

/// `DeadLetter::record` says it "can be processed again": a week later, when the marks have gone by time to live.
#[tokio::test]
async fn a_dead_letter_that_is_processed_again_after_a_week_counts_once() {
    let start = 1_767_225_600;
    let engine = Engine::memory_at(start).unwrap();
    let time = Arc::new(AtomicU64::new(start));
    let now = Arc::clone(&time);
    let db = Db::<Shop>::on_engine(&engine).await.unwrap();
    let db = db.with_clock(move || UNIX_EPOCH + Duration::from_secs(now.load(Ordering::SeqCst)));
    customer(&db, "ada").await;
    let broken = Arc::new(AtomicBool::new(true));
    let letters = Log::default();
    let (fails, kept) = (Arc::clone(&broken), letters.clone());
    let router = Router::<Shop>::new()
        .aggregate(totals("totals"), &db)
        .on(move |_: Record<Change<Order>>| {
            let fails = fails.load(Ordering::SeqCst);
            async move {
                if fails {
                    return Err(Failure::permanent("a bug of the second handler"));
                }
                Ok(())
            }
        })
        .dead_letters(move |letter: DeadLetter| {
            kept.add(letter.record().as_json());
            async { Ok(()) }
        });
    let event = batch(&[insert(1, &order("a", "ada", 5))]);
    router.process(&event, Deadline::none()).await.unwrap();
    assert_eq!(totals_of(&db, "ada").await, (1, 5));

    broken.store(false, Ordering::SeqCst);
    time.store(start + 7 * DAY, Ordering::SeqCst);
    engine.set_time(start + 7 * DAY);
    engine.sweep_ttl().unwrap();
    let letter = letters.lines().remove(0);
    let again = format!("[{letter}]");
    let again = router.process(&again, Deadline::none()).await.unwrap();
    assert_eq!(again.processed, 1);
    assert_eq!(
        totals_of(&db, "ada").await,
        (1, 5),
        "what was counted before the letter was put away must not be counted again"
    );
}

/// A copied line: the second aggregate of a name counts nothing, and nobody is told.
#[tokio::test]
async fn two_aggregates_of_one_name_are_not_mixed_up() {
    let db: Db<Shop> = table().await;
    customer(&db, "ada").await;
    let parent = |order: &Order| Customer::key(&order.customer);
    let count = Aggregate::new("totals", parent).count(|c| c.orders());
    let sum = Aggregate::new("totals", parent).sum(|c| c.cents(), |order: &Order| order.cents);
    let router = Router::<Shop>::new()
        .aggregate(count, &db)
        .aggregate(sum, &db);
    let event = batch(&[insert(1, &order("a", "ada", 5))]);
    let done = router.process(&event, Deadline::none()).await;
    let totals = totals_of(&db, "ada").await;
    assert!(
        done.is_err() || totals == (1, 5),
        "refused, or both counted; found {totals:?}"
    );
}

/// Two changes within a second, and a trail that is keyed by the second: the entry is there already, for ever.
#[tokio::test]
async fn an_entry_of_the_trail_that_is_there_already_does_not_hold_the_shard() {
    let db: Db<Shop> = table().await;
    let letters = Log::default();
    let kept = letters.clone();
    let router = Router::<Shop>::new()
        .audit("trail", &db, |entry| {
            Some(Trail {
                of: entry.text("id")?,
                event: format!("{:?}", entry.time?),
                by: None,
                what: entry.entity.to_owned(),
            })
        })
        .dead_letters(move |letter: DeadLetter| {
            kept.add(letter.reason());
            async { Ok(()) }
        });
    let (one, two) = (order("a", "ada", 1), order("a", "ada", 2));
    let event = batch(&[insert(1, &one), modify(2, &one, &two)]);
    let outcome = router.process(&event, Deadline::none()).await.unwrap();
    assert_eq!(
        (outcome.checkpoint, letters.lines().len()),
        (None, 1),
        "`AlreadyExists` is the same at every attempt: a dead letter, not a shard that stands still"
    );
}

#[tokio::test]
async fn an_observer_that_panics_fails_its_record_and_not_the_invocation() {
    let router = Router::<Shop>::new()
        .on(|_: Record<Change<Order>>| async { Err(Failure::transient("told to")) })
        .on_failure(|_, _| panic!("the log is full"));
    let event = batch(&[insert(1, &order("a", "ada", 1))]);
    let task = async move { router.handle(&event, Deadline::none()).await };
    let joined = tokio::spawn(task).await;
    let answer = joined.expect("a panic of an observer is nobody's invocation");
    assert_eq!(answer.unwrap().to_json(), failed_at(1));
}

/// The very same payload, in a map: its members come in another order in every map.
#[tokio::test]
async fn a_payload_with_a_map_is_the_same_payload_when_it_comes_again() {
    let db: Db<Shop> = table().await;
    let pay = Idempotency::new(&db, "pay");
    let payload = || -> HashMap<String, u32> { (0..20).map(|n| (n.to_string(), n)).collect() };
    for attempt in 0..5 {
        let done: Result<u32, Interrupted<Infallible>> =
            pay.run("k", &payload(), || async { Ok(1) }).await;
        assert!(
            done.is_ok(),
            "attempt {attempt}: equal maps must have equal hashes, found {done:?}"
        );
    }
}

/// A result that is kept for a minute, work that may take a quarter of an hour.
#[tokio::test]
async fn work_in_progress_is_left_alone_for_its_whole_lease_however_short_results_are_kept() {
    let time = Arc::new(AtomicU64::new(1_767_225_600));
    let now = Arc::clone(&time);
    let db: Db<Shop> = table().await;
    let db = db.with_clock(move || UNIX_EPOCH + Duration::from_secs(now.load(Ordering::SeqCst)));
    let pay = Idempotency::new(&db, "pay")
        .keep_for(Duration::from_mins(1))
        .lease(Duration::from_mins(15));
    let first = || async {
        time.fetch_add(61, Ordering::SeqCst);
        let second: Result<u32, Interrupted<Infallible>> =
            pay.run("k", &(), || async { Ok(2) }).await;
        assert!(
            matches!(second, Err(Interrupted::InProgress)),
            "the lease has 14 minutes left, and the work was done twice: {second:?}"
        );
        Ok::<u32, Infallible>(1)
    };
    assert_eq!(pay.run("k", &(), first).await.unwrap(), 1);
}

#[derive(Table, Debug, Clone, PartialEq)]
#[table(pk = "PK", kind = "_type", stream = NewAndOldImages)]
enum Club {
    Team(Team),
    Player(Player),
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Club, pk = "TEAM#{id}", unique(name, "{name}"))]
struct Team {
    id: String,
    name: String,
    #[entity(default)]
    players: u64,
    #[entity(version)]
    #[serde(default)]
    version: u64,
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Club, pk = "PLAYER#{id}")]
struct Player {
    id: String,
    team: String,
}

/// Read, counted meanwhile, saved: the save is refused or keeps the count.
#[tokio::test]
async fn a_parent_with_a_version_and_a_unique_value_loses_no_count() {
    let engine = Engine::memory().unwrap();
    let db = Db::<Club>::on_engine(&engine).await.unwrap();
    let team = Team {
        id: "a".to_owned(),
        name: "Arrows".to_owned(),
        players: 0,
        version: 0,
    };
    let before = team.create().returning_new().send(&db).await.unwrap();
    let player = Player {
        id: "p".to_owned(),
        team: "a".to_owned(),
    };
    player.put().send(&db).await.unwrap();
    let count = Aggregate::new("players", |p: &Player| Team::key(&p.team)).count(|t| t.players());
    let router = Router::<Club>::new().aggregate(count, &db);
    let event = format!("[{}]", engine.stream_records("Club").unwrap().join(","));
    for _ in 0..2 {
        let outcome = router.process(&event, Deadline::none()).await.unwrap();
        assert_eq!(outcome.checkpoint, None);
    }
    let after = Team {
        name: "Bows".to_owned(),
        ..before.clone()
    };
    let saved = after.save(&before).send(&db).await;
    assert!(saved.is_err() || saved.is_ok_and(|t| t.players == 1));
    let team = Team::get("a")
        .consistent()
        .send(&db)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(team.players, 1);
}

/// The first of two aggregates is done, the second's parent is refused by the table.
#[tokio::test]
async fn an_aggregate_before_one_that_fails_counts_once() {
    let db: Db<Shop> = table().await;
    customer(&db, "ada").await;
    let fails = Arc::new(AtomicBool::new(true));
    let told = Arc::clone(&fails);
    let second = Aggregate::new("second", |o: &Order| Customer::key(&o.customer))
        .sum(|c| c.cents(), |o: &Order| o.cents)
        .when(move |_| {
            assert!(!told.load(Ordering::SeqCst), "told to");
            true
        });
    let first =
        Aggregate::new("first", |o: &Order| Customer::key(&o.customer)).count(|c| c.orders());
    let router = Router::<Shop>::new()
        .aggregate(first, &db)
        .aggregate(second, &db)
        .concurrency(4.try_into().unwrap());
    let event = batch(&[
        insert(1, &order("a", "ada", 5)),
        insert(2, &order("b", "ada", 7)),
    ]);
    for _ in 0..3 {
        let answer = router.handle(&event, Deadline::none()).await.unwrap();
        assert_eq!(answer.to_json(), failed_at(1));
    }
    fails.store(false, Ordering::SeqCst);
    let answer = router.handle(&event, Deadline::none()).await.unwrap();
    assert_eq!(answer.to_json(), ALL_DONE);
    assert_eq!(totals_of(&db, "ada").await, (2, 12));
}

#[tokio::test]
async fn a_mark_of_a_very_long_event_id_works_or_says_that_it_cannot() {
    let db: Db<Shop> = table().await;
    let once = Once::new("count", &"e".repeat(3_000));
    customer(&db, "ada").await;
    let count = Transaction::new().update(Customer::update("ada").add(|c| c.orders(), 1));
    let error = count.once(&once).send(&db).await.unwrap_err();
    assert_eq!(error.kind(), dynamo_orm::ErrorKind::InvalidRequest);
    assert_eq!(totals_of(&db, "ada").await.0, 0);
}

#[tokio::test(start_paused = true)]
async fn a_sink_that_panics_or_hangs_leaves_its_record_for_another_time() {
    for hangs in [false, true] {
        let router = Router::<Shop>::new()
            .on(|_: Record<Change<Order>>| async { Err(Failure::permanent("told to")) })
            .dead_letters(move |_: DeadLetter| async move {
                assert!(hangs, "the queue is gone");
                std::future::pending().await
            })
            .concurrency(3.try_into().unwrap());
        let events: Vec<_> = (1..4)
            .map(|n| insert(n, &order(&n.to_string(), "ada", 1)))
            .collect();
        let deadline = Deadline::within(Duration::from_secs(3));
        let begun = tokio::time::Instant::now();
        let outcome = router.process(&batch(&events), deadline).await.unwrap();
        assert_eq!(outcome.response().to_json(), failed_at(1));
        assert!(begun.elapsed() < Duration::from_secs(3));
    }
}

#[tokio::test]
async fn nothing_is_begun_when_the_deadline_has_passed_and_nothing_is_an_answer_to_nothing() {
    let log = Log::default();
    let seen = log.clone();
    let router = Router::<Shop>::new().on(move |_: Record<Change<Order>>| {
        seen.add("called");
        async { Ok(()) }
    });
    let event = batch(&[insert(1, &order("a", "ada", 1))]);
    let answer = router
        .handle(&event, Deadline::at(UNIX_EPOCH))
        .await
        .unwrap();
    assert_eq!((answer.to_json(), log.lines().len()), (failed_at(1), 0));
    let answer = router.handle(&batch(&[]), Deadline::none()).await.unwrap();
    assert_eq!(answer.to_json(), ALL_DONE);
}

#[tokio::test]
async fn ten_thousand_records_side_by_side_with_duplicates_are_counted_once() {
    let db: Db<Shop> = table().await;
    customer(&db, "ada").await;
    let router = Router::<Shop>::new()
        .on(|_: Record<Change<Order>>| async {
            tokio::task::yield_now().await;
            Ok(())
        })
        .concurrency(1_000.try_into().unwrap());
    let events: Vec<_> = (0..10_000)
        .map(|n| insert(n, &order(&(n % 3_000).to_string(), "ada", 1)))
        .collect();
    let begun = std::time::Instant::now();
    let outcome = router
        .process(&batch(&events), Deadline::none())
        .await
        .unwrap();
    assert_eq!((outcome.processed, outcome.checkpoint), (10_000, None));
    assert!(
        begun.elapsed() < Duration::from_secs(20),
        "{:?}",
        begun.elapsed()
    );

    let counted = Router::<Shop>::new()
        .aggregate(totals("totals"), &db)
        .concurrency(4.try_into().unwrap());
    let twice = insert(1, &order("a", "ada", 5));
    let event = batch(&[twice.clone(), twice.clone(), twice]);
    counted.process(&event, Deadline::none()).await.unwrap();
    assert_eq!(totals_of(&db, "ada").await, (1, 5));
}

/// A newer field is left alone; an older image that lacks one fails alone.
#[tokio::test]
async fn images_of_other_shapes_are_read_or_fail_alone() {
    let log = Log::default();
    let (seen, kept) = (log.clone(), log.clone());
    let router = Router::<Shop>::new()
        .on(move |order: Record<Change<Order>>| {
            seen.add(order.change.new_item().unwrap().id.clone());
            async { Ok(()) }
        })
        .dead_letters(move |_: DeadLetter| {
            kept.add("letter");
            async { Ok(()) }
        });
    let mut newer = insert(1, &order("a", "ada", 1));
    newer["dynamodb"]["NewImage"]["invented"] = serde_json::json!({"M": {"x": {"NULL": true}}});
    let mut older = insert(2, &order("b", "ada", 1));
    older["dynamodb"]["NewImage"]
        .as_object_mut()
        .unwrap()
        .remove("cents");
    let none = record(3, keys("c"), None, None);
    let event = batch(&[newer, older, none, insert(4, &order("d", "ada", 1))]);
    let answer = router.handle(&event, Deadline::none()).await.unwrap();
    assert_eq!(answer.to_json(), ALL_DONE);
    assert_eq!(log.lines(), ["a", "letter", "letter", "d"]);
}

/// A global table: the counter is replicated, and so is the child; each Region's stream has the change under its own id.
#[tokio::test]
async fn a_change_that_was_replicated_from_another_region_is_not_counted_again() {
    let db: Db<Shop> = table().await;
    customer(&db, "ada").await;
    let router = Router::<Shop>::new().aggregate(totals("totals"), &db);
    for (number, region) in [(1, "eu-west-1"), (2, "us-east-1")] {
        let mut written = insert(number, &order("a", "ada", 5));
        written["awsRegion"] = region.into();
        let here = serde_json::json!({"S": "eu-west-1"});
        written["dynamodb"]["NewImage"]["aws:rep:updateregion"] = here;
        let event = batch(&[written]);
        router.process(&event, Deadline::none()).await.unwrap();
    }
    assert_eq!(
        totals_of(&db, "ada").await,
        (1, 5),
        "an echo (`is_replicated`) was counted where it was written, or the documentation warns of it"
    );
}

/// A parent that is not there is left out, with a mark: when the record comes again, it is still left out.
#[tokio::test]
async fn a_change_that_was_left_out_is_left_out_however_often_it_is_delivered() {
    let db: Db<Shop> = table().await;
    let router = Router::<Shop>::new().aggregate(totals("totals"), &db);
    let event = batch(&[insert(1, &order("a", "ada", 5))]);
    router.process(&event, Deadline::none()).await.unwrap();
    customer(&db, "ada").await;
    router.process(&event, Deadline::none()).await.unwrap();
    assert_eq!(
        totals_of(&db, "ada").await,
        (0, 0),
        "the number must not depend on whether the batch was delivered once or twice"
    );
}

/// A payload and a result that cannot be kept.
#[tokio::test]
async fn what_cannot_be_written_is_said_before_the_work_or_is_not_worked_for_twice() {
    let time = Arc::new(AtomicU64::new(1_767_225_600));
    let now = Arc::clone(&time);
    let db: Db<Shop> = table().await;
    let db = db.with_clock(move || UNIX_EPOCH + Duration::from_secs(now.load(Ordering::SeqCst)));
    let pay = Idempotency::new(&db, "pay").lease(Duration::from_secs(10));
    let called = AtomicU64::new(0);
    let long = || async {
        called.fetch_add(1, Ordering::SeqCst);
        Ok::<_, Infallible>("x".repeat(500_000))
    };
    let unfit = pay.run("k", &f64::NAN, long).await;
    assert!(matches!(unfit, Err(Interrupted::Store(_))));
    assert_eq!(called.load(Ordering::SeqCst), 0);
    for _ in 0..3 {
        let _: Result<String, Interrupted<Infallible>> = pay.run("k", &(), long).await;
        time.fetch_add(11, Ordering::SeqCst);
    }
    assert_eq!(
        called.load(Ordering::SeqCst),
        1,
        "the work is done: complete it without its result, and say so to whoever asks again"
    );
}
