//! Records of new orders, and what a stream function answers.

use serde_json::{Value, json};

use super::lambda::Posted;

/// The record of a new order of five pounds.
pub(super) fn placed(number: u32, customer: &str) -> Value {
    let mut sample: Value =
        serde_json::from_str(include_str!("../../../events/projector.json")).unwrap();
    let mut record = sample["Records"][0].take();
    record["eventID"] = format!("event-{number}").into();
    record["dynamodb"]["SequenceNumber"] = number.to_string().into();
    let keys = json!({ "PK": { "S": format!("CUSTOMER#{customer}") }, "SK": { "S": format!("ORDER#o{number}") } });
    for image in ["Keys", "NewImage"] {
        record["dynamodb"][image]["PK"] = keys["PK"].clone();
        record["dynamodb"][image]["SK"] = keys["SK"].clone();
    }
    record["dynamodb"]["NewImage"]["customer"] = json!({ "S": customer });
    record["dynamodb"]["NewImage"]["id"] = json!({ "S": format!("o{number}") });
    record
}

pub(super) fn event(records: &[Value]) -> String {
    json!({ "Records": records }).to_string()
}

pub(super) fn done_up_to(failed: &[&str]) -> Posted {
    let failures = failed
        .iter()
        .map(|number| json!({ "itemIdentifier": number }));
    Posted::Response(json!({ "batchItemFailures": failures.collect::<Vec<_>>() }))
}
