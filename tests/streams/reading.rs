//! What a handler gets of a record.

use std::time::{Duration, UNIX_EPOCH};

use dynamo_orm::stream::{
    Cause, Change, Deadline, EventName, KeysOnly, Modified, NewImage, OldImage, RawRecord, Record,
    Removed, Router, records,
};
use dynamo_orm::{Entity, Table};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::event::{batch, image, insert, keys, modify, record, remove, sequence};
use crate::model::{Log, Order, Session, Shop, order};

/// Writes every change of an order down.
fn orders(log: &Log) -> Router<'static, Shop> {
    let log = log.clone();
    Router::new().on(move |order: Record<Change<Order>>| {
        log.add(match &order.change {
            Change::Insert { new } => format!("+{}", new.id),
            Change::Modify { old, new } => format!("{}>{}", old.cents, new.cents),
            Change::Remove { old, cause } => format!("-{} {cause:?}", old.id),
        });
        async { Ok(()) }
    })
}

async fn done(router: &Router<'_, Shop>, records: &[Value]) -> dynamo_orm::stream::Outcome {
    let outcome = router
        .process(&batch(records), Deadline::none())
        .await
        .unwrap();
    assert_eq!(outcome.checkpoint, None);
    outcome
}

fn expired(mut record: Value) -> Value {
    record["userIdentity"] = json!({"type": "Service", "principalId": "dynamodb.amazonaws.com"});
    record
}

#[tokio::test]
async fn inserts_changes_and_deletes_come_as_typed_values() {
    let log = Log::default();
    let (a, b) = (order("a", "ada", 1), order("a", "ada", 2));
    let outcome = done(
        &orders(&log),
        &[insert(1, &a), modify(2, &a, &b), remove(3, &b)],
    )
    .await;
    assert_eq!(log.lines(), ["+a", "1>2", "-a Deleted"]);
    assert_eq!(outcome.processed, 3);
}

#[tokio::test]
async fn an_expiry_is_told_from_a_delete() {
    let log = Log::default();
    let seen = log.clone();
    let router = orders(&log).on_expire(move |order: Record<Removed<Order>>| {
        seen.add(format!("expired {}", order.change.old.id));
        async { Ok(()) }
    });
    let a = order("a", "ada", 1);
    let mut by_user = remove(3, &a);
    by_user["userIdentity"] = json!({"type": "Service", "principalId": "someone"});
    done(&router, &[expired(remove(1, &a)), remove(2, &a), by_user]).await;
    assert_eq!(
        log.lines(),
        ["-a Expired", "expired a", "-a Deleted", "-a Deleted"]
    );
    // Only a delete can be one.
    let modified = expired(modify(1, &a, &a));
    assert!(!RawRecord::parse(&modified.to_string()).is_expiry());
}

#[tokio::test]
async fn an_item_that_becomes_another_entity_is_removed_for_the_one_and_inserted_for_the_other() {
    let log = Log::default();
    let seen = log.clone();
    let router = orders(&log).on(move |session: Record<Change<Session>>| {
        seen.add(format!(
            "session {:?}",
            session.change.new_item().map(|s| s.expires)
        ));
        async { Ok(()) }
    });
    let mut session = keys("a");
    session["_type"] = json!({"S": "Session"});
    session["id"] = json!({"S": "a"});
    session["expires"] = json!({"N": "5"});
    let a = image(&order("a", "ada", 1));
    done(&router, &[record(1, keys("a"), Some(a), Some(session))]).await;
    assert_eq!(log.lines(), ["-a Replaced", "session Some(5)"]);
}

#[tokio::test]
async fn the_tables_enum_can_be_matched_and_what_no_function_took_falls_back() {
    let log = Log::default();
    let (any, rest) = (log.clone(), log.clone());
    let router = orders(&log).on_any(move |change: Record<Change<Shop>>| {
        if let Some(Shop::Order(order)) = change.change.new_item() {
            any.add(format!("any {}", order.id));
        }
        async { Ok(()) }
    });
    done(&router, &[insert(1, &order("a", "ada", 1))]).await;
    assert_eq!(log.take(), ["+a", "any a"]);

    let router = orders(&log).fallback(move |change: Record<Change<Shop>>| {
        rest.add(format!("rest {:?}", change.change.old_item()));
        async { Ok(()) }
    });
    let mut session = json!({"PK": {"S": "SESSION#s"}, "SK": {"S": "SESSION"}});
    let key = session.clone();
    session["_type"] = json!({"S": "Session"});
    session["id"] = json!({"S": "s"});
    session["expires"] = json!({"N": "5"});
    done(
        &router,
        &[
            insert(1, &order("a", "ada", 1)),
            record(2, key, Some(session), None),
        ],
    )
    .await;
    let shown = Shop::Session(Session {
        id: "s".to_owned(),
        expires: 5,
    });
    assert_eq!(
        log.lines(),
        ["+a".to_owned(), format!("rest {:?}", Some(shown))]
    );
}

