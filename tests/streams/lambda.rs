//! Lambda's own types.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_lambda_events::event::dynamodb::Event;
use dynamo_orm::stream::{Change, Deadline, RawRecord, Record, Router, StreamEvent};
use lambda_runtime::{Context, LambdaEvent};

use crate::event::{batch, expect_same, insert, modify, remove, sequence};
use crate::model::{Log, Order, Shop, order};

#[tokio::test]
async fn an_invocation_is_read_lazily_and_answered() {
    let log = Log::default();
    let seen = log.clone();
    let router = Router::<Shop>::new().on(move |order: Record<Change<Order>>| {
        seen.add(order.event_id().unwrap());
        async { Ok(()) }
    });
    let text = batch(&[
        insert(1, &order("a", "ada", 1)),
        serde_json::json!({
        "dynamodb": {"SequenceNumber": sequence(2)}, "eventName": 7}),
    ]);
    let payload: StreamEvent = serde_json::from_str(&text).unwrap();
    let mut context = Context::default();
    let end = SystemTime::now() + Duration::from_mins(1);
    context.deadline = end
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_millis()
        .try_into()
        .unwrap();
    let answer = router
        .invoke(LambdaEvent::new(payload, context.clone()))
        .await
        .unwrap();
    assert_eq!(answer.batch_item_failures[0].item_identifier, sequence(2));
    assert_eq!(log.lines(), ["e1"]);
    let left = Deadline::from(&context).left().unwrap();
    assert!(left > Duration::from_secs(50) && left <= Duration::from_mins(1));
    // A deadline that has passed: nothing is begun.
    context.deadline = 0;
    let payload: StreamEvent = serde_json::from_str(&text).unwrap();
    let answer = router
        .invoke(LambdaEvent::new(payload, context))
        .await
        .unwrap();
    assert_eq!(answer.batch_item_failures[0].item_identifier, sequence(1));
}

#[test]
fn a_record_that_aws_lambda_events_has_read_is_the_same_record() {
    let a = order("a", "ada", 1);
    let text = batch(&[
        insert(1, &a),
        modify(2, &a, &order("a", "ada", 2)),
        remove(3, &a),
    ]);
    let event: Event = serde_json::from_str(&text).unwrap();
    let direct = dynamo_orm::stream::records(&text).unwrap();
    for (read, direct) in event.records.iter().zip(direct) {
        let read = RawRecord::try_from(read).unwrap();
        assert_eq!(read.fault(), None);
        assert_eq!(read.event_id(), direct.event_id());
        assert_eq!(read.sequence_number(), direct.sequence_number());
        assert_eq!(read.event_name(), direct.event_name());
        assert_eq!(read.time(), direct.time());
        expect_same(read.keys_json(), direct.keys_json());
        expect_same(read.new_json(), direct.new_json());
        expect_same(read.old_json(), direct.old_json());
    }
}
