//! What a review suspected of the sample application. A test that fails says what should be.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use chrono::TimeDelta;
use dynamo_orm::local::{Engine, Tap};
use dynamo_orm::stream::Deadline;
use dynamo_orm::{Db, Entity};
use lambda_examples::fleet::Fleet;
use lambda_examples::handlers::devices::{Devices, Measured, Request, Response};
use lambda_examples::handlers::projector::router;
use lambda_examples::handlers::task::{Task, handle};
use lambda_examples::store::{Account, Day, Letter, Line, Product, Status, Store};
use serde_json::{Value, json};

use crate::support::{event, noon, order, stocked};

fn template() -> &'static str {
    include_str!("../../../template.yaml")
}

fn workflow() -> Value {
    serde_json::from_str(include_str!("../../statemachine/order.asl.json")).unwrap()
}

fn tuesday() -> SystemTime {
    noon().into()
}

fn reserve(id: &str, skus: &[&str]) -> Task {
    let line = |sku: &&str| Line {
        sku: (*sku).to_owned(),
        quantity: 1,
        cents: 1,
    };
    let (id, lines) = (id.to_owned(), skus.iter().map(line).collect());
    Task::Reserve { id, lines }
}

async fn stock(db: &Db<Store>, sku: &str) -> u32 {
    Product::get(sku).send(db).await.unwrap().unwrap().stock
}

/// An order from before the projector's first record is cancelled (the stream keeps a day, orders live for longer).
#[tokio::test]
async fn an_order_that_was_never_counted_can_be_cancelled() {
    let engine = Engine::memory().unwrap();
    let db = stocked(&engine).await;
    let placed = order("ada", "o1", 1);
    let placed = placed.create().returning_new().send(&db).await.unwrap();
    let before = engine.stream_records("Store").unwrap().len();
    let mut cancelled = placed.clone();
    cancelled.status = Status::Cancelled;
    cancelled.save(&placed).send(&db).await.unwrap();
    let records = engine.stream_records("Store").unwrap();
    let event = format!("[{}]", records[before..].join(","));
    router(&db).process(&event, Deadline::none()).await.unwrap();
    let cart = Account::of("ada").load(&db).await;
    assert!(cart.is_ok(), "nor may the cart page fail: {cart:?}");
    let days = Day::of_customer("ada").all(&db).await;
    assert!(
        days.is_ok(),
        "the daily totals must stay readable: {days:?}"
    );
}

/// An order near the limit of an item, of a shape that cannot be read: the letter is longer than an item may be.
#[tokio::test]
async fn a_large_record_that_cannot_be_read_does_not_hold_the_shard() {
    let engine = Engine::memory().unwrap();
    let db = stocked(&engine).await;
    order("ada", "o1", 1).create().send(&db).await.unwrap();
    let mut event: Value = serde_json::from_str(&event(&engine)).unwrap();
    let records = event["Records"].as_array_mut().unwrap();
    let last = records.len() - 1;
    let change = &mut records[last]["dynamodb"];
    change["NewImage"]["cents"] = json!({"S": "much"});
    change["NewImage"]["note"] = json!({"S": "x".repeat(250_000)});
    change["OldImage"] = change["NewImage"].clone();
    records[last]["eventName"] = "MODIFY".into();
    let event = event.to_string();
    let outcome = router(&db).process(&event, Deadline::none()).await.unwrap();
    assert_eq!(
        outcome.checkpoint, None,
        "two images of 250 KB are a legal record: its letter must have room, such as in a bucket"
    );
    assert_eq!(
        Letter::of_function("projector")
            .all(&db)
            .await
            .unwrap()
            .len(),
        1
    );
}

/// The mapping bisects, and gives up after ten attempts: one record whose total cannot be written, and one behind it.
#[tokio::test]
async fn a_record_that_always_fails_is_given_up_alone() {
    let engine = Engine::memory().unwrap();
    let db = stocked(&engine).await;
    for id in ["o1", "o2"] {
        order("ada", id, 1).create().send(&db).await.unwrap();
    }
    let records = engine.stream_records("Store").unwrap();
    let orders: Vec<&String> = records.iter().filter(|r| r.contains("ORDER#")).collect();
    let event = format!("[{},{}]", orders[0], orders[1]);
    let tap = Tap::new(engine);
    let refused = r#"{"__type":"com.amazon.coral.service#AccessDeniedException","Message":"no"}"#;
    tap.answer("TransactWriteItems", 400, refused);
    let db = Db::<Store>::new(tap.client(), db.table_name());
    let answer = router(&db).handle(&event, Deadline::none()).await;
    assert!(
        answer.is_err(),
        "a checkpoint at the first record has nothing to split at: after the last attempt Lambda drops the whole \
         batch, and the template says `BisectBatchOnFunctionError`, so the invocation has to fail; found {answer:?}"
    );
}

