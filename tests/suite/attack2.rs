//! More attacks.

use std::time::Duration;

use dynamo_orm::{BatchGet, BatchWrite, Collection, Db, Entity, Table, Transaction};
use dynamo_orm_tests::accounts::{Accounts, Note, Wallet, note, wallet};
use dynamo_orm_tests::{instant, table, tapped};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

#[derive(Table, Debug, Clone, PartialEq)]
#[table(pk = "PK", sk = "SK", gsi(Gsi1, pk = "GSI1PK", sk = "GSI1SK"))]
enum More {
    Draft(Draft),
    Page(Page),
    Hidden(Hidden),
    Names(Names),
    Group(Group),
    Line(Line),
}

/// The version is a part of the key.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = More, pk = "DRAFT#{id}", sk = "V#{version}", query = drafts)]
struct Draft {
    id: String,
    #[entity(version)]
    version: u64,
}

/// The version is a part of an index key.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = More, pk = "PAGE#{id}", sk = "PAGE",
         index(Gsi1, pk = "PAGES", sk = "{version}", query = by_version))]
struct Page {
    id: String,
    text: String,
    #[entity(version)]
    version: u64,
}

/// Serde skips the version.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = More, pk = "HIDDEN#{id}", sk = "HIDDEN")]
struct Hidden {
    id: String,
    text: String,
    #[entity(version)]
    #[serde(skip)]
    version: u64,
}

/// Two unique values of like names.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = More, pk = "NAMES#{id}", sk = "NAMES", unique(one, name = "a"), unique(two, name = "a#b"))]
struct Names {
    id: String,
    one: String,
    two: Option<String>,
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = More, pk = "SHOP#{shop}", sk = "G#{group:lower}")]
struct Group {
    shop: String,
    group: String,
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = More, pk = "SHOP#{shop}", sk = "L#{group:lower}#{line}", query = lines)]
struct Line {
    shop: String,
    group: String,
    line: u32,
}

#[derive(Collection, Debug, Clone, PartialEq)]
#[collection(table = More, pk = "SHOP#{shop}")]
struct WithLines {
    group: Group,
    lines: Vec<Line>,
}

#[derive(Collection, Debug, Clone, PartialEq)]
#[collection(table = More, pk = "SHOP#{shop}")]
struct All {
    groups: Vec<WithLines>,
}

#[derive(Table, Debug, Clone, PartialEq)]
#[table(pk = "PK", sk(SK: N))]
enum Numbers {
    Price(Price),
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Numbers, pk = "PRICE#{id}", sk = "{amount}")]
struct Price {
    id: String,
    amount: Decimal,
}

#[tokio::test]
async fn a_key_of_the_version_agrees_with_it() {
    let db: Db<More> = table().await;
    let new = Draft { id: "1".into(), version: 0 };
    let stored = new.create().returning_new().send(&db).await.unwrap();
    let found = Draft::get("1", stored.version).send(&db).await.unwrap();
    assert_eq!(found, Some(stored));
}

#[tokio::test]
async fn an_index_key_of_the_version_agrees_with_it() {
    let db: Db<More> = table().await;
    let new = Page { id: "1".into(), text: "a".into(), version: 0 };
    new.create().send(&db).await.unwrap();
    let keys = |found: std::collections::HashMap<String, aws_sdk_dynamodb::types::AttributeValue>| {
        found["GSI1SK"].as_s().unwrap().trim_start_matches('0').to_owned()
    };
    assert_eq!(keys(dynamo_orm_tests::raw(&db, "PAGE#1", "PAGE").await), "1");
}

#[tokio::test]
async fn an_update_keeps_an_index_key_of_the_version_in_step() {
    let db: Db<More> = table().await;
    let new = Page { id: "1".into(), text: "a".into(), version: 0 };
    new.create().send(&db).await.unwrap();
    let read = Page::get("1").send(&db).await.unwrap().unwrap();
    read.put().send(&db).await.unwrap();
    let read = Page::get("1").send(&db).await.unwrap().unwrap();
    let raw = dynamo_orm_tests::raw(&db, "PAGE#1", "PAGE").await;
    let key: u64 = raw["GSI1SK"].as_s().unwrap().parse().unwrap();
    assert_eq!(key, read.version);
}

