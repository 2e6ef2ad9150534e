//! Optimistic locking: versions are checked and counted on every path.

use dynamo_orm::{Db, Entity, ErrorKind, Transaction};
use dynamo_orm_tests::accounts::{Accounts, Wallet, team, wallet};
use dynamo_orm_tests::{instant, is_old_engine, raw, table};

async fn stored(db: &Db<Accounts>, id: &str) -> Wallet {
    Wallet::get(id)
        .consistent()
        .send(db)
        .await
        .unwrap()
        .unwrap()
}

#[tokio::test]
async fn a_created_item_has_version_one_and_every_write_counts_on() {
    let db: Db<Accounts> = table().await;
    let first = wallet("a", 5)
        .create()
        .returning_new()
        .send(&db)
        .await
        .unwrap();
    assert_eq!(first.version, 1);
    assert_eq!(stored(&db, "a").await, first);
    Wallet::update("a")
        .set(|w| w.cents(), 6)
        .send(&db)
        .await
        .unwrap();
    let second = stored(&db, "a").await;
    assert_eq!((second.version, second.cents), (2, 6));
    let third = second.put().returning_new().send(&db).await.unwrap();
    assert_eq!(third.version, 3);
    let fourth = third.upsert().returning_new().send(&db).await.unwrap();
    assert_eq!(fourth.version, 4);
    let mut changed = fourth.clone();
    changed.note = Some("x".into());
    let fifth = changed.save(&fourth).send(&db).await.unwrap();
    assert_eq!((fifth.version, fifth.note.as_deref()), (5, Some("x")));
    assert_eq!(stored(&db, "a").await, fifth);
}

#[tokio::test]
async fn whoever_read_an_older_version_is_refused_with_the_current_item() {
    let db: Db<Accounts> = table().await;
    let old = wallet("a", 5)
        .create()
        .returning_new()
        .send(&db)
        .await
        .unwrap();
    Wallet::update("a")
        .set(|w| w.cents(), 9)
        .send(&db)
        .await
        .unwrap();
    let mut changed = old.clone();
    changed.cents = 6;
    let errors = [
        old.put().send(&db).await.unwrap_err(),
        old.upsert().send(&db).await.unwrap_err(),
        changed.save(&old).send(&db).await.unwrap_err(),
        old.remove().send(&db).await.unwrap_err(),
        Wallet::delete("a")
            .if_version(old.version)
            .send(&db)
            .await
            .unwrap_err(),
        Wallet::update("a")
            .set(|w| w.cents(), 7)
            .if_version(old.version)
            .send(&db)
            .await
            .unwrap_err(),
    ];
    for error in errors {
        assert!(error.is_condition_failed(), "{error}");
        if is_old_engine() {
            continue;
        }
        assert_eq!(error.kind(), ErrorKind::VersionConflict, "{error}");
        let current = error.old_item::<Wallet>().unwrap().unwrap();
        assert_eq!((current.cents, current.version), (9, 2));
    }
    assert_eq!(stored(&db, "a").await.cents, 9);
}

#[tokio::test]
async fn a_value_that_was_never_stored_does_not_replace_one_that_was() {
    let db: Db<Accounts> = table().await;
    let new = wallet("a", 5)
        .put()
        .returning_new()
        .send(&db)
        .await
        .unwrap();
    assert_eq!(new.version, 1);
    let error = wallet("a", 7).put().send(&db).await.unwrap_err();
    assert!(error.is_condition_failed());
    if !is_old_engine() {
        assert!(error.is_version_conflict());
    }
    // An item of older code has no version; the first write gives it one.
    db.client()
        .update_item()
        .table_name(db.table_name())
        .set_key(Some(dynamo_orm_tests::sdk_key("WALLET#a", "WALLET")))
        .update_expression("REMOVE v")
        .send()
        .await
        .unwrap();
    wallet("a", 7).put().send(&db).await.unwrap();
    assert_eq!(stored(&db, "a").await.version, 1);
}

