//! `dynamo local`: what an SDK client in another process sees.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use dynamo_orm::{Db, Entity as _, ErrorKind, Table as _, Transaction};

use crate::model::{Order, Shop, order, shop};
use crate::process::{Folder, Server, output};

#[tokio::test]
async fn an_sdk_client_writes_and_queries() {
    let server = Server::start(&[]);
    let db = shop(&server.endpoint).await;
    for number in 1..=3 {
        order(number).create().send(&db).await.unwrap();
    }
    let found = Order::by_customer("ada").all(&db).await.unwrap();
    assert_eq!(found, [order(1), order(2), order(3)]);
    let refused = order(1).create().send(&db).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::AlreadyExists);
}

#[tokio::test]
async fn a_cancelled_transaction_tells_its_reasons() {
    let server = Server::start(&[]);
    let db = shop(&server.endpoint).await;
    order(2).create().send(&db).await.unwrap();
    let (free, taken) = (order(1), order(2));
    let both = Transaction::new().create(&free).create(&taken);
    let cancelled = both.send(&db).await.unwrap_err();
    assert_eq!(cancelled.kind(), ErrorKind::TransactionCanceled);
    let reason = &cancelled.reasons()[0];
    assert_eq!(reason.operation, 1);
    assert_eq!(reason.error.kind(), ErrorKind::AlreadyExists);
    let stands_there = reason.error.old_item::<Order>();
    assert_eq!(stands_there.unwrap().unwrap(), order(2));
    assert!(!Order::exists("ada", 1).send(&db).await.unwrap());
}

