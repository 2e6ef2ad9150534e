//! Unique values: guards are taken, moved and freed with the items they belong to.

use dynamo_orm::{Db, Entity, ErrorKind, Table, Transaction};
use dynamo_orm_tests::accounts::{Accounts, Session, State, Team, User, team, user};
use dynamo_orm_tests::{instant, partition_keys, raw, table};

#[tokio::test]
async fn a_taken_value_is_refused_and_names_its_constraint() {
    let db: Db<Accounts> = table().await;
    user("1", "Ada@x.no", "ada")
        .create()
        .send(&db)
        .await
        .unwrap();
    let error = user("2", "ada@X.NO", "other")
        .create()
        .send(&db)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UniqueViolation);
    assert_eq!(
        (error.constraint(), error.entity()),
        (Some("email"), Some("User"))
    );
    assert_eq!(error.key(), Some("PK=USER#2, SK=USER"));
    assert_eq!(error.owner(), Some("PK=USER#1, SK=USER"));
    let error = user("2", "b@x.no", "ada")
        .create()
        .send(&db)
        .await
        .unwrap_err();
    assert_eq!(error.constraint(), Some("handle"));
    assert_eq!(User::get("2").send(&db).await.unwrap(), None);
    // Another tenant has handles of its own.
    let mut elsewhere = user("2", "b@x.no", "ada");
    elsewhere.tenant = "umbrella".into();
    elsewhere.create().send(&db).await.unwrap();
    let error = user("1", "c@x.no", "c")
        .create()
        .send(&db)
        .await
        .unwrap_err();
    assert!(error.is_already_exists());
    assert_eq!(
        partition_keys(&db).await,
        [
            "$unique#User#email#ada@x.no",
            "$unique#User#email#b@x.no",
            "$unique#User#handle#acme#ada",
            "$unique#User#handle#umbrella#ada",
            "USER#1",
            "USER#2",
        ]
    );
}

#[tokio::test]
async fn a_changed_value_moves_its_guard_and_frees_the_old_one() {
    let db: Db<Accounts> = table().await;
    let ada = user("1", "ada@x.no", "ada")
        .create()
        .returning_new()
        .send(&db)
        .await
        .unwrap();
    let mut changed = ada.clone();
    changed.email = "countess@x.no".into();
    changed.handle = None;
    let changed = changed.save(&ada).send(&db).await.unwrap();
    assert_eq!(changed.version, 2);
    assert_eq!(
        User::get("1").send(&db).await.unwrap(),
        Some(changed.clone())
    );
    assert_eq!(
        partition_keys(&db).await,
        ["$unique#User#email#countess@x.no", "USER#1"]
    );
    // The old values are free for others, the new one is not.
    user("2", "ada@x.no", "ada")
        .create()
        .send(&db)
        .await
        .unwrap();
    let mut back = changed.clone();
    back.email = "ADA@x.no".into();
    let error = back.save(&changed).send(&db).await.unwrap_err();
    assert_eq!(error.constraint(), Some("email"));
    assert_eq!(
        User::get("1").send(&db).await.unwrap(),
        Some(changed.clone())
    );
    // The same value in another case is the same value.
    let mut same = changed.clone();
    same.email = "Countess@x.no".into();
    same.save(&changed).send(&db).await.unwrap();
    assert_eq!(partition_keys(&db).await.len(), 5);
}

#[tokio::test]
async fn an_update_leaves_unique_values_alone() {
    let db: Db<Accounts> = table().await;
    user("1", "ada@x.no", "ada")
        .create()
        .send(&db)
        .await
        .unwrap();
    User::update("1")
        .set(|u| u.state(), State::Active)
        .send(&db)
        .await
        .unwrap();
    let found = User::by_state(State::Active)
        .one(&db)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((found.email.as_str(), found.version), ("ada@x.no", 2));
}

#[tokio::test]
async fn removing_an_item_frees_its_values() {
    let db: Db<Accounts> = table().await;
    let ada = user("1", "ada@x.no", "ada")
        .create()
        .returning_new()
        .send(&db)
        .await
        .unwrap();
    ada.remove().send(&db).await.unwrap();
    assert_eq!(partition_keys(&db).await, Vec::<String>::new());
    user("2", "ada@x.no", "ada")
        .create()
        .send(&db)
        .await
        .unwrap();
    // The removed value is gone, and does not free what is another's now.
    assert!(ada.remove().send(&db).await.unwrap_err().is_not_found());
    assert_eq!(partition_keys(&db).await.len(), 3);
}

