//! What a processor writes for `CloudWatch`.

use std::time::{Duration, UNIX_EPOCH};

use dynamo_orm::local::Engine;
use dynamo_orm::stream::{Aggregate, Change, Deadline, Failure, Metrics, Record, Router};
use dynamo_orm::{Db, Entity};
use serde_json::{Value, json};

use crate::event::{batch, insert, keys, sequence};
use crate::model::{Customer, Log, Order, Shop, order};

fn metrics(log: &Log) -> Metrics<'static> {
    let log = log.clone();
    Metrics::new("Shop/Streams", "projector")
        .to(move |line| log.add(line))
        .at(|| UNIX_EPOCH + Duration::from_millis(1_700_000_001_250))
}

fn router(log: &Log) -> Router<'static, Shop> {
    Router::new()
        .metrics(metrics(log))
        .on(|order: Record<Change<Order>>| async move {
            match order.change.new_item().and_then(|o| o.note.as_deref()) {
                Some("fail") => Err(Failure::transient("no \"room\"")),
                Some("refuse") => Err(Failure::permanent("told to")),
                _ => Ok(()),
            }
        })
        .dead_letters(|_| async { Ok(()) })
}

fn noted(id: &str, note: &str) -> Order {
    let mut order = order(id, "ada", 1);
    order.note = Some(note.to_owned());
    order
}

const COUNTS: &str = r#"{"Name":"Records","Unit":"Count"},{"Name":"Processed","Unit":"Count"},{"Name":"Unhandled","Unit":"Count"},{"Name":"Unknown","Unit":"Count"},{"Name":"Hidden","Unit":"Count"},{"Name":"DeadLettered","Unit":"Count"},{"Name":"Failed","Unit":"Count"},{"Name":"Duplicates","Unit":"Count"}"#;

#[tokio::test]
async fn a_batch_is_one_line_in_the_embedded_metric_format() {
    let log = Log::default();
    let event = batch(&[
        insert(1, &order("a", "ada", 1)),
        insert(2, &order("b", "ada", 1)),
    ]);
    router(&log)
        .process(&event, Deadline::none())
        .await
        .unwrap();
    let expected = format!(
        r#"{{"_aws":{{"Timestamp":1700000001250,"CloudWatchMetrics":[{{"Namespace":"Shop/Streams","Dimensions":[["FunctionName"]],"Metrics":[{COUNTS},{{"Name":"OldestRecordAge","Unit":"Milliseconds"}}]}}]}},"FunctionName":"projector","Records":2,"Processed":2,"Unhandled":0,"Unknown":0,"Hidden":0,"DeadLettered":0,"Failed":0,"Duplicates":0,"OldestRecordAge":1250}}"#
    );
    assert_eq!(log.take(), [expected]);
}

#[tokio::test]
async fn a_batch_of_marks_alone_is_no_line() {
    let log = Log::default();
    let mut mark = insert(1, &order("a", "ada", 1));
    mark["dynamodb"]["Keys"]["PK"] = json!({"S": "$once#totals#e1"});
    mark["dynamodb"]["NewImage"]["PK"] = json!({"S": "$once#totals#e1"});
    let outcome = router(&log)
        .process(&batch(&[mark]), Deadline::none())
        .await
        .unwrap();
    assert_eq!((outcome.records, outcome.hidden), (1, 1));
    assert_eq!(log.take(), [""; 0]);
}

#[tokio::test]
async fn a_metric_that_is_named_is_there() {
    let log = Log::default();
    let mut undated = insert(1, &order("a", "ada", 1));
    undated["dynamodb"]
        .as_object_mut()
        .unwrap()
        .remove("ApproximateCreationDateTime");
    for event in [batch(&[undated]), batch(&[])] {
        router(&log)
            .process(&event, Deadline::none())
            .await
            .unwrap();
        let line: Value = serde_json::from_str(&log.take()[0]).unwrap();
        let named = line["_aws"]["CloudWatchMetrics"][0]["Metrics"]
            .as_array()
            .unwrap();
        assert_eq!(named.len(), 8);
        for metric in named {
            assert!(line[metric["Name"].as_str().unwrap()].is_u64(), "{line}");
        }
        assert_eq!(line.get("OldestRecordAge"), None);
    }
}

#[tokio::test]
async fn a_failure_is_one_line_without_images_and_its_attempts_are_counted() {
    let log = Log::default();
    let router = router(&log);
    let event = batch(&[
        insert(1, &noted("a", "refuse")),
        insert(2, &noted("b", "fail")),
    ]);
    for attempt in 1..=2 {
        router.process(&event, Deadline::none()).await.unwrap();
        let lines = log.take();
        assert_eq!(lines.len(), 3);
        let failure = |level: &str, message: &str, n: usize, hash: &str, reason: &str| {
            format!(
                r#"{{"level":"{level}","message":"{message}","function":"projector","eventID":"e{n}","sequenceNumber":"{}","keysHash":"{hash}","reason":"{reason}","attempt":{attempt}}}"#,
                sequence(n)
            )
        };
        let hash = |line: &str| {
            let line: Value = serde_json::from_str(line).unwrap();
            line["keysHash"].as_str().unwrap().to_owned()
        };
        let (a, b) = (hash(&lines[0]), hash(&lines[1]));
        assert!(a != b && a.len() == 16, "{a} {b}");
        assert_eq!(
            lines[..2],
            [
                failure("ERROR", "a record can never be processed", 1, &a, "told to"),
                failure(
                    "WARN",
                    "a record was not processed",
                    2,
                    &b,
                    r#"no \"room\""#
                ),
            ]
        );
        assert!(
            lines[2].contains(r#""DeadLettered":1,"Failed":1,"#),
            "{}",
            lines[2]
        );
    }
}

#[tokio::test]
async fn keys_are_written_where_asked_for_on_one_line() {
    let log = Log::default();
    let router = router(&log).metrics(metrics(&log).with_keys());
    let record = insert(1, &noted("a", "fail"));
    let event = serde_json::to_string_pretty(&json!([record])).unwrap();
    router.process(&event, Deadline::none()).await.unwrap();
    let line = &log.take()[0];
    assert!(!line.contains('\n'), "{line}");
    let line: Value = serde_json::from_str(line).unwrap();
    assert_eq!(line["keys"], keys("a"));
    assert_eq!(line.get("keysHash"), None);
}

#[tokio::test]
async fn marks_that_were_there_already_are_duplicates() {
    let engine = Engine::memory().unwrap();
    let db = Db::<Shop>::on_engine(&engine).await.unwrap();
    let ada = Customer {
        id: "ada".to_owned(),
        ..Customer::default()
    };
    ada.create().send(&db).await.unwrap();
    let totals = Aggregate::new("totals", |order: &Order| Customer::key(&order.customer))
        .count(|c| c.orders());
    let router = Router::<Shop>::new()
        .aggregate(totals, &db)
        .concurrency(2.try_into().unwrap());
    let [a, b, c] = [1, 2, 3].map(|n| insert(n, &order(&n.to_string(), "ada", 1)));
    let first = batch(&[a.clone(), b.clone()]);
    let outcome = router.process(&first, Deadline::none()).await.unwrap();
    assert_eq!((outcome.records, outcome.duplicates), (2, 0));
    let second = batch(&[a, b, c]);
    let outcome = router.process(&second, Deadline::none()).await.unwrap();
    assert_eq!((outcome.records, outcome.duplicates), (3, 2));
    assert_eq!(
        outcome.oldest,
        Some(UNIX_EPOCH + Duration::from_secs(1_700_000_000))
    );
}