#[tokio::test]
async fn what_changed_is_compared_by_value_and_asked_by_typed_paths() {
    let log = Log::default();
    let seen = log.clone();
    let router = Router::<Shop>::new().on_modify(move |order: Record<Modified<Order>>| {
        seen.add(format!(
            "{:?} {:?} cents {} note {} same {}",
            order.changed_attributes(),
            order.changed_fields(),
            order.changed(|o| o.cents()),
            order.changed(|o| o.note()),
            order.is_unchanged()
        ));
        async { Ok(()) }
    });
    let a = order("a", "ada", 150);
    let mut same = image(&a);
    same["cents"] = json!({"N": "1.5E2"});
    same["aws:rep:updatetime"] = json!({"N": "1.2"});
    let mut noted = a.clone();
    noted.note = Some("x".to_owned());
    done(
        &router,
        &[
            record(1, keys("a"), Some(image(&a)), Some(same)),
            modify(2, &a, &noted),
        ],
    )
    .await;
    assert_eq!(
        log.lines(),
        [
            "[] [] cents false note false same true",
            r#"["note"] ["note"] cents false note true same false"#,
        ]
    );
}

#[test]
fn the_record_tells_where_it_comes_from() {
    let event = batch(&[insert(1, &order("a", "ada", 1))]);
    let record = records(&event).unwrap().remove(0);
    assert_eq!(record.event_id(), Some("e1"));
    assert_eq!(record.event_name(), Some(EventName::Insert));
    assert_eq!(record.sequence_number(), Some(&*sequence(1)));
    assert_eq!(
        record.time(),
        Some(UNIX_EPOCH + Duration::from_secs(1_700_000_000))
    );
    assert_eq!(record.region(), Some("eu-west-1"));
    assert_eq!(record.size_bytes(), Some(26));
    assert_eq!(record.view(), Some("NEW_AND_OLD_IMAGES"));
    assert_eq!(record.table_name(), Some("Shop"));
    assert_eq!(record.keys_json(), Some(&*keys("a").to_string()));
    assert!(
        record
            .source_arn()
            .unwrap()
            .ends_with("2026-01-01T00:00:00.000")
    );
    assert!(record.fault().is_none());
    // User data stays out of logs.
    assert!(!format!("{record:?}").contains("cents"));
}

#[test]
fn members_that_aws_calls_optional_may_be_absent_null_or_text() {
    let mut record = insert(1, &order("a", "ada", 1));
    for member in [
        "eventID",
        "eventVersion",
        "eventSource",
        "awsRegion",
        "eventSourceARN",
    ] {
        record.as_object_mut().unwrap().remove(member);
    }
    record["dynamodb"]["ApproximateCreationDateTime"] = json!("1678831218.0");
    record["dynamodb"]["SizeBytes"] = Value::Null;
    record["dynamodb"]["StreamViewType"] = json!("SOMETHING_NEW");
    record["userIdentity"] = Value::Null;
    let raw = RawRecord::parse(&record.to_string());
    assert_eq!(raw.fault(), None);
    assert_eq!(
        raw.time(),
        Some(UNIX_EPOCH + Duration::from_secs(1_678_831_218))
    );
    assert!(raw.identity_of_change().contains(&sequence(1)));
    record["dynamodb"]["ApproximateCreationDateTime"] = Value::Null;
    assert_eq!(RawRecord::parse(&record.to_string()).time(), None);
}

#[tokio::test]
async fn guards_and_marks_are_hidden_and_unknown_types_are_a_choice() {
    let log = Log::default();
    let helper = |pk: &str, kind: &str| {
        let key = json!({"PK": {"S": pk}, "SK": {"S": kind}});
        let mut item = key.clone();
        item["_type"] = json!({"S": kind});
        record(1, key, None, Some(item))
    };
    let guard = helper("$unique#Customer#email#a@b.c", "$unique");
    let mark = helper("$once#totals#e1", "$once");
    let work = helper("$idempotency#pay#e1", "$idempotency");
    let newer = helper("INVOICE#1", "Invoice");
    let fail = Router::<Shop>::new().fail_on_unknown();
    let outcome = done(&fail, &[guard.clone(), mark.clone(), work]).await;
    assert_eq!(outcome.hidden, 3);
    let outcome = done(&orders(&log), std::slice::from_ref(&newer)).await;
    assert_eq!((outcome.unknown, outcome.processed), (1, 0));
    let outcome = fail
        .process(&batch(std::slice::from_ref(&newer)), Deadline::none())
        .await;
    assert!(outcome.unwrap().checkpoint.is_some());
    let seen = log.clone();
    let raw = orders(&log).on_unknown(move |raw| {
        seen.add(raw.new_json().unwrap());
        async { Ok(()) }
    });
    done(&raw, &[guard, newer]).await;
    assert_eq!(log.lines().len(), 1);
    assert!(log.lines()[0].contains("Invoice"));
}

