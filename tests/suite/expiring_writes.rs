//! Time to live on writes: what has expired makes room as if it were deleted already.

use dynamo_orm::{Db, Entity};
use dynamo_orm_tests::accounts::{Accounts, Note, note};
use dynamo_orm_tests::{instant, raw, table};

fn until(seconds: u64) -> Note {
    Note {
        expires_at: Some(instant(seconds)),
        ..note("n")
    }
}

#[tokio::test]
async fn create_over_an_expired_item_succeeds() {
    let db: Db<Accounts> = table().await;
    let at = |seconds| db.clone().with_clock(move || instant(seconds));
    until(100).create().send(&at(0)).await.unwrap();
    let error = until(300).create().send(&at(99)).await.unwrap_err();
    assert!(error.is_already_exists());
    let error = until(300)
        .create()
        .including_expired()
        .send(&at(100))
        .await
        .unwrap_err();
    assert!(error.is_already_exists());
    until(300).create().send(&at(100)).await.unwrap();
    // Without a time to live an item never expires.
    note("n").put().send(&at(0)).await.unwrap();
    let error = until(300).create().send(&at(1000)).await.unwrap_err();
    assert!(error.is_already_exists());
}

#[tokio::test]
async fn an_expired_item_is_not_there_for_updates_and_removals() {
    let db: Db<Accounts> = table().await;
    let at = |seconds| db.clone().with_clock(move || instant(seconds));
    until(100).put().send(&at(0)).await.unwrap();
    let change = || Note::update("n").set(|n| n.text(), "new");
    change().send(&at(99)).await.unwrap();
    assert!(change().send(&at(100)).await.unwrap_err().is_not_found());
    let error = Note::delete("n")
        .existing()
        .send(&at(100))
        .await
        .unwrap_err();
    assert!(error.is_not_found());
    assert!(
        until(100)
            .remove()
            .send(&at(100))
            .await
            .unwrap_err()
            .is_not_found()
    );
    change().including_expired().send(&at(100)).await.unwrap();
    assert_eq!(
        raw(&db, "NOTE#n", "NOTE").await["text"].as_s().unwrap(),
        "new"
    );
    // Deleting what is not there succeeds, and so does deleting what has expired.
    Note::delete("n").send(&at(100)).await.unwrap();
    assert!(raw(&db, "NOTE#n", "NOTE").await.is_empty());
}