/// What is not sold any more has no stock; that of the others is given back.
#[tokio::test]
async fn a_reservation_is_released_also_when_a_product_is_gone() {
    let db = stocked(&Engine::memory().unwrap()).await;
    handle(&db, reserve("run-1", &["kettle", "pot"]))
        .await
        .unwrap();
    Product::delete("pot").send(&db).await.unwrap();
    let released = handle(&db, Task::Release { id: "run-1".into() }).await;
    assert_eq!(
        (released.is_ok(), stock(&db, "kettle").await),
        (true, 10),
        "as when an order is cancelled (`fulfilment::cancel`): {released:?}"
    );
}

/// Whoever buys is not asked for before the payment is taken; then the order can never be written.
#[tokio::test]
async fn nobody_pays_for_an_order_of_a_customer_that_is_not_there() {
    let reserve = &workflow()["States"]["Reserve"]["Parameters"]["Payload"];
    assert!(
        reserve.get("customer.$").is_some(),
        "`Reserve` has to ask for the customer: `Order` fails with InvalidRequest after `Pay`, and a redrive meets the \
         same error"
    );
}

/// A path that leads nowhere is `States.Runtime`, which no `Catch` catches, not even `States.ALL`.
#[tokio::test]
async fn an_input_without_a_member_fails_before_stock_is_reserved() {
    fn paths(value: &Value, into: &mut BTreeSet<String>) {
        match value {
            Value::Object(members) => members.values().for_each(|v| paths(v, into)),
            Value::String(text) if text.starts_with("$.") => {
                into.insert(text.clone());
            }
            _ => {}
        }
    }
    let definition = workflow();
    let of = |state: &str| {
        let mut found = BTreeSet::new();
        paths(&definition["States"][state]["Parameters"], &mut found);
        found
    };
    let (reserved, mut later) = (of("Reserve"), of("Pay"));
    later.extend(of("Order"));
    let unchecked: Vec<&String> = later.difference(&reserved).collect();
    assert!(
        unchecked.is_empty(),
        "without {unchecked:?} the execution fails in `Pay`, uncaught, and its stock stays reserved for ever"
    );
}

/// Prices are the table's, not the caller's: the API checks them, the workflow takes what its input says.
#[tokio::test]
async fn an_order_of_the_workflow_costs_what_its_products_cost() {
    let db = stocked(&Engine::memory().unwrap()).await;
    let reserved = handle(&db, reserve("run-1", &["kettle"])).await;
    let (id, customer) = ("run-1".to_owned(), "ada".to_owned());
    let placed = handle(&db, Task::Order { id, customer }).await;
    let order = lambda_examples::store::Order::get("ada", "run-1")
        .send(&db)
        .await
        .unwrap();
    let cents = order.map(|order| order.cents);
    assert!(
        reserved.is_err() || placed.is_err() || cents == Some(2_500),
        "a kettle of 2500 was sold for {cents:?}"
    );
}

/// Two readings of one device that are closer than its key can tell.
#[tokio::test]
async fn readings_that_are_close_together_are_kept() {
    let db = Db::<Fleet>::on_engine(&Engine::memory().unwrap())
        .await
        .unwrap();
    let devices = Devices::new(db.with_clock(tuesday), "acme").with_clock(tuesday);
    let at = noon() - TimeDelta::minutes(1);
    let readings = [0, 1, 1_000, 1_000_000].map(|nanos| Measured {
        at: at + TimeDelta::nanoseconds(nanos),
        milli_celsius: 1,
    });
    let device = "d".to_owned();
    let readings = readings.to_vec();
    let done = devices.handle(Request::Record { device, readings }).await;
    let all = Response::Recorded {
        recorded: 4,
        left_out: 0,
    };
    assert_eq!(done.unwrap(), all);
    let found = devices.handle(Request::Readings {
        device: "d".to_owned(),
        from: at,
        to: noon(),
        limit: None,
    });
    match found.await.unwrap() {
        Response::Readings { readings, .. } => assert_eq!(readings.len(), 4),
        other => panic!("{other:?}"),
    }
}

