//! The published sample events, from `aws_lambda_events`.

use std::sync::atomic::{AtomicUsize, Ordering};

use dynamo_orm::stream::{DeadLetter, Deadline, EventName, RawRecord, Router, records};

use crate::model::Shop;

const EVENT: &str = include_str!("fixtures/example-dynamodb-event.json");
const NULLS: &str = include_str!("fixtures/example-dynamodb-event-null-items.json");
const OPTIONAL: &str =
    include_str!("fixtures/example-dynamodb-event-record-with-optional-fields.json");
const KINESIS: &str = include_str!("fixtures/example-kinesis-event.json");
const ENCRYPTED: &str = include_str!("fixtures/example-kinesis-event-encrypted.json");

#[test]
fn every_record_of_the_sample_event_is_read() {
    let found = records(EVENT).unwrap();
    assert_eq!(found.len(), 2);
    for record in &found {
        assert_eq!(record.fault(), None);
        assert_eq!(record.event_name(), Some(EventName::Insert));
        assert!(record.sequence_number().is_some() && record.new_json().is_some());
    }
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
            assert!(record.fault().is_some());
            assert!(record.sequence_number().is_some_and(|n| n.len() == 56));
        }
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
