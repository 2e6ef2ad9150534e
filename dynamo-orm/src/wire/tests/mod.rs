//! Calls through the whole SDK pipeline, over canned answers.

mod canned;
#[cfg(feature = "local")]
mod engine;
mod failures;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use self::canned::Canned;
use super::scan::Scan;
use super::{Decode, Operation, Request, send};

const OPERATIONS: [Operation; 10] = [
    Operation::GetItem,
    Operation::PutItem,
    Operation::UpdateItem,
    Operation::DeleteItem,
    Operation::Query,
    Operation::Scan,
    Operation::BatchGetItem,
    Operation::BatchWriteItem,
    Operation::TransactGetItems,
    Operation::TransactWriteItems,
];

/// Takes the member as text.
fn text() -> Decode<String> {
    counted(&Arc::default())
}

/// The same, counting its calls.
fn counted(calls: &Arc<AtomicUsize>) -> Decode<String> {
    let calls = Arc::clone(calls);
    Arc::new(move |text, offset| {
        calls.fetch_add(1, Ordering::Relaxed);
        let mut scan = Scan::new(text);
        scan.resume(offset);
        let value = scan.value()?.to_owned();
        Ok((value, scan.offset()))
    })
}

fn query() -> Request {
    let body = r#"{"TableName":"Shop","KeyConditionExpression":"PK = :p","Limit":2}"#;
    Request::new(Operation::Query, "Shop", body)
}

#[tokio::test]
async fn the_body_is_sent_byte_for_byte_and_signed() {
    let canned = Canned::default();
    let client = canned.client();
    for operation in OPERATIONS {
        canned.reply(200, "{}");
        let body = format!(r#"{{ "TableName":"Shop", "Note":"{operation} é" }}"#);
        let request = Request::new(operation, "Shop", body.clone());
        let answer = send(&client, &request, "Item", text()).await.unwrap();
        assert_eq!(answer.value, None);
        let sent = canned.sent().pop().unwrap();
        assert_eq!(sent.body, body);
        assert_eq!(sent.header("content-length"), body.len().to_string());
        let target = format!("DynamoDB_20120810.{operation}");
        assert_eq!(sent.header("x-amz-target"), target);
        let signature = sent.header("authorization");
        assert!(signature.starts_with("AWS4-HMAC-SHA256 Credential=id/"));
        assert!(signature.contains("/eu-north-1/dynamodb/aws4_request"));
        assert!(!sent.header("x-amz-date").is_empty());
        assert!(sent.header("user-agent").contains("aws-sdk-rust"));
    }
}

#[tokio::test]
async fn a_member_is_decoded_once_and_the_others_are_kept() {
    let canned = Canned::default();
    let key = r#"{"PK":{"S":"a"},"SK":{"S":"}\""}}"#;
    let items = r#"[{"PK":{"S":"a"}} , {"PK":{"S":"\u00e9"}}]"#;
    canned.reply(
        200,
        &format!(
            r#" {{"New":[1,{{"Items":[]}}],"Count":2,"Items": {items},"ScannedCount":7,
                "LastEvaluatedKey":{key},"Newer":null,
                "ConsumedCapacity":{{"TableName":"Shop","CapacityUnits":1.5}}}} "#
        ),
    );
    let calls = Arc::default();
    let client = canned.client();
    let answer = send(&client, &query(), "Items", counted(&calls)).await;
    let answer = answer.unwrap();
    assert_eq!(answer.value.as_deref(), Some(items));
    assert_eq!(calls.load(Ordering::Relaxed), 1);
    let meta = answer.meta;
    assert_eq!((meta.count, meta.scanned), (Some(2), Some(7)));
    assert_eq!(meta.last_evaluated_key.as_deref(), Some(key));
    assert_eq!(meta.capacity[0].capacity_units(), Some(1.5));
    assert_eq!(meta.attempts, 1);
    assert_eq!(meta.request_id.as_deref(), Some("REQUEST"));
    assert_eq!(meta.unprocessed, None);
}

#[tokio::test]
async fn an_answer_without_the_member_has_no_value() {
    let canned = Canned::default();
    let request = Request::new(Operation::GetItem, "Shop", "{}");
    for body in ["{}", "", " {\"Item\":null} ", r#"{"Other":{"Item":{}}}"#] {
        canned.reply(200, body);
        let answer = send(&canned.client(), &request, "Item", text()).await;
        assert_eq!(answer.unwrap().value, None, "{body}");
    }
}

#[tokio::test]
async fn what_a_batch_left_undone_is_kept_unless_it_is_the_member() {
    let canned = Canned::default();
    let left = r#"{"Shop":{"Keys":[{"PK":{"S":"b"}}]}}"#;
    let body = format!(
        r#"{{"Responses":{{"Shop":[]}},"UnprocessedKeys":{left},
            "ConsumedCapacity":[{{"TableName":"Shop"}},{{"TableName":"Log"}}]}}"#
    );
    canned.reply(200, &body).reply(200, &body);
    canned.reply(200, r#"{"Responses":{"Shop":[]},"UnprocessedKeys":{}}"#);
    let client = canned.client();
    let request = Request::new(Operation::BatchGetItem, "Shop", "{}");
    let answer = send(&client, &request, "Responses", text()).await.unwrap();
    assert_eq!(answer.value.as_deref(), Some(r#"{"Shop":[]}"#));
    assert_eq!(answer.meta.unprocessed.as_deref(), Some(left));
    assert_eq!(answer.meta.capacity.len(), 2);
    let answer = send(&client, &request, "UnprocessedKeys", text()).await;
    let answer = answer.unwrap();
    assert_eq!(answer.value.as_deref(), Some(left));
    assert_eq!(answer.meta.unprocessed, None);
    let answer = send(&client, &request, "Responses", text()).await.unwrap();
    assert_eq!(answer.meta.unprocessed, None);
}

#[tokio::test]
async fn a_value_that_does_not_fit_is_the_decoders_result_and_not_retried() {
    let canned = Canned::default();
    canned.reply(200, r#"{"Items":[1],"Count":1}"#);
    let decode: Decode<Result<(), &str>> = Arc::new(|text, offset| {
        let mut scan = Scan::new(text);
        scan.resume(offset);
        scan.value()?;
        Ok((Err("not an item"), scan.offset()))
    });
    let answer = send(&canned.client(), &query(), "Items", decode).await;
    let answer = answer.unwrap();
    assert_eq!(answer.value, Some(Err("not an item")));
    assert_eq!(answer.meta.attempts, 1);
}

#[tokio::test]
async fn a_broken_body_is_not_decoded_before_the_retry() {
    let canned = Canned::default();
    canned
        .reply_with(200, r#"{"Items":["broken"]}"#, Some(1))
        .reply(500, r#"{"__type":"x#InternalServerError"}"#)
        .reply(200, r#"{"Items":["good"]}"#);
    let calls = Arc::default();
    let client = canned.client();
    let answer = send(&client, &query(), "Items", counted(&calls)).await;
    let answer = answer.unwrap();
    assert_eq!(answer.value.as_deref(), Some(r#"["good"]"#));
    assert_eq!(answer.meta.attempts, 3);
    assert_eq!(calls.load(Ordering::Relaxed), 1);
    let sent = canned.sent();
    assert!(sent.iter().all(|sent| sent.body == query().body()));
    assert!(sent[1].header("amz-sdk-request").contains("attempt=2"));
}

#[test]
fn a_call_can_be_spawned() {
    fn is_send<T: Send>(value: T) -> T {
        value
    }
    let (client, request) = (Canned::default().client(), query());
    drop(is_send(send(&client, &request, "Items", text())));
}
