//! Marks, aggregates and idempotent work at their edges: names that meet, parents and results that do not fit, failures that panic.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use dynamo_orm::local::Engine;
use dynamo_orm::stream::{
    Aggregate, Applied, AuditEntry, Change, DeadLetter, Deadline, Failure, Metrics, Once, Record,
    Router,
};
use dynamo_orm::{Db, Entity, Idempotency, Interrupted, Table, Transaction};
use dynamo_orm_tests::{raw, table};
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

/// A child from before the aggregate was declared is deleted: its parent's unsigned count stays at 0.
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
    // It was left out with its mark, so it does not take from what is counted later; neither does the sum go without
    // the number.
    let counted = batch(&[insert(2, &order("new", "ada", 7))]);
    router.process(&counted, Deadline::none()).await.unwrap();
    router.process(&event, Deadline::none()).await.unwrap();
    assert_eq!(totals_of(&db, "ada").await, (1, 7));
    let gone = batch(&[remove(3, &order("new", "ada", 7))]);
    router.process(&gone, Deadline::none()).await.unwrap();
    assert_eq!(totals_of(&db, "ada").await, (0, 0));
}

/// Only the parent that has too little is left out: the other one of a child that moves has its count.
#[tokio::test]
async fn a_child_that_was_never_counted_is_counted_where_it_moves_to() {
    let db: Db<Shop> = table().await;
    customer(&db, "ada").await;
    customer(&db, "bob").await;
    let router = Router::<Shop>::new().aggregate(totals("totals"), &db);
    let (old, new) = (order("a", "ada", 5), order("a", "bob", 5));
    let event = batch(&[modify(1, &old, &new)]);
    for _ in 0..2 {
        router.process(&event, Deadline::none()).await.unwrap();
        assert_eq!(totals_of(&db, "ada").await, (0, 0));
        assert_eq!(totals_of(&db, "bob").await, (1, 5));
    }
}

/// Marks outlast the queue that a dead letter waits in.
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

/// A copied line: each would take the marks of the other for its own.
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
    let error = done.unwrap_err();
    assert_eq!(error.kind(), dynamo_orm::ErrorKind::InvalidRequest);
    assert!(error.to_string().contains("`totals`"), "{error}");
    assert_eq!(totals_of(&db, "ada").await, (0, 0));
    // A trail of the name of an aggregate is no better.
    let none = |_| None::<Trail>;
    let router = Router::<Shop>::new()
        .aggregate(totals("totals"), &db)
        .audit("totals", &db, none);
    assert!(router.process(&event, Deadline::none()).await.is_err());
    let router = Router::<Shop>::new()
        .aggregate(totals("totals"), &db)
        .audit("trail", &db, none);
    assert!(router.process(&event, Deadline::none()).await.is_ok());
}

/// The expiry of the mark of the first change, in seconds after 1970.
async fn expiry(db: &Db<Shop>, effect: &str) -> u64 {
    let mark = raw(db, &format!("$once#{effect}#e1"), "$once").await;
    mark["expires"].as_n().unwrap().parse().unwrap()
}

#[tokio::test]
async fn marks_are_kept_for_15_days_or_as_long_as_is_asked() {
    let start = 1_767_225_600;
    let db: Db<Shop> = table().await;
    let db = db.with_clock(move || UNIX_EPOCH + Duration::from_secs(start));
    customer(&db, "ada").await;
    let month = Duration::from_hours(30 * 24);
    let trail = |entry: AuditEntry| {
        Some(Trail {
            of: "orders".to_owned(),
            event: format!("{} {:?}", entry.event_id, entry.changed.len()),
            by: None,
            what: entry.entity.to_owned(),
        })
    };
    let longer = move |entry: AuditEntry| {
        let mut entry = trail(entry)?;
        entry.event.push('+');
        Some(entry)
    };
    let router = Router::<Shop>::new()
        .aggregate(totals("totals"), &db)
        .aggregate(totals("longer").keep_for(month), &db)
        .audit("trail", &db, trail)
        .audit_for("longer trail", month, &db, longer);
    let event = batch(&[insert(1, &order("a", "ada", 5))]);
    let outcome = router.process(&event, Deadline::none()).await.unwrap();
    assert_eq!(outcome.checkpoint, None);
    for (effect, days) in [
        ("totals", 15),
        ("longer", 30),
        ("trail", 15),
        ("longer trail", 30),
    ] {
        assert_eq!(expiry(&db, effect).await, start + days * DAY, "{effect}");
    }
}

/// Two changes within a second, and a trail that is keyed by the second.
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
        .on_failure(|_, _| panic!("the log is full"))
        .metrics(Metrics::new("shop", "orders").to(|_| panic!("the disk is full")));
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

/// A payload that has no hash, and results that are too large to be kept.
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
    let again = pay.run("k", &(), long).await;
    let Err(Interrupted::Store(error)) = again else {
        panic!("{again:?}");
    };
    assert_eq!(error.kind(), dynamo_orm::ErrorKind::ResultNotKept);
    // As large as is kept.
    let fits = || async { Ok::<_, Infallible>("x".repeat(396 * 1024 - 100)) };
    let first = pay.run("l", &(), fits).await.unwrap();
    assert_eq!(pay.run("l", &(), fits).await.unwrap(), first);
}
