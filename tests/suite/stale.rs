//! Nothing is left stale: guards, keys of indexes and versions under concurrent, expired and lost writes.

mod moves;
mod versions;

use std::collections::HashSet;
use std::time::SystemTime;

use dynamo_orm::{Db, Entity, ErrorKind, KeyPart, Table, Transaction};
use dynamo_orm_tests::accounts::{Accounts, Session, team};
use dynamo_orm_tests::{index_attributes, instant, is_old_engine, raw, table, tapped};
use serde::{Deserialize, Serialize};

#[derive(Table, Debug, Clone, PartialEq)]
#[table(
    pk = "PK",
    sk = "SK",
    ttl = "expires_at",
    gsi(ByDay, pk = "GSI1PK", sk = "GSI1SK"),
    gsi(ByOwner, pk = "GSI2PK", sk = "GSI2SK"),
    gsi(Inverted, pk = "SK", sk = "PK")
)]
enum Stale {
    Task(Task),
    Member(Member),
    Tags(Tags),
    Counter(Counter),
    Old(Old),
}

#[derive(KeyPart, Serialize, Deserialize, Debug, Clone, Copy, PartialEq)]
enum State {
    Open,
    Closed,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "predicates of indexes take references"
)]
fn is_open(state: &State) -> bool {
    *state == State::Open
}

/// In a judged index while open, and in a sparse one while it has an owner; no version.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Stale, pk = "TASK#{id}", sk = "TASK",
         index(ByDay, pk = "DAYS", sk = "{day}", query = by_day, when = is_open(state)),
         index(ByOwner, pk = "OWNER", sk = "{owner}#{day}", query = by_owner))]
struct Task {
    id: String,
    state: State,
    day: u32,
    owner: Option<String>,
}

fn task() -> Task {
    Task {
        id: "1".into(),
        state: State::Closed,
        day: 1,
        owner: None,
    }
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Stale, pk = "MEMBER#{id}", sk = "MEMBER", unique(email))]
struct Member {
    id: String,
    email: String,
    #[entity(ttl)]
    expires_at: Option<SystemTime>,
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Stale, pk = "TAGS#{id}", sk = "TAGS")]
struct Tags {
    id: String,
    words: HashSet<String>,
    #[entity(version)]
    version: u64,
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Stale, pk = "COUNTER#{id}", sk = "COUNTER")]
struct Counter {
    id: String,
    #[serde(default)]
    count: u32,
    #[entity(ttl)]
    expires_at: Option<SystemTime>,
}

/// Had fewer fields and no index in its first version.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Stale, pk = "OLD#{id}", sk = "OLD",
         index(ByDay, pk = "OLD", sk = "{rank}", query = by_rank))]
struct Old {
    id: String,
    rank: u32,
    #[serde(default)]
    colour: String,
    note: Option<String>,
}

/// The second save must be refused (or write the key): the field is a part of an index key that only came into being
/// with the first save, and `save` promises that none is left stale.
#[tokio::test]
async fn concurrent_saves_leave_no_stale_key_of_a_judged_index() {
    let db: Db<Stale> = table().await;
    task().create().send(&db).await.unwrap();
    let read = task();
    let opened = Task {
        state: State::Open,
        ..read.clone()
    };
    let moved = Task {
        day: 2,
        ..read.clone()
    };
    let first = opened.save(&read).send(&db).await;
    let second = moved.save(&read).send(&db).await;
    assert!(first.is_ok());
    let stored = Task::get("1").send(&db).await.unwrap().unwrap();
    if second.is_ok() {
        assert_eq!((stored.state, stored.day), (State::Open, 2));
    }
    let keys = index_attributes(&raw(&db, "TASK#1", "TASK").await);
    let expected = {
        let other: Db<Stale> = table().await;
        stored.put().send(&other).await.unwrap();
        index_attributes(&raw(&other, "TASK#1", "TASK").await)
    };
    assert_eq!(keys, expected);
}

/// The second save must be refused: it writes an index key from a part that is no longer as it was read.
#[tokio::test]
async fn concurrent_saves_leave_no_stale_key_of_a_sparse_index() {
    let db: Db<Stale> = table().await;
    task().create().send(&db).await.unwrap();
    let read = task();
    let moved = Task {
        day: 2,
        ..read.clone()
    };
    let owned = Task {
        owner: Some("ada".into()),
        ..read.clone()
    };
    moved.save(&read).send(&db).await.unwrap();
    let _ = owned.save(&read).send(&db).await;
    let stored = Task::get("1").send(&db).await.unwrap().unwrap();
    let keys = index_attributes(&raw(&db, "TASK#1", "TASK").await);
    let expected = {
        let other: Db<Stale> = table().await;
        stored.put().send(&other).await.unwrap();
        index_attributes(&raw(&other, "TASK#1", "TASK").await)
    };
    assert_eq!(keys, expected);
}

