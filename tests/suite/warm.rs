//! A connection that is opened ahead.

use dynamo_orm::local::{Engine, Tap};
use dynamo_orm::{Db, ErrorKind};
use dynamo_orm_tests::accounts::{Accounts, Note};

fn tapped() -> (Db<Accounts>, Tap) {
    let tap = Tap::new(Engine::memory().unwrap());
    (Db::new(tap.client(), "Accounts"), tap)
}

#[tokio::test]
async fn warming_up_is_one_read_of_nothing() {
    let (db, tap) = tapped();
    db.create_table().await.unwrap();
    tap.clear();
    db.warm_up().await.unwrap();
    let requests = tap.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].operation, "GetItem");
    assert_eq!(
        requests[0].body,
        r##"{"TableName":"Accounts","Key":{"PK":{"S":"$warm"},"SK":{"S":"$warm"}},"ProjectionExpression":"#k","ExpressionAttributeNames":{"#k":"PK"}}"##
    );
}

#[tokio::test]
async fn a_refusal_is_an_answer() {
    let (db, tap) = tapped();
    let denied = r#"{"__type":"com.amazon.coral.service#AccessDeniedException","Message":"no"}"#;
    tap.answer("GetItem", 400, denied);
    db.warm_up().await.unwrap();
    // There is no such table at all.
    db.warm_up().await.unwrap();
    let missing = Note::get("a").send(&db).await.unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::Service);
}

#[tokio::test]
async fn nobody_there_is_an_error() {
    let (db, tap) = tapped();
    tap.disconnect("GetItem");
    let error = db.warm_up().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport);
    assert_eq!(
        tap.calls("GetItem"),
        1,
        "one attempt: the function is to begin"
    );
}
