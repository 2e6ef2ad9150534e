//! A table's stream in the shape that Lambda delivers.

use dynoxide::DynoxideError;
use serde_json::{Value, json};

use super::dispatch::respond;
use super::{Engine, EngineError};

impl Engine {
    /// Every record of a table's stream since the table was made, oldest first, each as the JSON that Lambda delivers.
    ///
    /// Join them to an event as `[…]`, or let [`records`](crate::stream::records) and a
    /// [`Router`](crate::stream::Router) read them.
    ///
    /// # Errors
    ///
    /// Where there is no such table, or it has no stream.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use dynamo_orm::local;
    /// let engine = local::Engine::memory()?;
    /// let event = format!("[{}]", engine.stream_records("Shop")?.join(","));
    /// # Ok::<(), local::EngineError>(())
    /// ```
    pub fn stream_records(&self, table: &str) -> Result<Vec<String>, EngineError> {
        let described = self.ask("DescribeTable", &json!({"TableName": table}))?;
        let arn = at(&described, "/Table/LatestStreamArn");
        if arn.is_null() {
            return Err(failed("the table has no stream".to_owned()));
        }
        let stream = self.ask("DescribeStream", &json!({"StreamArn": arn}))?;
        let shards = at(&stream, "/StreamDescription/Shards");
        let mut records = Vec::new();
        for shard in shards.as_array().into_iter().flatten() {
            let start = json!({"StreamArn": arn, "ShardId": at(shard, "/ShardId"),
                "ShardIteratorType": "TRIM_HORIZON"});
            let start = self.ask("GetShardIterator", &start)?;
            let mut next = at(&start, "/ShardIterator").clone();
            loop {
                let page = self.ask("GetRecords", &json!({"ShardIterator": next}))?;
                let found = at(&page, "/Records").as_array();
                let Some(found) = found.filter(|found| !found.is_empty()) else {
                    break;
                };
                records.extend(
                    found
                        .iter()
                        .map(|record| delivered(record, arn).to_string()),
                );
                next = at(&page, "/NextShardIterator").clone();
                if next.is_null() {
                    break;
                }
            }
        }
        Ok(records)
    }

    fn ask(&self, operation: &str, body: &Value) -> Result<Value, EngineError> {
        let (status, answer) = respond(self.database(), operation, body.to_string().as_bytes());
        let text = String::from_utf8_lossy(&answer).into_owned();
        match serde_json::from_slice(&answer) {
            Ok(answer) if status == 200 => Ok(answer),
            _ => Err(failed(text)),
        }
    }
}

fn failed(why: String) -> EngineError {
    EngineError(DynoxideError::ValidationException(why))
}

pub(crate) fn at<'a>(value: &'a Value, path: &str) -> &'a Value {
    value.pointer(path).unwrap_or(&Value::Null)
}

/// The stream's own API spells the identity otherwise, and has no ARN in its records.
pub(crate) fn delivered(record: &Value, arn: &Value) -> Value {
    let mut record = record.clone();
    let identity = json!({"type": at(&record, "/userIdentity/Type"),
        "principalId": at(&record, "/userIdentity/PrincipalId")});
    if let Some(members) = record.as_object_mut() {
        members.insert("eventSourceARN".to_owned(), arn.clone());
        if members.contains_key("userIdentity") {
            members.insert("userIdentity".to_owned(), identity);
        }
    }
    record
}
