//! `BatchGetItem`, `BatchWriteItem`, `TransactGetItems`, and the two requests of `hydrate`.

use dynamo_orm::local::Tap;
use dynamo_orm::{AnyKey, BatchGet, BatchWrite, Db, TransactGet};
use dynamo_orm_tests::orders::{Customer, Order, Orders, Ticket, day, id, ticket};
use expect_test::expect;

use crate::db;

#[tokio::test]
async fn batch_get() {
    let order = || Order::key(id("ada"), day(5, 1), 7);
    let keys = (Customer::key(id("ada")), vec![order(), order()]);
    let requests = BatchGet::new(keys).consistent().to_requests(&db().await);
    let requests = requests.unwrap();
    assert_eq!(requests.len(), 1);
    expect![[r#"
        BatchGetItem {
          "RequestItems": {
            "Orders": {
              "Keys": [
                {
                  "PK": {"S": "CUSTOMER#ada"},
                  "SK": {"S": "PROFILE"}
                },
                {
                  "PK": {"S": "CUSTOMER#ada"},
                  "SK": {"S": "ORDER#2026-05-01#0000000007"}
                }
              ],
              "ConsistentRead": true
            }
          }
        }"#]]
    .assert_eq(&requests[0].to_string());
}

#[tokio::test]
async fn batch_get_in_chunks() {
    let keys: Vec<AnyKey<Orders>> = (0..101u64).map(|n| Ticket::key(n).into()).collect();
    let requests = BatchGet::new(keys).to_requests(&db().await).unwrap();
    assert_eq!(requests.len(), 2);
    expect![[r#"
        BatchGetItem {
          "RequestItems": {
            "Orders": {
              "Keys": [
                {
                  "PK": {"S": "TICKET#00000000000000000100"},
                  "SK": {"S": "TICKET"}
                }
              ]
            }
          }
        }"#]]
    .assert_eq(&requests[1].to_string());
}

#[tokio::test]
async fn batch_write() {
    let ticket = ticket(1);
    let write = BatchWrite::new()
        .put(&ticket)
        .delete(Customer::key(id("ada")));
    let requests = write.to_requests(&db().await).unwrap();
    assert_eq!(requests.len(), 1);
    expect![[r#"
        BatchWriteItem {
          "RequestItems": {
            "Orders": [
              {
                "PutRequest": {
                  "Item": {
                    "PK": {"S": "TICKET#00000000000000000001"},
                    "SK": {"S": "TICKET"},
                    "_type": {"S": "Ticket"},
                    "GSI1PK": {"S": "QUEUE#core"},
                    "GSI1SK": {"S": "005#00000000000000000001"},
                    "id": {"N": "1"},
                    "team": {"S": "core"},
                    "priority": {"N": "5"},
                    "state": {"S": "New"},
                    "title": {"S": "it hurts"}
                  }
                }
              },
              {
                "DeleteRequest": {
                  "Key": {
                    "PK": {"S": "CUSTOMER#ada"},
                    "SK": {"S": "PROFILE"}
                  }
                }
              }
            ]
          }
        }"#]]
    .assert_eq(&requests[0].to_string());
}

#[tokio::test]
async fn transact_get() {
    let keys = (
        Customer::key(id("ada")),
        [Ticket::key(1u64), Ticket::key(1u64)],
    );
    let request = TransactGet::new(keys).to_request(&db().await).unwrap();
    expect![[r#"
        TransactGetItems {
          "TransactItems": [
            {
              "Get": {
                "TableName": "Orders",
                "Key": {
                  "PK": {"S": "CUSTOMER#ada"},
                  "SK": {"S": "PROFILE"}
                }
              }
            },
            {
              "Get": {
                "TableName": "Orders",
                "Key": {
                  "PK": {"S": "TICKET#00000000000000000001"},
                  "SK": {"S": "TICKET"}
                }
              }
            }
          ]
        }"#]]
    .assert_eq(&request.to_string());
}

#[tokio::test]
async fn hydrate() {
    let tap = Tap::alone();
    let db = Db::<Orders>::new(tap.client(), "Orders");
    tap.answer(
        "Query",
        200,
        r#"{"Items":[{"PK":{"S":"CUSTOMER#ada"},"SK":{"S":"ORDER#2026-05-01#0000000007"}}],"Count":1,"ScannedCount":1}"#,
    );
    let orders = Order::by_coupon("X")
        .hydrate()
        .consistent()
        .load_metered(&db)
        .await;
    assert!(orders.unwrap().value.items.is_empty());
    let sent: Vec<String> = tap
        .requests()
        .into_iter()
        .map(|passed| format!("{} {}", passed.operation, passed.body))
        .collect();
    expect![[r##"
        Query {"TableName":"Orders","IndexName":"ByCoupon","KeyConditionExpression":"#coupon = :0","ProjectionExpression":"#PK, #SK","ExpressionAttributeNames":{"#coupon":"coupon","#PK":"PK","#SK":"SK"},"ExpressionAttributeValues":{":0":{"S":"X"}},"ReturnConsumedCapacity":"INDEXES"}
        BatchGetItem {"RequestItems":{"Orders":{"Keys":[{"PK":{"S":"CUSTOMER#ada"},"SK":{"S":"ORDER#2026-05-01#0000000007"}}],"ConsistentRead":true}},"ReturnConsumedCapacity":"INDEXES"}"##]].assert_eq(&sent.join("\n"));
}