fn session(id: &str, token: &str, until: u64) -> Session {
    Session {
        id: id.into(),
        token: token.into(),
        expires_at: instant(until),
    }
}

/// A save that takes a guard copies the time to live it read to it, so that must be compared, too.
#[tokio::test]
async fn a_guard_lives_as_long_as_its_item_after_concurrent_saves() {
    let db: Db<Accounts> = table().await;
    let at = |seconds| db.clone().with_clock(move || instant(seconds));
    let read = session("1", "a", 100);
    read.create().send(&at(0)).await.unwrap();
    session("1", "a", 1000)
        .save(&read)
        .send(&at(1))
        .await
        .unwrap();
    let _ = session("1", "b", 100).save(&read).send(&at(2)).await;
    let stored = Session::get("1").send(&at(200)).await.unwrap().unwrap();
    let thief = session("2", &stored.token, 5000)
        .create()
        .send(&at(200))
        .await;
    assert!(
        thief.is_err_and(|e| e.is_unique_violation()),
        "two live sessions have one token"
    );
}

/// A save that changes the time to live puts the guards again, so the unique values must be compared, too.
#[tokio::test]
async fn a_longer_life_brings_no_guard_of_an_old_value_back() {
    let db: Db<Accounts> = table().await;
    let at = |seconds| db.clone().with_clock(move || instant(seconds));
    let read = session("1", "a", 100);
    read.create().send(&at(0)).await.unwrap();
    session("1", "b", 100)
        .save(&read)
        .send(&at(1))
        .await
        .unwrap();
    let _ = session("1", "a", 1000).save(&read).send(&at(2)).await;
    let stored = Session::get("1").send(&at(3)).await.unwrap().unwrap();
    let guards: Vec<String> = dynamo_orm_tests::partition_keys(&db).await;
    assert_eq!(
        guards,
        [
            format!("$unique#Session#token#{}", stored.token),
            "SESSION#1".into()
        ]
    );
}

/// `claim` writes the time to live of the value to the guard, so it must be that of the stored item.
#[tokio::test]
async fn a_claim_does_not_shorten_the_life_of_a_guard() {
    let db: Db<Accounts> = table().await;
    let at = |seconds| db.clone().with_clock(move || instant(seconds));
    let read = session("1", "a", 100);
    read.create().send(&at(0)).await.unwrap();
    session("1", "a", 1000)
        .save(&read)
        .send(&at(1))
        .await
        .unwrap();
    let _ = dynamo_orm::Claim::new(&read).send(&at(2)).await;
    let thief = session("2", "a", 5000).create().send(&at(200)).await;
    assert!(
        thief.is_err_and(|e| e.is_unique_violation()),
        "two live sessions have one token"
    );
}

/// The guard belongs to another item by now: leave it alone and delete the item. `UniqueViolation` is not even among the
/// errors that `remove` names.
#[tokio::test]
async fn an_expired_item_whose_value_was_taken_can_be_removed() {
    let db: Db<Accounts> = table().await;
    let at = |seconds| db.clone().with_clock(move || instant(seconds));
    let gone = session("1", "a", 100);
    gone.create().send(&at(0)).await.unwrap();
    session("2", "a", 1000)
        .create()
        .send(&at(200))
        .await
        .unwrap();
    gone.remove()
        .including_expired()
        .send(&at(300))
        .await
        .unwrap();
}

/// The value that is given up is not held any more, which is no reason to refuse the new one.
#[tokio::test]
async fn an_expired_item_whose_value_was_taken_can_take_another_value() {
    let db: Db<Accounts> = table().await;
    let at = |seconds| db.clone().with_clock(move || instant(seconds));
    let gone = session("1", "a", 100);
    gone.create().send(&at(0)).await.unwrap();
    session("2", "a", 1000)
        .create()
        .send(&at(200))
        .await
        .unwrap();
    session("1", "b", 1000)
        .save(&gone)
        .including_expired()
        .send(&at(300))
        .await
        .unwrap();
}

fn member(id: &str, email: &str) -> Member {
    Member {
        id: id.into(),
        email: email.into(),
        expires_at: None,
    }
}

/// Guards have the keys of the table, so they are in an index over these keys; they "show in no read of this library".
#[tokio::test]
async fn guards_stay_out_of_scans_through_an_index_over_the_tables_keys() {
    let db: Db<Stale> = table().await;
    member("1", "a").create().send(&db).await.unwrap();
    let found = Stale::scan().through::<Inverted>().all(&db).await.unwrap();
    assert_eq!(found, [Stale::Member(member("1", "a"))]);
}

