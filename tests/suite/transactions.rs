//! Transactions: all or none, errors told of the operation they came from.

use dynamo_orm::{Db, Entity, ErrorKind, Transaction};
use dynamo_orm_tests::accounts::{Accounts, Note, Wallet, note, team, wallet};
use dynamo_orm_tests::{instant, is_old_engine, raw, table};

#[tokio::test]
async fn every_kind_of_operation_goes_through_together() {
    let db: Db<Accounts> = table().await;
    note("old").put().send(&db).await.unwrap();
    note("kept").put().send(&db).await.unwrap();
    note("changed").put().send(&db).await.unwrap();
    let (created, put, upserted) = (note("created"), note("put"), note("upserted"));
    let transaction = Transaction::new()
        .create(&created)
        .put(&put)
        .upsert(upserted.upsert())
        .update(Note::update("changed").set(|n| n.text(), "new"))
        .delete(Note::delete("old"))
        .check(Note::exists("kept"))
        .check(Note::key("never").check_absent());
    assert_eq!(transaction.len(), 7);
    transaction.send(&db).await.unwrap();
    let text = |id: &'static str| {
        let db = db.clone();
        async move { Note::get(id).send(&db).await.unwrap().map(|n| n.text) }
    };
    assert_eq!(text("created").await.as_deref(), Some("text"));
    assert_eq!(text("upserted").await.as_deref(), Some("text"));
    assert_eq!(text("changed").await.as_deref(), Some("new"));
    assert_eq!(text("old").await, None);
    assert_eq!(text("never").await, None);
}

#[tokio::test]
async fn one_failure_cancels_all_and_each_reason_names_its_operation() {
    let db: Db<Accounts> = table().await;
    note("there").put().send(&db).await.unwrap();
    let (there, fresh) = (note("there"), note("fresh"));
    let error = Transaction::new()
        .create(&fresh)
        .create(&there)
        .update(Note::update("missing").set(|n| n.text(), "x"))
        .check(Note::key("there").check().when(|n| n.text().eq("other")))
        .send(&db)
        .await;
    // The same item twice is found before anything is sent.
    assert_eq!(error.unwrap_err().kind(), ErrorKind::InvalidRequest);
    note("third").put().send(&db).await.unwrap();
    let error = Transaction::new()
        .create(&fresh)
        .create(&there)
        .update(Note::update("missing").set(|n| n.text(), "x"))
        .check(Note::key("third").check().when(|n| n.text().eq("other")))
        .send(&db)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TransactionCanceled);
    assert_eq!(error.code(), Some("TransactionCanceledException"));
    let reasons: Vec<_> = error
        .reasons()
        .iter()
        .map(|r| (r.operation, r.error.kind(), r.error.key().unwrap()))
        .collect();
    assert_eq!(
        reasons,
        [
            (1, ErrorKind::AlreadyExists, "PK=NOTE#there, SK=NOTE"),
            (2, ErrorKind::NotFound, "PK=NOTE#missing, SK=NOTE"),
            (3, ErrorKind::ConditionFailed, "PK=NOTE#third, SK=NOTE"),
        ]
    );
    let old = error.reasons()[0]
        .error
        .old_item::<Note>()
        .unwrap()
        .unwrap();
    assert_eq!(old, there);
    assert!(
        error
            .to_string()
            .contains("operation 2: Note: there is no item"),
        "{error}"
    );
    assert!(!error.is_retryable());
    assert_eq!(Note::get("fresh").send(&db).await.unwrap(), None);
}

