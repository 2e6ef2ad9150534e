//! Versions in keys, lost answers, and names of guards.

use dynamo_orm::{Collection, Db, Entity, Table, Transaction};
use dynamo_orm_tests::accounts::{Accounts, Note, Wallet, note, wallet};
use dynamo_orm_tests::{instant, table, tapped};
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

/// A version changes with every write, so it must be refused in a primary key, as `updated_at` is. Now the item is stored
/// under the number that was read, and no save can find it under its own.
#[tokio::test]
async fn a_key_of_the_version_agrees_with_it() {
    let db: Db<More> = table().await;
    let new = Draft {
        id: "1".into(),
        version: 0,
    };
    let stored = new.create().returning_new().send(&db).await.unwrap();
    let found = Draft::get("1", stored.version).send(&db).await.unwrap();
    assert_eq!(found, Some(stored));
}

/// The attribute says 1 and the key 0: the version must be stamped into the parts as the times are, or be refused in keys.
#[tokio::test]
async fn an_index_key_of_the_version_agrees_with_it() {
    let db: Db<More> = table().await;
    let new = Page {
        id: "1".into(),
        text: "a".into(),
        version: 0,
    };
    new.create().send(&db).await.unwrap();
    let keys =
        |found: std::collections::HashMap<String, aws_sdk_dynamodb::types::AttributeValue>| {
            found["GSI1SK"]
                .as_s()
                .unwrap()
                .trim_start_matches('0')
                .to_owned()
        };
    assert_eq!(
        keys(dynamo_orm_tests::raw(&db, "PAGE#1", "PAGE").await),
        "1"
    );
}

/// As above: every write leaves the key one behind (`update` adds to the version and leaves the key alone altogether).
#[tokio::test]
async fn an_update_keeps_an_index_key_of_the_version_in_step() {
    let db: Db<More> = table().await;
    let new = Page {
        id: "1".into(),
        text: "a".into(),
        version: 0,
    };
    new.create().send(&db).await.unwrap();
    let read = Page::get("1").send(&db).await.unwrap().unwrap();
    read.put().send(&db).await.unwrap();
    let read = Page::get("1").send(&db).await.unwrap().unwrap();
    let raw = dynamo_orm_tests::raw(&db, "PAGE#1", "PAGE").await;
    let key: u64 = raw["GSI1SK"].as_s().unwrap().parse().unwrap();
    assert_eq!(key, read.version);
}

/// Such a version is written and never read, so that nothing can be saved. The derive should refuse `#[serde(skip)]` here.
#[tokio::test]
async fn a_version_that_serde_skips_is_read() {
    let db: Db<More> = table().await;
    Hidden {
        id: "1".into(),
        text: "a".into(),
        version: 0,
    }
    .create()
    .send(&db)
    .await
    .unwrap();
    let read = Hidden::get("1").send(&db).await.unwrap().unwrap();
    assert_eq!(read.version, 1);
    let changed = Hidden {
        text: "b".into(),
        ..read.clone()
    };
    changed.save(&read).send(&db).await.unwrap();
}

/// `name = "a#b"` with the value `x` makes the guard of `a` with the value `b#x`. Names (and kinds) with `#` must be refused.
#[tokio::test]
async fn unique_values_of_like_names_have_guards_of_their_own() {
    let db: Db<More> = table().await;
    Names {
        id: "1".into(),
        one: "b#x".into(),
        two: None,
    }
    .create()
    .send(&db)
    .await
    .unwrap();
    Names {
        id: "2".into(),
        one: "c".into(),
        two: Some("x".into()),
    }
    .create()
    .send(&db)
    .await
    .unwrap();
}

/// The keys say that the line belongs to the group, the fields differ in case. Either the signature has the forms of the
/// key, or a form that changes the value is refused at compile time (`check_part`).
#[tokio::test]
async fn members_are_grouped_by_what_their_keys_say() {
    let db: Db<More> = table().await;
    Group {
        shop: "s".into(),
        group: "Tea".into(),
    }
    .create()
    .send(&db)
    .await
    .unwrap();
    Line {
        shop: "s".into(),
        group: "tea".into(),
        line: 1,
    }
    .create()
    .send(&db)
    .await
    .unwrap();
    let all = All::of("s").load(&db).await.unwrap().unwrap();
    assert_eq!(all.groups[0].lines.len(), 1);
}

/// The first attempt was carried out and its answer lost; the repetition by the SDK fails against it. The loop must see
/// that this may be its own write (the error says so) instead of applying the change to it again.
#[tokio::test(start_paused = true)]
async fn a_lost_answer_does_not_apply_a_change_twice() {
    let (db, tap) = tapped::<Accounts>().await;
    wallet("1", 100).create().send(&db).await.unwrap();
    tap.lose_answer("UpdateItem");
    let _ = Wallet::key("1")
        .read_modify_write(&db, |w| w.cents += 10)
        .await;
    let stored = Wallet::get("1").send(&db).await.unwrap().unwrap();
    assert_eq!(stored.cents, 110);
}

/// `From<Exists> for Check` must take `including_expired` along.
#[tokio::test]
async fn a_check_keeps_what_exists_was_told() {
    let db: Db<Accounts> = table().await;
    let at = |seconds| db.clone().with_clock(move || instant(seconds));
    Note {
        expires_at: Some(instant(100)),
        ..note("n")
    }
    .create()
    .send(&at(0))
    .await
    .unwrap();
    let other = note("m");
    assert!(
        Note::exists("n")
            .including_expired()
            .send(&at(200))
            .await
            .unwrap()
    );
    Transaction::new()
        .check(Note::exists("n").including_expired())
        .create(&other)
        .send(&at(200))
        .await
        .unwrap();
}
