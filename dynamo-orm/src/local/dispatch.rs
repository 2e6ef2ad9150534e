//! One request of the JSON protocol, answered by the engine's typed operations.

use dynoxide::actions::update_item::{UpdateItemRequest, UpdateItemResponse};
use dynoxide::{Database, DynoxideError};

/// Refuses an operation that only the cloud has, as AWS refuses one it does not know.
pub(super) const UNKNOWN_OPERATION: &[u8] =
    br#"{"__type":"com.amazon.coral.service#UnknownOperationException"}"#;

/// The message with which the service refuses `{"PK": {}}`.
const EMPTY_VALUE: &str =
    "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes";

/// The status and body with which the service would answer.
pub(super) fn respond(database: &Database, operation: &str, body: &[u8]) -> (u16, Vec<u8>) {
    match dispatch(database, operation, body) {
        Ok(json) if operation == "GetRecords" => (200, with_user_identity(&json)),
        Ok(json) => (200, json),
        Err(DynoxideError::UnsupportedCapability(_)) => (400, UNKNOWN_OPERATION.to_vec()),
        Err(refusal) => {
            let refusal = enveloped(operation, refusal);
            (refusal.status_code(), refusal.to_json().into_bytes())
        }
    }
}

fn dispatch(database: &Database, operation: &str, body: &[u8]) -> Result<Vec<u8>, DynoxideError> {
    macro_rules! call {
        ($method:ident) => {
            call!(|request| database.$method(request))
        };
        (|$request:ident| $answer:expr) => {{
            let $request = serde_json::from_slice(body).map_err(|broken| refusal(&broken))?;
            let answer = $answer?;
            serde_json::to_vec(&answer)
                .map_err(|broken| DynoxideError::InternalServerError(broken.to_string()))
        }};
    }
    match operation {
        "CreateTable" => call!(create_table),
        "DeleteTable" => call!(delete_table),
        "DescribeTable" => call!(describe_table),
        "ListTables" => call!(list_tables),
        "UpdateTable" => call!(update_table),
        "PutItem" => call!(put_item),
        "GetItem" => call!(get_item),
        "DeleteItem" => call!(delete_item),
        "UpdateItem" => call!(|request| update_item(database, request)),
        "Query" => call!(query),
        "Scan" => call!(scan),
        "BatchGetItem" => call!(batch_get_item),
        "BatchWriteItem" => call!(batch_write_item),
        "TransactGetItems" => call!(transact_get_items),
        "TransactWriteItems" => call!(transact_write_items),
        "ListStreams" => call!(list_streams),
        "DescribeStream" => call!(describe_stream),
        "GetShardIterator" => call!(get_shard_iterator),
        "GetRecords" => call!(get_records),
        "UpdateTimeToLive" => call!(update_time_to_live),
        "DescribeTimeToLive" => call!(describe_time_to_live),
        "ExecuteStatement" => call!(execute_statement),
        "ExecuteTransaction" => call!(execute_transaction),
        "BatchExecuteStatement" => call!(batch_execute_statement),
        "TagResource" => call!(tag_resource),
        "UntagResource" => call!(untag_resource),
        "ListTagsOfResource" => call!(list_tags_of_resource),
        "SearchVectors" => call!(search_vectors),
        _ => Err(DynoxideError::UnsupportedCapability(operation.to_owned())),
    }
}

/// dynoxide 3.2.0 gives the key as the old item where there was none, and the service gives nothing.
///
/// An old item that was nothing but its key is taken for none, too.
fn update_item(
    database: &Database,
    request: UpdateItemRequest,
) -> Result<UpdateItemResponse, DynoxideError> {
    let old = request.return_values.as_deref() == Some("ALL_OLD");
    let key = request.key.clone();
    let mut answer = database.update_item(request)?;
    if old && answer.attributes.as_ref() == Some(&key) {
        answer.attributes = None;
    }
    Ok(answer)
}