/// A device corrects what it measured; the reading is replaced, and the ranking has to follow.
#[tokio::test]
async fn a_correction_of_the_latest_reading_is_the_latest() {
    let db = Db::<Fleet>::on_engine(&Engine::memory().unwrap())
        .await
        .unwrap();
    let devices = Devices::new(db.with_clock(tuesday), "acme").with_clock(tuesday);
    for milli_celsius in [90_000, 20_000] {
        let at = noon() - TimeDelta::minutes(1);
        let readings = vec![Measured { at, milli_celsius }];
        let device = "d".to_owned();
        devices
            .handle(Request::Record { device, readings })
            .await
            .unwrap();
    }
    match devices
        .handle(Request::Latest {
            device: "d".to_owned(),
        })
        .await
        .unwrap()
    {
        Response::Latest { latest } => assert_eq!(
            latest.unwrap().milli_celsius,
            20_000,
            "the reading of that time is 20 degrees now, and the ranking says 90"
        ),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn names_that_break_out_of_the_tenant_are_refused_and_readings_of_the_future_left_out() {
    let db = Db::<Fleet>::on_engine(&Engine::memory().unwrap())
        .await
        .unwrap();
    let devices = Devices::new(db.with_clock(tuesday), "acme").with_clock(tuesday);
    for device in ["", "*", "?", "a#b", "acme#DEVICE", "ä", "a/b"] {
        let device = device.to_owned();
        assert!(devices.handle(Request::Latest { device }).await.is_err());
    }
    let readings = vec![Measured {
        at: noon() + TimeDelta::days(1),
        milli_celsius: 1,
    }];
    let device = "d".to_owned();
    let done = devices
        .handle(Request::Record { device, readings })
        .await
        .unwrap();
    assert_eq!(
        done,
        Response::Recorded {
            recorded: 0,
            left_out: 1
        }
    );
}

/// Whoever finds the URL ships, cancels and reads everybody's orders.
#[test]
fn the_api_asks_who_calls() {
    let template = template();
    let api = template.find("Type: AWS::Serverless::HttpApi").unwrap();
    let until = api + template[api..].find("\n  Api:").unwrap();
    assert!(
        template[api..until].contains("DefaultAuthorizer"),
        "the HTTP API needs an `Auth` with a `DefaultAuthorizer` (AWS_IAM or JWT), or the README a word in bold"
    );
}

/// An alarm without actions is a line on a console that nobody looks at.
#[test]
fn every_alarm_tells_somebody() {
    let template = template();
    let alarms = template.matches("AWS::CloudWatch::Alarm").count();
    assert_eq!(template.matches("AlarmActions").count(), alarms);
}

/// The API answers 500 and 503 itself: no invocation fails, so `AWS/Lambda Errors` stays at nothing.
#[test]
fn an_api_that_answers_500_raises_an_alarm() {
    assert!(
        template().contains("AWS/ApiGateway"),
        "an alarm on `5xx` of the HTTP API"
    );
}

/// Records that can never be read become letters in the table: no metric counts them, and the queue has none.
#[test]
fn a_letter_raises_an_alarm() {
    let told = ["AWS::Logs::MetricFilter", "Letters"];
    assert!(
        told.iter().any(|word| template().contains(word)),
        "a metric of letters (a filter of the log, or EMF) and an alarm on it"
    );
}

/// An execution that is stopped by hand ends neither failed nor timed out, and releases nothing.
#[test]
fn an_execution_that_is_aborted_raises_an_alarm() {
    assert!(template().contains("ExecutionsAborted"));
}

/// A table's endpoint that has no items and counts its connections.
fn counted() -> (String, Arc<AtomicU64>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let connections = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&connections);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            count.fetch_add(1, Ordering::SeqCst);
            std::thread::spawn(move || answers(BufReader::new(stream)));
        }
    });
    (format!("http://{address}"), connections)
}

fn answers(mut stream: BufReader<TcpStream>) {
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            let line = line.trim().to_lowercase();
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            if line.is_empty() {
                break;
            }
        }
        stream.read_exact(&mut vec![0; length]).unwrap();
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: 2\r\n\r\n{}";
        stream.get_mut().write_all(head.as_bytes()).unwrap();
    }
}

/// `warm_up` has a client of its own, without retries: the requests that follow must find its connection.
#[tokio::test]
async fn the_connection_that_was_warmed_up_is_the_one_that_is_used() {
    for (warm, expected) in [(false, 1), (true, 1)] {
        let (endpoint, connections) = counted();
        let db = Db::<Store>::connect_to(&endpoint).await.unwrap();
        if warm {
            db.warm_up().await.unwrap();
        }
        for _ in 0..3 {
            assert!(Product::get("pot").send(&db).await.unwrap().is_none());
        }
        let found = connections.load(Ordering::SeqCst);
        assert_eq!(found, expected, "connections, warmed up: {warm}");
    }
}
