//! The published sample events, from `aws_lambda_events`.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use dynamo_orm::stream::{DeadLetter, Deadline, EventName, RawRecord, Router, records};

use serde_json::Value;

use crate::model::Shop;

const EVENT: &str = include_str!("fixtures/example-dynamodb-event.json");
const NULLS: &str = include_str!("fixtures/example-dynamodb-event-null-items.json");
const OPTIONAL: &str =
    include_str!("fixtures/example-dynamodb-event-record-with-optional-fields.json");
const KINESIS: &str = include_str!("fixtures/example-kinesis-event.json");
const ENCRYPTED: &str = include_str!("fixtures/example-kinesis-event-encrypted.json");
const FIREHOSE: &str = include_str!("fixtures/example-kinesis-firehose-event.json");
/// From <https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-windows.html>; the crate has none.
const WINDOW: &str = include_str!("fixtures/example-dynamodb-window-event.json");

#[test]
fn every_record_of_the_sample_event_is_read() {
    let found = records(EVENT).unwrap();
    assert_eq!(found.len(), 2);
    for record in &found {
        assert_eq!(record.fault(), None);
        assert_eq!(record.event_name(), Some(EventName::Insert));
        assert!(record.sequence_number().is_some() && record.new_json().is_some());
        assert_eq!(record.table_name(), Some("Example-Table"));
        assert_eq!(
            record.time(),
            Some(UNIX_EPOCH + Duration::from_mins(24_677_367))
        );
        assert_eq!(
            (record.size_bytes(), record.view()),
            (Some(54), Some("NEW_AND_OLD_IMAGES"))
        );
    }
    // Only a removal is an expiry, whoever the principal is.
    assert!(!found[0].is_expiry());
}

#[test]
fn null_keys_and_images_are_the_fault_of_their_record_alone() {
    let found = records(NULLS).unwrap();
    assert_eq!(found[0].fault(), Some("the record has no `Keys`"));
    assert_eq!(
        found[0].sequence_number(),
        Some("1405400000000002063282832")
    );
    assert_eq!(found[1].fault(), None);
}

#[test]
fn a_record_without_its_optional_members_is_read() {
    // Its sequence number is missing, too, so that only a whole invocation could be reported.
    let record = RawRecord::parse(OPTIONAL);
    assert_eq!(record.time(), None);
    assert_eq!((record.fault(), record.sequence_number()), (None, None));
}

#[tokio::test]
async fn records_of_another_table_are_unknown() {
    let router = Router::<Shop>::new();
    let outcome = router.process(EVENT, Deadline::none()).await.unwrap();
    assert_eq!((outcome.unknown, outcome.checkpoint), (2, None));
}

/// The samples of Kinesis carry text, not changes: a stream that something else writes to as well.
#[tokio::test]
async fn a_kinesis_record_that_is_no_change_fails_alone_and_has_its_number() {
    for event in [KINESIS, ENCRYPTED] {
        let found = records(event).unwrap();
        for record in &found {
            let fault = record.fault().unwrap();
            assert!(fault.starts_with("inside the Kinesis record"), "{fault}");
            assert!(record.sequence_number().is_some_and(|n| n.len() == 56));
            // The outer id is not that of a change.
            assert_eq!(record.event_id(), None);
        }
        // Without a place for it nothing is lost.
        let outcome = Router::<Shop>::new();
        let outcome = outcome.process(event, Deadline::none()).await.unwrap();
        assert_eq!(outcome.checkpoint.as_deref(), found[0].sequence_number());
        let letters = AtomicUsize::new(0);
        let router = Router::<Shop>::new().dead_letters(|letter: DeadLetter| {
            letters.fetch_add(1, Ordering::Relaxed);
            assert!(letter.record().as_json().contains("kinesisSchemaVersion"));
            async { Ok(()) }
        });
        let outcome = router.process(event, Deadline::none()).await.unwrap();
        assert_eq!(outcome.checkpoint, None);
        assert_eq!(outcome.dead_lettered, found.len());
        drop(router);
        assert_eq!(letters.into_inner(), found.len());
    }
}

#[test]
fn an_event_of_firehose_is_none_of_a_stream() {
    let error = records(FIREHOSE).unwrap_err().to_string();
    assert!(error.contains("`Records`"), "{error}");
}

#[tokio::test]
async fn the_sample_of_a_window_is_read_and_its_state_kept() {
    let found = records(WINDOW).unwrap();
    let names: Vec<_> = found.iter().map(|r| r.event_name().unwrap()).collect();
    assert_eq!(
        names,
        [EventName::Insert, EventName::Modify, EventName::Remove]
    );
    assert!(found.iter().all(|r| r.fault().is_none()));
    // AWS' example of an answer has numbers, that of an event has text.
    let windowed = Router::<Shop>::new().window::<BTreeMap<String, Value>>();
    let (outcome, answer) = windowed.process(WINDOW, Deadline::none()).await.unwrap();
    assert_eq!((outcome.records, outcome.unknown), (3, 3));
    assert_eq!(
        answer.to_json(),
        r#"{"state":{"1":"state1"},"batchItemFailures":[]}"#
    );
    let numbers = WINDOW.replacen(r#""1": "state1""#, r#""1": 282, "2": 715"#, 1);
    let (_, answer) = windowed.process(&numbers, Deadline::none()).await.unwrap();
    assert_eq!(
        answer.to_json(),
        r#"{"state":{"1":282,"2":715},"batchItemFailures":[]}"#
    );
}