/// The service's error for a body that does not decode.
///
/// dynoxide marks the class of a refused value by a prefix of the message; its own HTTP layer,
/// which is private, takes it off just like this.
fn refusal(broken: &serde_json::Error) -> DynoxideError {
    use DynoxideError::{EnvelopedValidation, SerializationException, ValidationException};
    type Refuse = fn(String) -> DynoxideError;
    const MARKS: [(&str, bool, Refuse); 5] = [
        ("SERIALIZATION_AS_READ:", true, SerializationException),
        ("VALIDATION_AS_READ:", true, ValidationException),
        ("SERIALIZATION:", false, SerializationException),
        ("VALIDATION_REQUEST:", false, EnvelopedValidation),
        ("VALIDATION:", false, ValidationException),
    ];
    const INVALID: [&str; 4] = [
        "missing field",
        "unknown variant",
        "invalid type: null",
        "Supplied AttributeValue",
    ];
    let whole = broken.to_string();
    let message = whole
        .rsplit_once(" at line ")
        .map_or(whole.as_str(), |(message, _)| message);
    for (mark, with_position, refuse) in MARKS {
        let text = if with_position {
            whole.as_str()
        } else {
            message
        };
        if let Some(message) = text.strip_prefix(mark) {
            return refuse(message.to_owned());
        }
    }
    if message.contains("empty AttributeValue") {
        ValidationException(EMPTY_VALUE.to_owned())
    } else if INVALID.iter().any(|sign| message.contains(sign)) {
        ValidationException(message.to_owned())
    } else {
        SerializationException(message.to_owned())
    }
}

/// The three single writes put some refusals in an envelope; the other operations do not.
fn enveloped(operation: &str, refusal: DynoxideError) -> DynoxideError {
    const ENVELOPE: &str = "1 validation error detected: ";
    let DynoxideError::EnvelopedValidation(message) = refusal else {
        return refusal;
    };
    let single_write = matches!(operation, "PutItem" | "UpdateItem" | "DeleteItem");
    DynoxideError::ValidationException(if single_write && !message.starts_with(ENVELOPE) {
        format!("{ENVELOPE}{message}")
    } else {
        message
    })
}

/// dynoxide 3.2.0 writes the identity behind a time to live delete in lower case, where the SDK
/// reads the service's `Type` and `PrincipalId`.
fn with_user_identity(json: &[u8]) -> Vec<u8> {
    String::from_utf8_lossy(json)
        .replace(
            r#""userIdentity":{"type":"Service","principalId":"#,
            r#""userIdentity":{"Type":"Service","PrincipalId":"#,
        )
        .into_bytes()
}

#[cfg(test)]
mod tests {
    use dynoxide::storage_backend::ManualClock;
    use serde_json::{Value, json};

    use super::*;

    fn call(database: &Database, operation: &str, body: &Value) -> Value {
        let (status, json) = respond(database, operation, body.to_string().as_bytes());
        let json: Value = serde_json::from_slice(&json).unwrap();
        assert_eq!(status, 200, "{operation}: {json}");
        json
    }

    #[test]
    fn a_time_to_live_delete_names_the_service_in_its_stream_record() {
        let clock = ManualClock::new(1_000);
        let database = Database::memory_with_clock(clock.arc()).unwrap();
        let created = json!({"TableName": "Shop", "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "PK", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "PK", "KeyType": "HASH"}],
            "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "OLD_IMAGE"}});
        let created = call(&database, "CreateTable", &created);
        let expires = json!({"TableName": "Shop",
            "TimeToLiveSpecification": {"AttributeName": "at", "Enabled": true}});
        call(&database, "UpdateTimeToLive", &expires);
        let put = json!({"TableName": "Shop", "Item": {"PK": {"S": "a"}, "at": {"N": "1500"}}});
        call(&database, "PutItem", &put);
        clock.set(2_000);
        assert_eq!(database.sweep_ttl().unwrap(), 1);

        let arn = &created["TableDescription"]["LatestStreamArn"];
        let stream = call(&database, "DescribeStream", &json!({"StreamArn": arn}));
        let shard = &stream["StreamDescription"]["Shards"][0]["ShardId"];
        let start = json!({"StreamArn": arn, "ShardId": shard,
            "ShardIteratorType": "TRIM_HORIZON"});
        let start = call(&database, "GetShardIterator", &start);
        let records = json!({"ShardIterator": start["ShardIterator"]});
        let records = call(&database, "GetRecords", &records);
        assert_eq!(
            records["Records"][1]["userIdentity"],
            json!({"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"})
        );
    }

    #[test]
    fn a_body_that_does_not_decode_is_refused_in_the_services_classes() {
        let database = Database::memory().unwrap();
        for (operation, body, error) in [
            ("PutItem", "{", "SerializationException"),
            ("PutItem", "{}", "ValidationException"),
            ("Fly", "{}", "UnknownOperationException"),
        ] {
            let (status, json) = respond(&database, operation, body.as_bytes());
            let json: Value = serde_json::from_slice(&json).unwrap();
            assert_eq!(status, 400);
            assert!(json["__type"].as_str().unwrap().ends_with(error), "{json}");
        }
    }
}