#[tokio::test]
async fn another_process_reads_stream_records() {
    let server = Server::start(&[]);
    let db = shop(&server.endpoint).await;
    order(1).create().send(&db).await.unwrap();
    let described = db.client().describe_table().table_name(db.table_name());
    let described = described.send().await.unwrap();
    let arn = described.table().unwrap().latest_stream_arn().unwrap();
    let ask = |operation: &str, body: serde_json::Value| -> serde_json::Value {
        let target = format!("DynamoDBStreams_20120810.{operation}");
        let answer = server.raw(&target, &body.to_string());
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
    };
    let stream = ask("DescribeStream", serde_json::json!({"StreamArn": arn}));
    let shard = &stream["StreamDescription"]["Shards"][0]["ShardId"];
    let start = serde_json::json!({"StreamArn": arn, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"});
    let start = ask("GetShardIterator", start);
    let records = serde_json::json!({"ShardIterator": start["ShardIterator"]});
    let records = ask("GetRecords", records);
    assert_eq!(records["Records"][0]["eventName"], "INSERT");
    let image = &records["Records"][0]["dynamodb"]["NewImage"];
    assert_eq!(image["cents"]["N"], "250");
}

#[tokio::test]
async fn two_processes_share_one_file() {
    let folder = Folder::new("two_processes");
    let file = folder.file("app.db");
    let arguments = ["--file", file.to_str().unwrap()];
    let (one, other) = (Server::start(&arguments), Server::start(&arguments));
    let here = shop(&one.endpoint).await;
    let there: Db<Shop> = Db::connect_to(&other.endpoint).await.unwrap();
    order(1).create().send(&here).await.unwrap();
    let found = Order::get("ada", 1).send(&there).await.unwrap();
    assert_eq!(found, Some(order(1)));
    let add = |db: Db<Shop>| async move {
        for _ in 0..20 {
            let more = Order::update("ada", 1).add(|o| o.cents(), 1);
            more.send(&db).await.unwrap();
        }
    };
    tokio::join!(add(here.clone()), add(there));
    let counted = Order::get("ada", 1).send(&here).await.unwrap().unwrap();
    assert_eq!(counted.cents, 290);
}

#[test]
fn an_answer_carries_what_the_services_front_end_adds() {
    let server = Server::start(&[]);
    let answer = server.raw("DynamoDB_20120810.ListTables", "{}");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert_eq!(body, r#"{"TableNames":[]}"#);
    let header = |name: &str| {
        let start = format!("{name}: ");
        head.lines().find_map(|line| line.strip_prefix(&start))
    };
    assert_eq!(header("content-type"), Some("application/x-amz-json-1.0"));
    assert_eq!(header("x-amz-crc32"), Some("1315925753"));
    assert_eq!(header("x-amzn-requestid").map(str::len), Some(52));
}

#[test]
fn refusals_have_the_services_codes() {
    let server = Server::start(&[]);
    for (target, body, error) in [
        ("DynamoDB_20120810.Fly", "{}", "UnknownOperationException"),
        (
            "DynamoDB_20120810.GetRecords",
            "{}",
            "UnknownOperationException",
        ),
        ("Sqs.ListTables", "{}", "UnknownOperationException"),
        ("DynamoDB_20120810.PutItem", "{", "SerializationException"),
        (
            "DynamoDB_20120810.DescribeTable",
            r#"{"TableName":"Shop"}"#,
            "ResourceNotFoundException",
        ),
    ] {
        let answer = server.raw(target, body);
        assert!(answer.starts_with("HTTP/1.1 400"), "{target}: {answer}");
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        let body: serde_json::Value = serde_json::from_str(body).unwrap();
        assert!(body["__type"].as_str().unwrap().ends_with(error), "{body}");
    }
}

#[test]
fn a_request_larger_than_the_services_is_refused() {
    let server = Server::start(&[]);
    let mut stream = TcpStream::connect(server.address()).unwrap();
    write!(
        stream,
        "POST / HTTP/1.1\r\nhost: localhost\r\nx-amz-target: DynamoDB_20120810.PutItem\r\n\
         content-length: 20000000\r\n\r\n"
    )
    .unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    let mut status = [0; 12];
    stream.read_exact(&mut status).unwrap();
    assert_eq!(&status, b"HTTP/1.1 413");
}

#[test]
fn a_port_that_is_taken_is_an_error_that_says_what_to_do() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let ended = output(&["local", "--port", &port.to_string()]);
    assert_eq!(ended.status.code(), Some(1));
    assert_eq!(
        String::from_utf8(ended.stderr).unwrap(),
        format!(
            "dynamo: cannot listen on 127.0.0.1:{port}: the port is taken; choose another with `--port`, or \
             `--port 0` for any that is free\n"
        )
    );
}

#[test]
fn a_file_that_is_no_database_is_an_error_that_names_it() {
    let folder = Folder::new("no_database");
    let file = folder.file("notes.txt");
    std::fs::write(&file, "x".repeat(4096)).unwrap();
    let ended = output(&["local", "--port", "0", "--file", file.to_str().unwrap()]);
    assert_eq!(ended.status.code(), Some(1));
    let said = String::from_utf8(ended.stderr).unwrap();
    assert!(said.starts_with("dynamo: cannot open "), "{said}");
    assert!(said.contains("notes.txt"), "{said}");
}

#[cfg(unix)]
#[tokio::test]
async fn ctrl_c_stops_a_server_whose_clients_are_still_connected() {
    let server = Server::start(&[]);
    let _idle = TcpStream::connect(server.address()).unwrap();
    let _db = shop(&server.endpoint).await;
    assert_eq!(server.interrupt(), Some(0));
}

#[tokio::test]
async fn a_served_engine_is_that_of_this_process() {
    let engine = dynamo_orm::local::Engine::memory().unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = tokio::spawn(dynamo_orm::local::serve(engine.clone(), listener, async {
        let _ = stopped.await;
    }));
    let db = shop(&endpoint).await;
    order(1).create().send(&db).await.unwrap();
    let here: Db<Shop> = Db::new(engine.client(), Shop::model().name);
    let found = Order::get("ada", 1).send(&here).await.unwrap();
    assert_eq!(found, Some(order(1)));
    stop.send(()).unwrap();
    server.await.unwrap().unwrap();
}
