//! Moves, expiry and saved states.

use std::collections::{BTreeMap, HashMap};
use std::time::SystemTime;

use aws_sdk_dynamodb::types::AttributeValue::{N, S};
use dynamo_orm::{Db, Entity, Table};
use dynamo_orm_tests::accounts::{Accounts, Wallet, wallet};
use dynamo_orm_tests::{instant, raw, table, tapped};
use serde::{Deserialize, Serialize};

#[derive(Table, Debug, Clone, PartialEq)]
#[table(
    pk = "PK",
    sk = "SK",
    kind = "_type",
    ttl = "expires_at",
    gsi(Gsi1, pk = "GSI1PK", sk = "GSI1SK")
)]
enum Third {
    Open(Open),
    Ranked(Ranked),
    Lease(Lease),
    Maps(Maps),
}

/// Flattened attributes, no version.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Third, pk = "OPEN#{id}", sk = "OPEN")]
struct Open {
    id: String,
    #[serde(flatten)]
    more: BTreeMap<String, String>,
}

/// A field that is in an index key alone.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Third, pk = "RANKED#{id}", sk = "RANKED",
         index(Gsi1, pk = "RANKS", sk = "{rank}", query = by_rank))]
struct Ranked {
    id: String,
    #[entity(skip)]
    rank: u32,
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Third, pk = "LEASE#{id}", sk = "LEASE")]
struct Lease {
    id: String,
    #[entity(created_at)]
    created_at: SystemTime,
    #[entity(ttl)]
    expires_at: SystemTime,
}

#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Third, pk = "MAPS#{id}", sk = "MAPS")]
struct Maps {
    id: String,
    map: HashMap<String, u32>,
    #[entity(version)]
    version: u64,
}

/// "Without a version every attribute of this type" must be as it was read; flattened ones are not compared.
#[tokio::test]
async fn a_move_loses_no_flattened_attribute_written_meanwhile() {
    let db: Db<Third> = table().await;
    let read = Open {
        id: "1".into(),
        more: BTreeMap::from([("a".into(), "1".into())]),
    };
    read.create().send(&db).await.unwrap();
    let changed = Open {
        id: "1".into(),
        more: BTreeMap::from([("a".into(), "2".into())]),
    };
    changed.save(&read).send(&db).await.unwrap();
    let moved = Open {
        id: "2".into(),
        ..read.clone()
    };
    if moved.relocate(&read).send(&db).await.is_ok() {
        let found = Open::get("2").send(&db).await.unwrap().unwrap();
        assert_eq!(found.more["a"], "2");
    }
}

/// A field that is in an index key alone is not compared: its change is lost. Compare the keys of indexes as well.
#[tokio::test]
async fn a_move_loses_no_index_key_written_meanwhile() {
    let db: Db<Third> = table().await;
    let read = Ranked {
        id: "1".into(),
        rank: 1,
    };
    read.create().send(&db).await.unwrap();
    Ranked {
        id: "1".into(),
        rank: 2,
    }
    .save(&read)
    .send(&db)
    .await
    .unwrap();
    let moved = Ranked {
        id: "2".into(),
        ..read.clone()
    };
    if moved.relocate(&read).send(&db).await.is_ok() {
        let found = Ranked::get("2").send(&db).await.unwrap().unwrap();
        assert_eq!(found.rank, 2);
    }
}

/// An upsert cannot begin anew in the place of what has expired, so it must not keep the time of its creation unseen.
#[tokio::test]
async fn an_upsert_does_not_go_on_with_what_has_expired() {
    let db: Db<Third> = table().await;
    let at = |seconds| db.clone().with_clock(move || instant(seconds));
    let lease = |until| Lease {
        id: "1".into(),
        created_at: instant(0),
        expires_at: instant(until),
    };
    lease(100).create().send(&at(0)).await.unwrap();
    let error = lease(900).upsert().send(&at(200)).await.unwrap_err();
    assert!(error.is_condition_failed(), "{error}");
    lease(900).create().send(&at(200)).await.unwrap();
    let found = Lease::get("1").send(&at(300)).await.unwrap().unwrap();
    assert_eq!(found.created_at, instant(200));
}