/// As above, without an error to notice it by.
#[tokio::test]
async fn guards_are_not_counted_by_scans_through_an_index_over_the_tables_keys() {
    let db: Db<Stale> = table().await;
    member("1", "a").create().send(&db).await.unwrap();
    let count = Stale::scan()
        .through::<Inverted>()
        .count(&db)
        .await
        .unwrap();
    assert_eq!(count, 1);
}

/// "Writes what changed; nothing where nothing did": nothing is to be done, as with `save` alone, and nothing is to be added.
#[tokio::test]
async fn a_transaction_of_a_save_without_changes_succeeds() {
    let db: Db<Accounts> = table().await;
    let a = team(1, "Oslo", "a");
    a.create().send(&db).await.unwrap();
    Transaction::new().save(a.save(&a)).send(&db).await.unwrap();
}

/// A set has no order: equal values must send nothing, and not count the version up.
#[tokio::test]
async fn a_set_in_another_order_is_no_change() {
    let db: Db<Stale> = table().await;
    let of = || Tags {
        id: "1".into(),
        words: (0..20).map(|n| format!("tag{n}")).collect(),
        version: 1,
    };
    assert_eq!(of(), of());
    assert!(of().save(&of()).to_request(&db).unwrap().is_none());
}

/// An update can neither take the place of what has expired nor go on with it unseen.
#[tokio::test]
async fn an_update_does_not_go_on_with_what_has_expired() {
    let db: Db<Stale> = table().await;
    let at = |seconds| db.clone().with_clock(move || instant(seconds));
    let old = Counter {
        id: "1".into(),
        count: 7,
        expires_at: Some(instant(100)),
    };
    old.create().send(&at(0)).await.unwrap();
    let count = || Counter::update("1").add(|c| c.count(), 1).or_create();
    count().send(&at(99)).await.unwrap();
    let error = count().send(&at(200)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConditionFailed, "{error}");
    count().including_expired().send(&at(200)).await.unwrap();
    let found = Counter::get("1").including_expired().send(&at(200)).await;
    assert_eq!(found.unwrap().map(|c| c.count), Some(9));
}

async fn store_old(db: &Db<Stale>) {
    use aws_sdk_dynamodb::types::AttributeValue::{N, S};
    db.client()
        .put_item()
        .table_name(db.table_name())
        .item("PK", S("OLD#1".into()))
        .item("SK", S("OLD".into()))
        .item("_type", S("Old".into()))
        .item("id", S("1".into()))
        .item("rank", N("1".into()))
        .send()
        .await
        .unwrap();
}

/// The stored item has no key of the index yet, and the computed one is compared with it: `ConditionFailed` for ever,
/// whatever is read before. A missing key is not stale.
#[tokio::test]
async fn an_item_from_before_its_index_can_be_saved() {
    let db: Db<Stale> = table().await;
    store_old(&db).await;
    let read = Old::get("1").send(&db).await.unwrap().unwrap();
    let changed = Old {
        rank: 2,
        ..read.clone()
    };
    changed.save(&read).send(&db).await.unwrap();
}

/// The stored item has no attribute for the field, which reads as its default, and the default is compared with it:
/// `ConditionFailed` for ever.
#[tokio::test]
async fn an_item_without_a_field_that_has_a_default_can_be_moved() {
    if is_old_engine() {
        return; // it takes no empty strings
    }
    let db: Db<Stale> = table().await;
    store_old(&db).await;
    let read = Old::get("1").send(&db).await.unwrap().unwrap();
    let moved = Old {
        id: "2".into(),
        ..read.clone()
    };
    moved.relocate(&read).send(&db).await.unwrap();
}

/// One reason that stays is the reason (as `TransactGet` has it): the value is taken, and no repetition helps.
#[tokio::test]
async fn what_stays_is_told_before_what_passes() {
    let (db, tap) = tapped::<Accounts>().await;
    tap.answer(
        "TransactWriteItems",
        400,
        r#"{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","message":"Transaction cancelled","CancellationReasons":[{"Code":"TransactionConflict","Message":"x"},{"Code":"ConditionalCheckFailed","Message":"y"}]}"#,
    );
    let error = team(1, "a", "b").create().send(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UniqueViolation, "{error}");
}

#[tokio::test]
async fn a_value_that_was_given_up_in_between_is_noticed() {
    let db: Db<Accounts> = table().await;
    let read = dynamo_orm_tests::accounts::user("1", "a@x.no", "a");
    let read = read.create().returning_new().send(&db).await.unwrap();
    // Somebody took the handle away without counting the version.
    db.client()
        .update_item()
        .table_name(db.table_name())
        .set_key(Some(dynamo_orm_tests::sdk_key("USER#1", "USER")))
        .update_expression("REMOVE handle")
        .send()
        .await
        .unwrap();
    let mut changed = read.clone();
    changed.tenant = "umbrella".into();
    let error = changed.save(&read).send(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConditionFailed, "{error}");
}