#[tokio::test]
async fn without_a_version_the_values_must_be_those_that_were_read() {
    let db: Db<Accounts> = table().await;
    let read = team(1, "Oslo", "Reds");
    read.create().send(&db).await.unwrap();
    let mut first = read.clone();
    first.name = "Blues".into();
    first.save(&read).send(&db).await.unwrap();
    // Half of the value changed under the feet of a writer who knows the other half.
    let mut second = read.clone();
    second.city = "Bergen".into();
    let error = second.save(&read).send(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConditionFailed, "{error}");
    let error = read.remove().send(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConditionFailed, "{error}");
    assert_eq!(
        partition_keys(&db).await,
        ["$unique#Team#place#Oslo#Blues", "TEAM#0000000001"]
    );
    let stored = Team::get(1).send(&db).await.unwrap().unwrap();
    stored.remove().send(&db).await.unwrap();
    assert_eq!(partition_keys(&db).await, Vec::<String>::new());
}

#[tokio::test]
async fn two_values_never_make_one_guard() {
    let db: Db<Accounts> = table().await;
    team(1, "a#b", "c").create().send(&db).await.unwrap();
    team(2, "a", "b#c").create().send(&db).await.unwrap();
    assert_eq!(partition_keys(&db).await.len(), 4);
}

#[tokio::test]
async fn an_expired_owner_frees_its_value() {
    let db: Db<Accounts> = table().await;
    let at = |seconds| db.clone().with_clock(move || instant(seconds));
    let session = |id: &str, until| Session {
        id: id.into(),
        token: "t".into(),
        expires_at: instant(until),
    };
    session("1", 100).create().send(&at(0)).await.unwrap();
    let error = session("2", 200).create().send(&at(99)).await.unwrap_err();
    assert_eq!(error.constraint(), Some("token"));
    session("2", 200).create().send(&at(100)).await.unwrap();
    // The expired one cannot take the value down with it.
    let gone = session("1", 100).remove().send(&at(101)).await.unwrap_err();
    assert!(gone.is_not_found(), "{gone}");
    let guard = raw(&db, "$unique#Session#token#t", "$unique").await;
    assert_eq!(
        guard["expires_at"],
        raw(&db, "SESSION#2", "SESSION").await["expires_at"]
    );
    // A longer life is the guard's, too.
    let read = session("2", 200);
    session("2", 300).save(&read).send(&at(150)).await.unwrap();
    let error = session("3", 400).create().send(&at(250)).await.unwrap_err();
    assert!(error.is_unique_violation());
}

#[tokio::test]
async fn guards_and_items_are_written_together_in_transactions() {
    let db: Db<Accounts> = table().await;
    let (one, two) = (user("1", "a@x.no", "a"), user("2", "A@X.no", "b"));
    // The two would have one guard.
    let error = Transaction::new()
        .create(&one)
        .create(&two)
        .send(&db)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    let said = "operations 0 and 1 are about the same unique value";
    assert!(error.to_string().contains(said), "{error}");
    one.create().send(&db).await.unwrap();
    let three = user("3", "c@x.no", "c");
    let error = Transaction::new()
        .create(&three)
        .create(&two)
        .send(&db)
        .await
        .unwrap_err();
    let [reason] = error.reasons() else {
        panic!("one reason: {error:?}")
    };
    // The guard's place among the actions is mapped back to the operation.
    assert_eq!(
        (reason.operation, reason.error.constraint()),
        (1, Some("email"))
    );
    assert_eq!(partition_keys(&db).await.len(), 3);
}

