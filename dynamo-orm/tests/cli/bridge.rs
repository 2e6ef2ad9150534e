//! `dynamo stream-bridge`: what a function is invoked with, and what becomes of what it does not do.

use dynamo_orm::{Entity as _, Table as _};
use serde_json::Value;

use crate::function::{Function, GONE, failed_from, numbers};
use crate::model::{Order, Shop, order, shop};
use crate::process::{Folder, Server, output};
use crate::shards::{Endpoint, Shard};

/// A table whose stream has the orders 1 to `last`.
async fn orders(last: u32) -> Server {
    let server = Server::start(&[]);
    let db = shop(&server.endpoint).await;
    for number in 1..=last {
        order(number).create().send(&db).await.unwrap();
    }
    server
}

/// Delivers the stream to its end.
fn bridge(server: &Server, function: &Function, options: &[&str]) -> String {
    bridge_from(&server.endpoint, function, options)
}

fn bridge_from(endpoint: &str, function: &Function, options: &[&str]) -> String {
    let mut arguments = vec!["stream-bridge", "--once", "--table", Shop::model().name];
    arguments.extend(["--endpoint", endpoint]);
    arguments.extend(["--function-url", &function.url]);
    arguments.extend(options);
    let ended = output(&arguments);
    let said = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(0), "{said}");
    said
}

