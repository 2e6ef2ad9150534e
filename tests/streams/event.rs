//! Records as Lambda delivers them.

use dynamo_orm::Table;
use serde_json::{Value, json};

use crate::model::{Order, Shop};

/// Keys of an order.
pub(crate) fn keys(id: &str) -> Value {
    json!({"PK": {"S": format!("ORDER#{id}")}, "SK": {"S": "ORDER"}})
}

/// An order as it is stored.
pub(crate) fn image(order: &Order) -> Value {
    let item = Shop::Order(order.clone()).to_item().unwrap();
    let values = item.into_iter().map(|(name, value)| {
        let value = match (value.as_s(), value.as_n()) {
            (Ok(text), _) => json!({"S": text}),
            (_, Ok(number)) => json!({"N": number}),
            _ => panic!("{value:?}"),
        };
        (name, value)
    });
    Value::Object(values.collect())
}

/// A record with these images.
pub(crate) fn record(
    number: usize,
    keys: impl Into<Value>,
    old: Option<Value>,
    new: Option<Value>,
) -> Value {
    let name = match (&old, &new) {
        (None, _) => "INSERT",
        (Some(_), Some(_)) => "MODIFY",
        (Some(_), None) => "REMOVE",
    };
    let keys: Value = keys.into();
    let mut change = json!({"ApproximateCreationDateTime": 1_700_000_000, "Keys": keys,
        "SequenceNumber": sequence(number), "SizeBytes": 26, "StreamViewType": "NEW_AND_OLD_IMAGES"});
    for (member, image) in [("OldImage", old), ("NewImage", new)] {
        if let Some(image) = image {
            change[member] = image;
        }
    }
    json!({"eventID": format!("e{number}"), "eventName": name, "eventVersion": "1.1",
        "eventSource": "aws:dynamodb", "awsRegion": "eu-west-1", "dynamodb": change,
        "eventSourceARN": "arn:aws:dynamodb:eu-west-1:123456789012:table/Shop/stream/2026-01-01T00:00:00.000"})
}

/// Numbers are longer than 64 bits, and do not sort as text.
pub(crate) fn sequence(number: usize) -> String {
    format!("{}00000000000000000000{number}", 9 + number)
}

/// A new order.
pub(crate) fn insert(number: usize, order: &Order) -> Value {
    record(number, keys(&order.id), None, Some(image(order)))
}

/// A changed order.
pub(crate) fn modify(number: usize, old: &Order, new: &Order) -> Value {
    record(number, keys(&old.id), Some(image(old)), Some(image(new)))
}

/// A deleted order.
pub(crate) fn remove(number: usize, old: &Order) -> Value {
    record(number, keys(&old.id), Some(image(old)), None)
}

/// An invocation with these records.
pub(crate) fn batch(records: &[Value]) -> String {
    json!({"Records": records}).to_string()
}

/// The answer with this record as the first that is not done.
pub(crate) fn failed_at(number: usize) -> String {
    format!(
        r#"{{"batchItemFailures":[{{"itemIdentifier":"{}"}}]}}"#,
        sequence(number)
    )
}

/// The answer when all is done.
pub(crate) const ALL_DONE: &str = r#"{"batchItemFailures":[]}"#;

/// Equal JSON.
pub(crate) fn expect_same(a: Option<&str>, b: Option<&str>) {
    let value = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    assert_eq!(a.map(value), b.map(value));
}