#[tokio::test]
async fn values_can_be_exchanged_only_step_by_step() {
    let db: Db<Accounts> = table().await;
    let a = user("1", "a@x.no", "a")
        .create()
        .returning_new()
        .send(&db)
        .await
        .unwrap();
    let b = user("2", "b@x.no", "b")
        .create()
        .returning_new()
        .send(&db)
        .await
        .unwrap();
    let (mut x, mut y) = (a.clone(), b.clone());
    std::mem::swap(&mut x.email, &mut y.email);
    let error = Transaction::new()
        .save(x.save(&a))
        .save(y.save(&b))
        .send(&db)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}");
}

#[tokio::test]
async fn a_move_takes_its_guards_along() {
    let db: Db<Accounts> = table().await;
    let ada = user("1", "ada@x.no", "ada")
        .create()
        .returning_new()
        .send(&db)
        .await
        .unwrap();
    let mut moved = ada.clone();
    moved.id = "9".into();
    moved.handle = Some("countess".into());
    let moved = moved.relocate(&ada).send(&db).await.unwrap();
    assert_eq!(moved.version, 2);
    assert_eq!(
        partition_keys(&db).await,
        [
            "$unique#User#email#ada@x.no",
            "$unique#User#handle#acme#countess",
            "USER#9"
        ]
    );
    let owner = raw(&db, "$unique#User#email#ada@x.no", "$unique").await;
    assert!(format!("{owner:?}").contains("USER#9"));
    // The version is that of the old place.
    let error = moved.relocate(&ada).send(&db).await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
}

#[tokio::test]
async fn guards_stay_out_of_reads() {
    let db: Db<Accounts> = table().await;
    let ada = user("1", "ada@x.no", "ada")
        .create()
        .returning_new()
        .send(&db)
        .await
        .unwrap();
    let all = User::partition("1").all(&db).await.unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!(User::by_state(State::Invited).count(&db).await.unwrap(), 1);
    assert_eq!(partition_keys(&db).await.len(), 3);
    let everything = Accounts::scan().all(&db).await.unwrap();
    assert_eq!(everything, [Accounts::User(ada.clone())]);
    assert_eq!(Accounts::scan().count(&db).await.unwrap(), 1);
    assert_eq!(User::scan().all(&db).await.unwrap(), [ada]);
    let segments = Accounts::scan().segments(3).stream(&db).unwrap();
    assert_eq!(segments.collect().await.unwrap().len(), 1);
    let shown = Accounts::scan().to_request(&db).unwrap().to_string();
    assert!(shown.contains("NOT (begins_with(#PK, :"), "{shown}");
}

#[tokio::test]
async fn an_item_of_older_code_claims_its_values() {
    let db: Db<Accounts> = table().await;
    let read = team(1, "Oslo", "Reds");
    db.client()
        .put_item()
        .table_name(db.table_name())
        .set_item(Some(dynamo_orm::to_item(&read).unwrap()))
        .send()
        .await
        .unwrap();
    let stale = team(1, "Oslo", "Blues");
    assert!(
        stale
            .claim()
            .send(&db)
            .await
            .unwrap_err()
            .is_condition_failed()
    );
    read.claim().send(&db).await.unwrap();
    read.claim().send(&db).await.unwrap();
    let error = team(2, "Oslo", "Reds")
        .create()
        .send(&db)
        .await
        .unwrap_err();
    assert_eq!(error.constraint(), Some("place"));
    read.remove().send(&db).await.unwrap();
    assert!(read.claim().send(&db).await.unwrap_err().is_not_found());
}

#[tokio::test]
async fn an_item_created_anew_with_the_same_version_is_told_apart() {
    let db: Db<Accounts> = table().await;
    let first = user("1", "a@x.no", "a")
        .create()
        .returning_new()
        .send(&db)
        .await
        .unwrap();
    first.remove().send(&db).await.unwrap();
    let second = user("1", "b@x.no", "b")
        .create()
        .returning_new()
        .send(&db)
        .await
        .unwrap();
    assert_eq!(first.version, second.version);
    let mut changed = first.clone();
    changed.email = "c@x.no".into();
    let mut moved = first.clone();
    moved.id = "2".into();
    for error in [
        changed.save(&first).send(&db).await.unwrap_err(),
        first.remove().send(&db).await.unwrap_err(),
        moved.relocate(&first).send(&db).await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::ConditionFailed, "{error}");
    }
    assert_eq!(partition_keys(&db).await.len(), 3);
}