#[tokio::test]
async fn an_echo_of_a_global_table_is_told_apart_and_its_attributes_are_not_read() {
    let mut item = image(&order("a", "ada", 1));
    item["aws:rep:deleting"] = json!({"BOOL": false});
    item["aws:rep:updatetime"] = json!({"N": "1700000000.123"});
    item["aws:rep:updateregion"] = json!({"S": "us-east-1"});
    let echo = record(1, keys("a"), None, Some(item.clone()));
    let raw = RawRecord::parse(&echo.to_string());
    assert_eq!(raw.written_in().as_deref(), Some("us-east-1"));
    assert!(raw.is_replicated());
    item["aws:rep:updateregion"] = json!({"S": "eu-west-1"});
    let own = record(1, keys("a"), None, Some(item));
    assert!(!RawRecord::parse(&own.to_string()).is_replicated());
    assert!(!RawRecord::parse(&insert(1, &order("a", "ada", 1)).to_string()).is_replicated());

    let log = Log::default();
    let seen = log.clone();
    let router = Router::<Strict>::new().on(move |only: Record<Change<Only>>| {
        seen.add(format!("{:?}", only.change));
        async { Ok(()) }
    });
    let key = json!({"PK": {"S": "ONLY#1"}});
    let mut item = json!({"PK": {"S": "ONLY#1"}, "id": {"S": "1"}});
    item["aws:rep:updatetime"] = json!({"N": "1"});
    let event = batch(&[record(1, key, None, Some(item))]);
    let outcome = router.process(&event, Deadline::none()).await.unwrap();
    assert_eq!(outcome.checkpoint, None);
    assert_eq!(log.lines(), [r#"Insert { new: Only { id: "1" } }"#]);
}

/// A table whose entity refuses attributes it does not know, and which has no type attribute.
#[derive(Table, Debug)]
#[table(pk = "PK")]
enum Strict {
    Only(Only),
}

#[derive(Entity, Serialize, Deserialize, Debug)]
#[entity(table = Strict, pk = "ONLY#{id}")]
#[serde(deny_unknown_fields)]
struct Only {
    id: String,
}

#[tokio::test]
async fn other_views_give_what_is_there() {
    let log = Log::default();
    let a = order("a", "ada", 1);
    let without = |mut record: Value, member: &str| {
        record["dynamodb"].as_object_mut().unwrap().remove(member);
        record
    };
    let all = [insert(1, &a), modify(2, &a, &a), expired(remove(3, &a))];
    let new_only: Vec<Value> = all.iter().map(|r| without(r.clone(), "OldImage")).collect();
    let old_only: Vec<Value> = all.iter().map(|r| without(r.clone(), "NewImage")).collect();
    let no_images: Vec<Value> = old_only
        .iter()
        .map(|r| without(r.clone(), "OldImage"))
        .collect();

    let seen = log.clone();
    let router = Router::<Shop, _>::new_images().on(move |order: Record<NewImage<Order>>| {
        seen.add(match &order.change {
            NewImage::Insert { new } => format!("+{}", new.id),
            NewImage::Modify { new } => format!("={}", new.id),
            NewImage::Remove { cause } => {
                format!(
                    "-{} {cause:?}",
                    order.key_of::<Order>().unwrap().to_json().unwrap()
                )
            }
        });
        async { Ok(()) }
    });
    router
        .process(&batch(&new_only), Deadline::none())
        .await
        .unwrap();
    assert_eq!(
        log.take(),
        [
            "+a",
            "=a",
            r#"-{"PK":{"S":"ORDER#a"},"SK":{"S":"ORDER"}} Expired"#
        ]
    );

    let seen = log.clone();
    let router = Router::<Shop, _>::old_images().on(move |order: Record<OldImage<Order>>| {
        seen.add(match &order.change {
            OldImage::Insert => "+".to_owned(),
            OldImage::Modify { old } => format!("={}", old.id),
            OldImage::Remove { old, cause } => format!("-{} {cause:?}", old.id),
        });
        async { Ok(()) }
    });
    router
        .process(&batch(&old_only), Deadline::none())
        .await
        .unwrap();
    assert_eq!(log.take(), ["+", "=a", "-a Expired"]);

    for records in [&no_images, &new_only] {
        let seen = log.clone();
        let router = Router::<Shop, _>::keys_only().on::<Order, _>(move |order| {
            seen.add(format!("{:?}", order.change));
            assert!(order.key_of::<Order>().is_ok());
            async { Ok(()) }
        });
        router
            .process(&batch(records), Deadline::none())
            .await
            .unwrap();
        let expired = KeysOnly::Remove {
            cause: Cause::Expired,
        };
        assert_eq!(
            log.take(),
            [
                "Insert".to_owned(),
                "Modify".to_owned(),
                format!("{expired:?}")
            ]
        );
    }

    // A stream that carries less than the router needs says so, record by record.
    let failures = log.clone();
    let router =
        orders(&Log::default()).on_failure(move |_, failure| failures.add(failure.to_string()));
    let outcome = router
        .process(&batch(&new_only), Deadline::none())
        .await
        .unwrap();
    assert_eq!(outcome.checkpoint, Some(sequence(2)));
    assert!(log.lines()[0].contains("no old image"), "{:?}", log.lines());
}

#[tokio::test]
async fn a_bare_array_of_pipes_is_an_event_too() {
    let log = Log::default();
    let records = json!([
        insert(1, &order("a", "ada", 1)),
        insert(2, &order("b", "ada", 1))
    ]);
    let outcome = orders(&log)
        .process(&records.to_string(), Deadline::none())
        .await
        .unwrap();
    assert_eq!(outcome.processed, 2);
    assert_eq!(log.lines(), ["+a", "+b"]);
}

#[tokio::test]
async fn kinesis_records_are_read_and_checkpointed_by_their_own_numbers() {
    let kinesis = |number: &str, mut record: Value, time: i64, precision: Option<&str>| {
        let change = record["dynamodb"].as_object_mut().unwrap();
        change.remove("SequenceNumber");
        change.remove("StreamViewType");
        change.insert("ApproximateCreationDateTime".to_owned(), json!(time));
        if let Some(precision) = precision {
            change.insert(
                "ApproximateCreationDateTimePrecision".to_owned(),
                json!(precision),
            );
        }
        record["userIdentity"] = Value::Null;
        record["recordFormat"] = json!("application/json");
        record["tableName"] = json!("Shop");
        let data = base64(record.to_string().as_bytes());
        json!({"kinesisSchemaVersion": "1.0", "partitionKey": "x", "sequenceNumber": number,
            "data": data, "approximateArrivalTimestamp": 1_545_084_650.987})
    };
    let a = order("a", "ada", 1);
    let records = [
        kinesis("495", insert(1, &a), 1_700_000_000_123, Some("MILLISECOND")),
        kinesis(
            "496",
            modify(2, &a, &a),
            1_700_000_000_123_456,
            Some("MICROSECOND"),
        ),
        kinesis("497", remove(3, &a), 1_700_000_000_123_456, None),
    ];
    let lambda: Vec<Value> = records
        .iter()
        .map(|record| {
            json!({"kinesis": record, "eventSource": "aws:kinesis", "eventID": "shardId-000:495",
            "eventName": "aws:kinesis:record", "awsRegion": "eu-west-1"})
        })
        .collect();
    for event in [batch(&lambda), json!(records).to_string()] {
        let log = Log::default();
        let outcome = orders(&log)
            .process(&event, Deadline::none())
            .await
            .unwrap();
        assert_eq!((outcome.processed, outcome.checkpoint), (3, None));
        assert_eq!(log.lines(), ["+a", "1>1", "-a Deleted"]);
        let raw = dynamo_orm::stream::records(&event).unwrap();
        assert_eq!(raw[0].event_id(), Some("e1"));
        assert_eq!(raw[0].sequence_number(), Some("495"));
        assert_eq!(raw[0].table_name(), Some("Shop"));
        for raw in raw {
            let since = raw.time().unwrap().duration_since(UNIX_EPOCH).unwrap();
            assert_eq!(since.as_millis(), 1_700_000_000_123);
        }
    }
    let mut broken = lambda;
    broken[1]["kinesis"]["data"] = json!("%%%");
    let outcome = orders(&Log::default())
        .process(&batch(&broken), Deadline::none())
        .await
        .unwrap();
    assert_eq!(outcome.checkpoint.as_deref(), Some("496"));
}

fn base64(bytes: &[u8]) -> String {
    aws_smithy_types::base64::encode(bytes)
}

#[tokio::test]
async fn an_image_of_an_older_deployment_is_read() {
    let log = Log::default();
    let mut old = image(&order("a", "ada", 1));
    old.as_object_mut().unwrap().remove("note");
    old["retired"] = json!({"S": "x"});
    let new = image(&order("a", "ada", 2));
    done(&orders(&log), &[record(1, keys("a"), Some(old), Some(new))]).await;
    assert_eq!(log.lines(), ["1>2"]);
}
