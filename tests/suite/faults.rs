//! Writes under conflicts, throttles and lost answers, as no engine produces them on demand.

use dynamo_orm::local::{Engine, Tap};
use dynamo_orm::{Db, Entity, ErrorKind, Transaction};
use dynamo_orm_tests::accounts::{Accounts, Note, Wallet, note, user, wallet};
use dynamo_orm_tests::instant;

async fn tapped() -> (Db<Accounts>, Tap) {
    let tap = Tap::new(Engine::memory().unwrap());
    let db = Db::new(tap.client(), "Accounts").with_clock(|| instant(0));
    db.create_table().await.unwrap();
    tap.clear();
    (db, tap)
}

fn canceled(codes: &[&str]) -> String {
    let reasons: Vec<String> = codes
        .iter()
        .map(|code| format!(r#"{{"Code":"{code}","Message":"m"}}"#))
        .collect();
    format!(
        r#"{{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","Message":"cancelled","CancellationReasons":[{}]}}"#,
        reasons.join(",")
    )
}

#[tokio::test(start_paused = true)]
async fn a_conflict_and_a_throttle_are_tried_again_with_the_same_token() {
    let (db, tap) = tapped().await;
    let (a, b) = (note("a"), note("b"));
    tap.answer(
        "TransactWriteItems",
        400,
        canceled(&["TransactionConflict", "None"]),
    );
    tap.answer(
        "TransactWriteItems",
        400,
        canceled(&["None", "ThrottlingError"]),
    );
    tap.answer(
        "TransactWriteItems",
        400,
        r#"{"__type":"com.amazonaws.dynamodb.v20120810#TransactionInProgressException","Message":"m"}"#,
    );
    Transaction::new()
        .create(&a)
        .create(&b)
        .send(&db)
        .await
        .unwrap();
    let requests = tap.requests();
    assert_eq!(requests.len(), 4);
    assert!(requests.iter().all(|r| r.body == requests[0].body));
    assert_eq!(Note::get("b").send(&db).await.unwrap(), Some(b));
}

#[tokio::test(start_paused = true)]
async fn a_condition_that_fails_is_not_tried_again() {
    let (db, tap) = tapped().await;
    let (a, b) = (note("a"), note("b"));
    let mixed = canceled(&["TransactionConflict", "ConditionalCheckFailed"]);
    tap.answer("TransactWriteItems", 400, mixed);
    let error = Transaction::new()
        .create(&a)
        .create(&b)
        .send(&db)
        .await
        .unwrap_err();
    assert_eq!(tap.calls("TransactWriteItems"), 1);
    assert_eq!(error.kind(), ErrorKind::TransactionCanceled);
    let kinds: Vec<_> = error.reasons().iter().map(|r| r.error.kind()).collect();
    assert_eq!(
        kinds,
        [ErrorKind::TransactionConflict, ErrorKind::AlreadyExists]
    );
}

#[tokio::test(start_paused = true)]
async fn a_conflict_that_stays_is_told_after_all_attempts() {
    let (db, tap) = tapped().await;
    let a = note("a");
    for _ in 0..8 {
        tap.answer(
            "TransactWriteItems",
            400,
            canceled(&["TransactionConflict"]),
        );
    }
    let error = Transaction::new().create(&a).send(&db).await.unwrap_err();
    assert_eq!(tap.calls("TransactWriteItems"), 8);
    assert_eq!(error.kind(), ErrorKind::TransactionConflict);
    assert!(error.is_retryable());
    assert_eq!(error.reasons()[0].error.key(), Some("PK=NOTE#a, SK=NOTE"));
}

#[tokio::test(start_paused = true)]
async fn a_single_write_waits_for_a_transaction_on_its_item() {
    let (db, tap) = tapped().await;
    let conflict = r#"{"__type":"com.amazonaws.dynamodb.v20120810#TransactionConflictException","Message":"m"}"#;
    tap.answer("PutItem", 400, conflict);
    note("a").put().send(&db).await.unwrap();
    assert_eq!(tap.calls("PutItem"), 2);
    for _ in 0..8 {
        tap.answer("UpdateItem", 400, conflict);
    }
    let update = Note::update("a").set(|n| n.text(), "x");
    let error = update.send(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TransactionConflict);
    assert_eq!(tap.calls("UpdateItem"), 8);
}

#[tokio::test]
async fn a_lost_answer_of_a_transaction_is_no_failure() {
    let (db, tap) = tapped().await;
    tap.lose_answer("TransactWriteItems");
    // The second attempt has the same token: the service knows it.
    user("1", "a@x.no", "a").create().send(&db).await.unwrap();
    assert_eq!(tap.calls("TransactWriteItems"), 2);
}

#[tokio::test]
async fn a_repeated_write_that_meets_itself_says_so() {
    let (db, tap) = tapped().await;
    tap.lose_answer("PutItem");
    let error = note("a").create().send(&db).await.unwrap_err();
    assert_eq!(tap.calls("PutItem"), 2);
    assert!(error.is_already_exists());
    assert!(error.may_be_own_write());
    // Another's item is no own write, and neither is a first attempt.
    let error = note("a").create().send(&db).await.unwrap_err();
    assert!(!error.may_be_own_write());
    tap.disconnect("PutItem");
    let mut other = note("a");
    other.text = "other".into();
    let error = other.create().send(&db).await.unwrap_err();
    assert!(error.is_already_exists() && !error.may_be_own_write());
    // A version tells as well.
    let read = wallet("w", 5)
        .create()
        .returning_new()
        .send(&db)
        .await
        .unwrap();
    let mut changed = read.clone();
    changed.cents = 6;
    tap.lose_answer("UpdateItem");
    let error = changed.save(&read).send(&db).await.unwrap_err();
    assert!(error.is_version_conflict() && error.may_be_own_write());
    assert_eq!(Wallet::get("w").send(&db).await.unwrap().unwrap().cents, 6);
}