/// Equal maps must send nothing, and not count the version up.
#[tokio::test]
async fn a_map_in_another_order_is_no_change() {
    let db: Db<Third> = table().await;
    let of = || Maps {
        id: "1".into(),
        map: (0..20).map(|n| (format!("k{n}"), n)).collect(),
        version: 1,
    };
    assert!(of().save(&of()).to_request(&db).unwrap().is_none());
}

/// A save keeps what the type does not know, so what was sent must be compared, not the whole item.
#[tokio::test]
async fn an_own_write_is_told_where_the_item_has_unknown_attributes() {
    let (db, tap) = tapped::<Accounts>().await;
    wallet("1", 100).create().send(&db).await.unwrap();
    db.client()
        .update_item()
        .table_name(db.table_name())
        .set_key(Some(dynamo_orm_tests::sdk_key("WALLET#1", "WALLET")))
        .update_expression("SET extra = :x")
        .expression_attribute_values(":x", N("1".into()))
        .send()
        .await
        .unwrap();
    let read = Wallet::get("1").send(&db).await.unwrap().unwrap();
    let changed = Wallet {
        cents: 110,
        ..read.clone()
    };
    tap.lose_answer("UpdateItem");
    let error = changed.save(&read).send(&db).await.unwrap_err();
    assert_eq!(
        raw(&db, "WALLET#1", "WALLET").await["cents"],
        N("110".into())
    );
    assert!(error.may_be_own_write(), "{error}");
}

/// `send` "gives the value as it is stored now"; without a version it gives what was read before. Ask for `ALL_NEW`.
#[tokio::test]
async fn a_saved_state_keeps_what_the_stored_item_has() {
    // Another writer's change of another attribute is in what `save` says is stored now.
    let db: Db<Accounts> = table().await;
    let read = dynamo_orm_tests::accounts::team(1, "Oslo", "a");
    read.create().send(&db).await.unwrap();
    let noted = dynamo_orm_tests::accounts::Team {
        note: Some("x".into()),
        ..read.clone()
    };
    noted.save(&read).send(&db).await.unwrap();
    let ranked = dynamo_orm_tests::accounts::Team {
        rank: 2,
        ..read.clone()
    };
    let saved = ranked.save(&read).send(&db).await.unwrap();
    let stored = dynamo_orm_tests::accounts::Team::get(1)
        .send(&db)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(saved, stored, "`save` gives the value as it is stored now");
}

/// A whole read takes a fraction of a second, a selected field must do so, too.
#[tokio::test]
async fn a_fraction_in_a_time_to_live_is_read_alike_everywhere() {
    let db: Db<Third> = table().await;
    db.client()
        .put_item()
        .table_name(db.table_name())
        .item("PK", S("LEASE#1".into()))
        .item("SK", S("LEASE".into()))
        .item("_type", S("Lease".into()))
        .item("id", S("1".into()))
        .item("created_at", N("1767225600".into()))
        .item("expires_at", N("4000000000.5".into()))
        .send()
        .await
        .unwrap();
    let whole = Lease::get("1").send(&db).await.unwrap().unwrap();
    let one = Lease::get("1")
        .select(|l| l.expires_at())
        .send(&db)
        .await
        .unwrap();
    assert_eq!(one, Some(whole.expires_at));
}

/// An item that was deleted and created anew has version 1 again, and is deleted unread. `save` compares what it would
/// leave stale for this reason; a move (and `remove`) loses the whole item.
#[tokio::test]
async fn a_move_does_not_take_an_item_created_anew_for_the_one_that_was_read() {
    let db: Db<Accounts> = table().await;
    wallet("1", 100).create().send(&db).await.unwrap();
    let read = Wallet::get("1").send(&db).await.unwrap().unwrap();
    Wallet::delete("1").any_version().send(&db).await.unwrap();
    wallet("1", 999).create().send(&db).await.unwrap();
    let moved = Wallet {
        id: "2".into(),
        ..read.clone()
    };
    let _ = moved.relocate(&read).send(&db).await;
    let (one, two) = (
        Wallet::get("1").send(&db).await.unwrap(),
        Wallet::get("2").send(&db).await.unwrap(),
    );
    assert!(
        one.into_iter().chain(two).any(|w| w.cents == 999),
        "the new wallet is lost"
    );
}