#[tokio::test]
async fn writing_or_deleting_what_is_gone_is_not_found() {
    let db: Db<Accounts> = table().await;
    let old = wallet("a", 5)
        .create()
        .returning_new()
        .send(&db)
        .await
        .unwrap();
    old.remove().send(&db).await.unwrap();
    let mut changed = old.clone();
    changed.cents = 6;
    for error in [
        old.put().send(&db).await.unwrap_err(),
        changed.save(&old).send(&db).await.unwrap_err(),
        old.remove().send(&db).await.unwrap_err(),
    ] {
        assert!(error.is_not_found(), "{error}");
    }
}

#[tokio::test]
async fn a_delete_says_which_version() {
    let db: Db<Accounts> = table().await;
    wallet("a", 5).create().send(&db).await.unwrap();
    Wallet::delete("a").any_version().send(&db).await.unwrap();
    wallet("a", 5).create().send(&db).await.unwrap();
    let gone = Wallet::delete("a")
        .if_version(1_u64)
        .returning_old()
        .send(&db)
        .await
        .unwrap();
    assert_eq!(gone.unwrap().cents, 5);
}

#[tokio::test]
async fn save_writes_only_what_changed_and_keeps_indexes_in_step() {
    let db: Db<Accounts> = table().await;
    let db = db.with_clock(|| instant(10));
    let read = wallet("a", 5)
        .create()
        .returning_new()
        .send(&db)
        .await
        .unwrap();
    // Somebody else's attribute, unknown to this type.
    db.client()
        .update_item()
        .table_name(db.table_name())
        .set_key(Some(dynamo_orm_tests::sdk_key("WALLET#a", "WALLET")))
        .update_expression("SET foreign_one = :x")
        .expression_attribute_values(":x", aws_sdk_dynamodb::types::AttributeValue::Bool(true))
        .send()
        .await
        .unwrap();
    let mut changed = read.clone();
    changed.cents = 70;
    let saved = changed
        .save(&read)
        .send(&db.clone().with_clock(|| instant(20)))
        .await
        .unwrap();
    assert_eq!(saved.updated_at, instant(20));
    let item = raw(&db, "WALLET#a", "WALLET").await;
    assert!(item.contains_key("foreign_one"));
    assert_eq!(
        Wallet::by_cents().all(&db).await.unwrap(),
        vec![saved.clone()]
    );
    // Nothing changed, nothing is sent.
    let same = saved.save(&saved).send_metered(&db).await.unwrap();
    assert_eq!((same.requests, same.value), (0, saved));
}

#[tokio::test]
async fn save_without_a_version_leaves_no_stale_index_key() {
    let db: Db<Accounts> = table().await;
    let read = team(1, "Oslo", "Reds");
    read.create().send(&db).await.unwrap();
    let (mut first, mut second) = (read.clone(), read.clone());
    first.rank = 2;
    second.note = Some("note".into());
    first.save(&read).send(&db).await.unwrap();
    // Different attributes: both are kept.
    second.save(&read).send(&db).await.unwrap();
    // The same index key, changed by another writer in the meantime.
    let mut third = read.clone();
    third.rank = 3;
    let error = third.save(&read).send(&db).await.unwrap_err();
    assert!(error.is_condition_failed());
    let item = raw(&db, "TEAM#0000000001", "TEAM").await;
    assert_eq!(item["GSI1SK"].as_s().unwrap(), "Reds#0000000002");
    assert_eq!(item["note"].as_s().unwrap(), "note");
}