#[tokio::test]
async fn a_move_is_one_transaction_with_conditions_on_both_ends() {
    let db: Db<Accounts> = table().await;
    let db = db.with_clock(|| instant(50));
    let old = wallet("a", 5)
        .create()
        .returning_new()
        .send(&db)
        .await
        .unwrap();
    let mut new = old.clone();
    new.id = "b".into();
    let moved = new.relocate(&old).send(&db).await.unwrap();
    assert_eq!((moved.version, moved.cents), (2, 5));
    assert!(raw(&db, "WALLET#a", "WALLET").await.is_empty());
    assert_eq!(
        Wallet::get("b").send(&db).await.unwrap(),
        Some(moved.clone())
    );
    // Something stands in the new place.
    wallet("c", 1).create().send(&db).await.unwrap();
    let mut to_c = moved.clone();
    to_c.id = "c".into();
    assert!(
        to_c.relocate(&moved)
            .send(&db)
            .await
            .unwrap_err()
            .is_already_exists()
    );
    // The old one changed in the meantime.
    Wallet::update("b")
        .set(|w| w.cents(), 9)
        .send(&db)
        .await
        .unwrap();
    let mut to_d = moved.clone();
    to_d.id = "d".into();
    let error = to_d.relocate(&moved).send(&db).await.unwrap_err();
    assert!(error.is_version_conflict(), "{error}");
    // Without a version, every attribute must be as it was read.
    let plain = note("n");
    plain.put().send(&db).await.unwrap();
    Note::update("n")
        .set(|n| n.text(), "changed")
        .send(&db)
        .await
        .unwrap();
    let mut moved = plain.clone();
    moved.id = "m".into();
    let error = moved.relocate(&plain).send(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConditionFailed, "{error}");
    assert_eq!(
        Note::get("n").send(&db).await.unwrap().unwrap().text,
        "changed"
    );
    let error = plain.relocate(&plain).send(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
}

#[tokio::test]
async fn a_token_makes_a_repeated_transaction_one() {
    let db: Db<Accounts> = table().await;
    let put = note("once");
    let send = || {
        Transaction::new()
            .create(&put)
            .idempotent(db.table_name())
            .send(&db)
    };
    send().await.unwrap();
    // Without the token this would fail: the item is there.
    send().await.unwrap();
    let other = note("other");
    let error = Transaction::new()
        .create(&other)
        .idempotent(db.table_name())
        .send(&db)
        .await;
    let error = error.unwrap_err();
    assert_eq!(
        error.code(),
        Some("IdempotentParameterMismatchException"),
        "{error}"
    );
    for bad in ["", "1234567890123456789012345678901234567"] {
        let error = Transaction::new()
            .create(&other)
            .idempotent(bad)
            .send(&db)
            .await;
        assert_eq!(error.unwrap_err().kind(), ErrorKind::InvalidRequest);
    }
}

#[tokio::test]
async fn limits_are_found_before_sending_with_the_figure() {
    let db: Db<Accounts> = table().await;
    let empty = Transaction::<Accounts>::new().to_request(&db).unwrap_err();
    assert!(empty.to_string().contains("nothing to write"), "{empty}");
    let notes: Vec<Note> = (0..101).map(|n| note(&n.to_string())).collect();
    let many = notes.iter().fold(Transaction::new(), Transaction::create);
    let error = many.to_request(&db).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("101 actions; DynamoDB allows 100"),
        "{error}"
    );
    let teams: Vec<_> = (0..51).map(|n| team(n, "Oslo", &n.to_string())).collect();
    let many = teams.iter().fold(Transaction::new(), Transaction::create);
    let error = many.to_request(&db).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("102 actions (51 of them for guards"),
        "{error}"
    );
    let large: Vec<Note> = (0..11)
        .map(|n| Note {
            text: "x".repeat(390_000),
            ..note(&n.to_string())
        })
        .collect();
    let large = large.iter().fold(Transaction::new(), Transaction::create);
    let error = large.to_request(&db).unwrap_err();
    assert!(error.to_string().contains("4 MB"), "{error}");
    assert!(error.to_string().contains("4290332 bytes"), "{error}");
}

#[tokio::test]
async fn a_hundred_actions_go_through() {
    if is_old_engine() {
        return; // it takes 25
    }
    let db: Db<Accounts> = table().await;
    let notes: Vec<Note> = (0..100).map(|n| note(&n.to_string())).collect();
    let many = notes.iter().fold(Transaction::new(), Transaction::create);
    let done = many.send_metered(&db).await.unwrap();
    assert_eq!((done.requests, done.capacity.total), (1, 200.0));
}

#[tokio::test]
async fn an_empty_save_is_no_operation() {
    let db: Db<Accounts> = table().await;
    let read = wallet("a", 5)
        .create()
        .returning_new()
        .send(&db)
        .await
        .unwrap();
    let other = note("n");
    Transaction::new()
        .save(read.save(&read))
        .create(&other)
        .send(&db)
        .await
        .unwrap();
    let error = Transaction::new()
        .save(read.save(&read))
        .create(&other)
        .send(&db)
        .await
        .unwrap_err();
    assert_eq!(error.reasons()[0].operation, 1);
}

#[tokio::test]
async fn the_sdks_builder_does_the_same() {
    let db: Db<Accounts> = table().await;
    note("old").put().send(&db).await.unwrap();
    note("other").put().send(&db).await.unwrap();
    let (a, t) = (note("a"), team(1, "Oslo", "Reds"));
    let transaction = Transaction::new()
        .create(&a)
        .create(&t)
        .update(Note::update("other").set(|n| n.text(), "x"))
        .delete(Note::delete("old").existing())
        .check(Note::key("none").check_absent());
    transaction.into_sdk(&db).unwrap().send().await.unwrap();
    assert_eq!(Note::get("a").send(&db).await.unwrap(), Some(a));
    assert_eq!(Note::get("old").send(&db).await.unwrap(), None);
    let error = team(2, "Oslo", "Reds")
        .create()
        .send(&db)
        .await
        .unwrap_err();
    assert!(error.is_unique_violation());
}
