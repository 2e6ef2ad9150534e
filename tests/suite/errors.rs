//! Bad input gets a clear error before anything is sent.

use dynamo_orm::{Db, Entity, ErrorKind};
use dynamo_orm_tests::orders::{Customer, Order, Orders, Score, day, id, order};
use dynamo_orm_tests::table;

#[tokio::test]
async fn an_empty_part_of_a_key_names_its_field() {
    let db: Db<Orders> = table().await;
    let error = order("", day(5, 1), 1).put().send(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidKey);
    assert_eq!(error.path(), Some("customer"));
    let error = Customer::get(id("")).send(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidKey);
    assert_eq!(error.entity(), Some("Customer"));
}

#[tokio::test]
async fn a_key_over_the_limit_is_refused_with_its_size() {
    let db: Db<Orders> = table().await;
    let long = "x".repeat(2049);
    let error = order(&long, day(5, 1), 1)
        .put()
        .send(&db)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidKey);
    assert!(error.to_string().contains("2048"), "{error}");
    let score = Score {
        player: "ada".into(),
        game: "x".repeat(1025),
        score: None,
    };
    let error = score.put().send(&db).await.unwrap_err();
    assert!(error.to_string().contains("1024"), "{error}");
}

#[tokio::test]
async fn an_item_of_another_type_under_the_key_is_a_decode_error() {
    let db: Db<Orders> = table().await;
    db.client()
        .put_item()
        .table_name(db.table_name())
        .set_item(Some(dynamo_orm_tests::sdk_key("CUSTOMER#ada", "PROFILE")))
        .item(
            "_type",
            aws_sdk_dynamodb::types::AttributeValue::S("Order".into()),
        )
        .send()
        .await
        .unwrap();
    let error = Customer::get(id("ada")).send(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.to_string().contains("`Order`"), "{error}");
}

#[tokio::test]
async fn a_service_error_has_its_code() {
    let db: Db<Orders> = table().await;
    let elsewhere = Db::<Orders>::new(db.client().clone(), "no-such-table");
    let error = Order::get(id("ada"), day(5, 1), 1)
        .send(&elsewhere)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Service);
    assert_eq!(error.code(), Some("ResourceNotFoundException"));
}

#[tokio::test]
async fn an_update_of_nothing_is_refused() {
    let db: Db<Orders> = table().await;
    let error = Customer::update(id("ada")).send(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
}