#[tokio::test]
async fn save_is_refused_when_the_key_or_the_version_was_changed_by_hand() {
    let db: Db<Accounts> = table().await;
    let read = wallet("a", 5)
        .create()
        .returning_new()
        .send(&db)
        .await
        .unwrap();
    let mut other = read.clone();
    other.id = "b".into();
    let error = other.save(&read).send(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.to_string().contains("relocate"), "{error}");
    let mut other = read.clone();
    other.version = 9;
    let error = other.save(&read).send(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
}

#[tokio::test]
async fn concurrent_changes_are_all_applied() {
    let db: Db<Accounts> = table().await;
    wallet("a", 0).create().send(&db).await.unwrap();
    let mut tasks = Vec::new();
    for n in 1..=6 {
        let db = db.clone();
        tasks.push(tokio::spawn(async move {
            Wallet::key("a")
                .read_modify_write(&db, |w| w.cents += n)
                .await
        }));
    }
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    let end = stored(&db, "a").await;
    assert_eq!((end.cents, end.version), (21, 7));
}

#[tokio::test]
async fn a_change_is_applied_again_to_what_came_in_between() {
    let db: Db<Accounts> = table().await;
    wallet("a", 1).create().send(&db).await.unwrap();
    let other = db.clone();
    let mut seen = Vec::new();
    let changed = Wallet::key("a")
        .try_read_modify_write(&db, |w| {
            seen.push(w.cents);
            if seen.len() == 1 {
                // Another writer, between the read and the write.
                let other = other.clone();
                std::thread::scope(|s| {
                    s.spawn(move || {
                        tokio::runtime::Builder::new_current_thread()
                            .enable_all()
                            .build()
                            .unwrap()
                            .block_on(Wallet::update("a").set(|w| w.cents(), 10).send(&other))
                            .unwrap();
                    });
                });
            }
            w.cents += 1;
            Ok::<_, dynamo_orm::Error>(())
        })
        .await
        .unwrap();
    assert_eq!((seen, changed.cents), (vec![1, 10], 11));
    let refused = Wallet::key("a")
        .try_read_modify_write(&db, |_| Err::<(), _>(std::io::Error::other("no").into()))
        .await;
    let refused: Refused = refused.unwrap_err();
    assert_eq!(refused.0, "no");
    let missing = Wallet::key("none")
        .read_modify_write(&db, |w| w.cents = 0)
        .await;
    assert!(missing.unwrap_err().is_not_found());
}

/// An error of the caller's own.
#[derive(Debug)]
struct Refused(String);

impl From<std::io::Error> for Refused {
    fn from(error: std::io::Error) -> Self {
        Self(error.to_string())
    }
}

impl From<dynamo_orm::Error> for Refused {
    fn from(error: dynamo_orm::Error) -> Self {
        Self(error.to_string())
    }
}

#[tokio::test]
async fn versions_are_checked_in_transactions() {
    let db: Db<Accounts> = table().await;
    let a = wallet("a", 5)
        .create()
        .returning_new()
        .send(&db)
        .await
        .unwrap();
    let b = wallet("b", 5)
        .create()
        .returning_new()
        .send(&db)
        .await
        .unwrap();
    let pay = |a: &Wallet, b: &Wallet| {
        let (mut less, mut more) = (a.clone(), b.clone());
        less.cents -= 1;
        more.cents += 1;
        (less, more)
    };
    let (less, more) = pay(&a, &b);
    let first = Transaction::new().save(less.save(&a)).save(more.save(&b));
    first.send(&db).await.unwrap();
    assert_eq!(
        (stored(&db, "a").await.cents, stored(&db, "b").await.cents),
        (4, 6)
    );
    let again = Transaction::new().save(less.save(&a)).save(more.save(&b));
    let error = again.send(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TransactionCanceled);
    assert_eq!(error.reasons().len(), 2);
    for reason in error.reasons() {
        assert_eq!(reason.error.kind(), ErrorKind::VersionConflict, "{error}");
        assert_eq!(
            reason.error.old_item::<Wallet>().unwrap().unwrap().version,
            2
        );
    }
    Transaction::new()
        .check(Wallet::key("a").check().if_version(2_u32))
        .delete(Wallet::delete("b").if_version(2_u32))
        .send(&db)
        .await
        .unwrap();
    assert_eq!(Wallet::get("b").send(&db).await.unwrap(), None);
}