fn done() -> (u16, String) {
    (200, r#"{"batchItemFailures":[]}"#.to_owned())
}

#[tokio::test]
async fn records_come_in_order_in_batches_of_lambdas_shape() {
    let server = orders(5).await;
    let function = Function::new(|_| done());
    bridge(&server, &function, &["--batch-size", "2"]);
    assert_eq!(function.orders(), [vec![1, 2], vec![3, 4], vec![5]]);
    let records = serde_json::to_string(&function.invocations()[0]).unwrap();
    for record in dynamo_orm::stream::records(&records).unwrap() {
        assert_eq!(record.fault(), None);
        assert!(record.sequence_number().is_some());
    }
    let record = &function.invocations()[0][0];
    let arn = record["eventSourceARN"].as_str().unwrap();
    assert!(arn.contains(":table/Shop/stream/"), "{arn}");
    assert_eq!(record["eventSource"], "aws:dynamodb");
}

#[tokio::test]
async fn a_partial_reply_is_retried_from_the_first_failed_record() {
    let server = orders(4).await;
    let mut failed = false;
    let function = Function::new(move |records| {
        if !failed {
            failed = true;
            return (200, failed_from(&records[2]));
        }
        done()
    });
    bridge(&server, &function, &[]);
    assert_eq!(function.orders(), [vec![1, 2, 3, 4], vec![3, 4]]);
}

#[tokio::test]
async fn a_failed_invocation_is_retried_as_a_whole() {
    let server = orders(2).await;
    let mut replies = vec![
        (
            200,
            r#"{"errorType":"Panic","errorMessage":"x"}"#.to_owned(),
        ),
        (500, String::new()),
    ];
    let function = Function::new(move |_| replies.pop().unwrap_or_else(done));
    bridge(&server, &function, &["--retries", "2"]);
    assert_eq!(function.orders(), [vec![1, 2], vec![1, 2], vec![1, 2]]);
}

#[tokio::test]
async fn a_function_that_dies_on_a_batch_has_failed() {
    let server = orders(4).await;
    let function = Function::new(|records| {
        if numbers(records).contains(&2) {
            return (GONE, String::new());
        }
        done()
    });
    let said = bridge(&server, &function, &["--retries", "1", "--bisect"]);
    let expected: [&[u32]; 6] = [&[1, 2, 3, 4], &[1, 2], &[1], &[2], &[2], &[3, 4]];
    assert_eq!(function.orders(), expected);
    assert!(said.contains("ended the connection"), "{said}");
}

#[tokio::test]
async fn a_function_that_does_not_answer_in_time_has_failed() {
    let server = orders(1).await;
    // Connections wait here to be accepted.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", silent.local_addr().unwrap());
    let mut arguments = vec!["stream-bridge", "--once", "--table", Shop::model().name];
    arguments.extend(["--endpoint", &server.endpoint, "--function-url", &url]);
    arguments.extend(["--timeout-seconds", "1", "--retries", "0"]);
    let ended = output(&arguments);
    let said = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(0), "{said}");
    assert!(said.contains("did not answer within 1 s"), "{said}");
    assert!(said.contains(r#""batchSize":1"#), "{said}");
}

#[tokio::test]
async fn bisection_gives_up_the_poisonous_record_alone() {
    let folder = Folder::new("bisection");
    let file = folder.file("failed.jsonl");
    let server = orders(4).await;
    let function = Function::new(|records| {
        if numbers(records).contains(&3) {
            return (200, r#"{"errorType":"Poison"}"#.to_owned());
        }
        done()
    });
    let path = file.to_str().unwrap();
    let options = ["--retries", "1", "--bisect", "--on-failure", path];
    bridge(&server, &function, &options);
    let expected: [&[u32]; 6] = [&[1, 2, 3, 4], &[1, 2], &[3, 4], &[3], &[3], &[4]];
    assert_eq!(function.orders(), expected);

    let given_up = std::fs::read_to_string(&file).unwrap();
    assert_eq!(given_up.lines().count(), 1);
    let given_up: Value = serde_json::from_str(&given_up).unwrap();
    let poison = function.invocations()[3][0].clone();
    let batch = &given_up["DDBStreamBatchInfo"];
    let number = &poison["dynamodb"]["SequenceNumber"];
    assert_eq!(&batch["startSequenceNumber"], number);
    assert_eq!(&batch["endSequenceNumber"], number);
    assert_eq!(batch["batchSize"], 1);
    assert_eq!(batch["streamArn"], poison["eventSourceARN"]);
    assert!(batch["shardId"].as_str().unwrap().starts_with("shardId-"));
    let arrival = batch["approximateArrivalOfFirstRecord"].as_str();
    assert!(arrival.unwrap().starts_with("20"), "{batch}");
    let context = &given_up["requestContext"];
    assert_eq!(context["condition"], "RetryAttemptsExhausted");
    assert_eq!(context["approximateInvokeCount"], 2);
}

#[tokio::test]
async fn without_bisection_the_whole_batch_is_given_up_and_the_next_one_goes_on() {
    let server = orders(4).await;
    let function = Function::new(|records| {
        if numbers(records).contains(&1) {
            return (500, String::new());
        }
        done()
    });
    let options = ["--retries", "1", "--batch-size", "2"];
    let said = bridge(&server, &function, &options);
    assert_eq!(function.orders(), [vec![1, 2], vec![1, 2], vec![3, 4]]);
    assert!(said.contains(r#""batchSize":2"#), "{said}");
}

#[tokio::test]
async fn a_table_without_a_stream_is_an_error_that_says_what_to_declare() {
    let server = Server::start(&[]);
    let created = r#"{"TableName":"Plain","BillingMode":"PAY_PER_REQUEST",
        "AttributeDefinitions":[{"AttributeName":"PK","AttributeType":"S"}],
        "KeySchema":[{"AttributeName":"PK","KeyType":"HASH"}]}"#;
    let created = server.raw("DynamoDB_20120810.CreateTable", created);
    assert!(created.starts_with("HTTP/1.1 200"), "{created}");
    let mut arguments = vec!["stream-bridge", "--table", "Plain"];
    arguments.extend(["--endpoint", &server.endpoint]);
    arguments.extend(["--function-url", "http://127.0.0.1:1/"]);
    let ended = output(&arguments);
    assert_eq!(ended.status.code(), Some(1));
    assert_eq!(
        String::from_utf8(ended.stderr).unwrap(),
        "dynamo: the table `Plain` has no stream; declare it with `stream = NewAndOldImages`\n"
    );
}

#[test]
fn an_address_with_tls_is_refused_with_the_form_to_write() {
    let ended = output(&[
        "stream-bridge",
        "--table",
        "Shop",
        "--function-url",
        "https://x",
    ]);
    assert_eq!(ended.status.code(), Some(2));
    let said = String::from_utf8(ended.stderr).unwrap();
    assert!(
        said.contains("write `http://host:port`, without TLS"),
        "{said}"
    );
}

#[tokio::test]
async fn a_removed_item_is_delivered_with_its_old_image() {
    let server = orders(1).await;
    let db = dynamo_orm::Db::<Shop>::connect_to(&server.endpoint)
        .await
        .unwrap();
    Order::delete("ada", 1).send(&db).await.unwrap();
    let function = Function::new(|_| done());
    bridge(&server, &function, &[]);
    let removed = &function.invocations()[0][1];
    assert_eq!(removed["eventName"], "REMOVE");
    assert_eq!(removed["dynamodb"]["OldImage"]["cents"]["N"], "250");
}

fn shard(id: &'static str, parent: Option<&'static str>, records: &[u32], closed: bool) -> Shard {
    Shard {
        id,
        parent,
        records: records.to_vec(),
        closed,
    }
}

#[test]
fn the_children_of_a_shard_follow_its_end_and_those_of_a_shard_that_is_gone_do_not_wait() {
    let shards = vec![
        // Named so that the children sort before their parent.
        shard("a-child", Some("c-root"), &[4, 5], true),
        shard("b-child", Some("c-root"), &[6], false),
        shard("c-root", Some("gone"), &[1, 2, 3], true),
        shard("d-grandchild", Some("a-child"), &[7], false),
    ];
    let endpoint = Endpoint::new(shards, &[]);
    let function = Function::new(|_| done());
    bridge_from(&endpoint.url, &function, &["--batch-size", "2"]);
    let delivered: Vec<u32> = function.orders().into_iter().flatten().collect();
    assert_eq!(delivered[..3], [1, 2, 3]);
    let at = |n| delivered.iter().position(|found| *found == n).unwrap();
    assert!(at(4) < at(5) && at(5) < at(7), "{delivered:?}");
    assert_eq!(delivered.len(), 7);
    // What is closed is not asked again.
    assert_eq!(
        endpoint
            .calls("GetRecords")
            .iter()
            .filter(|id| *id == "c-root")
            .count(),
        2
    );
}

#[test]
fn an_expired_iterator_is_replaced_behind_the_last_record() {
    let shards = vec![shard("root", None, &[1, 2, 3], true)];
    let endpoint = Endpoint::new(shards, &["ExpiredIteratorException"]);
    let function = Function::new(|_| done());
    bridge_from(&endpoint.url, &function, &["--batch-size", "2"]);
    assert_eq!(function.orders(), [vec![1, 2], vec![3]]);
    assert_eq!(endpoint.calls("GetShardIterator"), ["root", "root"]);
}

#[test]
fn a_throttle_is_waited_for_and_trimmed_records_are_said() {
    let shards = vec![shard("root", None, &[1, 2], true)];
    let refusals = [
        "LimitExceededException",
        "LimitExceededException",
        "TrimmedDataAccessException",
    ];
    let endpoint = Endpoint::new(shards, &refusals);
    let function = Function::new(|_| done());
    let said = bridge_from(&endpoint.url, &function, &[]);
    assert_eq!(function.orders(), [vec![1, 2]]);
    assert!(
        said.contains("records of root were deleted before they were delivered"),
        "{said}"
    );
}