#[tokio::test]
async fn a_version_that_serde_skips_is_read() {
    let db: Db<More> = table().await;
    Hidden { id: "1".into(), text: "a".into(), version: 0 }.create().send(&db).await.unwrap();
    let read = Hidden::get("1").send(&db).await.unwrap().unwrap();
    assert_eq!(read.version, 1);
    let changed = Hidden { text: "b".into(), ..read.clone() };
    changed.save(&read).send(&db).await.unwrap();
}

#[tokio::test]
async fn unique_values_of_like_names_have_guards_of_their_own() {
    let db: Db<More> = table().await;
    Names { id: "1".into(), one: "b#x".into(), two: None }.create().send(&db).await.unwrap();
    Names { id: "2".into(), one: "c".into(), two: Some("x".into()) }.create().send(&db).await.unwrap();
}

#[tokio::test]
async fn members_are_grouped_by_what_their_keys_say() {
    let db: Db<More> = table().await;
    Group { shop: "s".into(), group: "Tea".into() }.create().send(&db).await.unwrap();
    Line { shop: "s".into(), group: "tea".into(), line: 1 }.create().send(&db).await.unwrap();
    let all = All::of("s").load(&db).await.unwrap().unwrap();
    assert_eq!(all.groups[0].lines.len(), 1);
}

#[tokio::test]
async fn two_spellings_of_a_number_are_one_item_in_a_transaction() {
    let db: Db<Numbers> = table().await;
    let price = |scale| Price { id: "1".into(), amount: Decimal::new(10_i64.pow(scale), scale) };
    let (a, b) = (price(1), price(2));
    let error = Transaction::new().put(&a).put(&b).to_request(&db).unwrap_err();
    assert!(error.to_string().contains("same item"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_does_not_apply_a_change_twice() {
    let (db, tap) = tapped::<Accounts>().await;
    wallet("1", 100).create().send(&db).await.unwrap();
    tap.lose_answer("UpdateItem");
    let _ = Wallet::key("1").read_modify_write(&db, |w| w.cents += 10).await;
    let stored = Wallet::get("1").send(&db).await.unwrap().unwrap();
    assert_eq!(stored.cents, 110);
}

#[tokio::test]
async fn a_check_keeps_what_exists_was_told() {
    let db: Db<Accounts> = table().await;
    let at = |seconds| db.clone().with_clock(move || instant(seconds));
    Note { expires_at: Some(instant(100)), ..note("n") }.create().send(&at(0)).await.unwrap();
    let other = note("m");
    assert!(Note::exists("n").including_expired().send(&at(200)).await.unwrap());
    Transaction::new()
        .check(Note::exists("n").including_expired())
        .create(&other)
        .send(&at(200))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_batch_without_concurrency_ends() {
    let db: Db<Accounts> = table().await;
    let n = note("n");
    let write = BatchWrite::new().put(&n).concurrency(0).write_all(&db);
    let done = tokio::time::timeout(Duration::from_secs(20), write).await;
    let done = done.expect("it ends");
    if done.is_ok() {
        assert!(Note::get("n").send(&db).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn a_batch_get_without_concurrency_tells_no_lies() {
    let db: Db<Accounts> = table().await;
    note("n").create().send(&db).await.unwrap();
    let read = BatchGet::new(vec![Note::key("n")]).concurrency(0).load(&db);
    let done = tokio::time::timeout(Duration::from_secs(20), read).await.expect("it ends");
    if let Ok(items) = done {
        assert!(items[0].is_some());
    }
}

#[tokio::test]
async fn a_batch_with_no_attempts_does_something_or_says_so() {
    let db: Db<Accounts> = table().await;
    let n = note("n");
    if BatchWrite::new().put(&n).attempts(0).write_all(&db).await.is_ok() {
        assert!(Note::get("n").send(&db).await.unwrap().is_some());
    }
}
