//! A table's stream, read shard by shard from an endpoint.

use std::time::Duration;

use serde_json::{Value, json};

use super::batch::sequence_number;
use crate::cli::Failure;
use crate::cli::http::{Url, post};
use crate::local::{at, delivered};

/// The first wait where the service asks for fewer requests; each further one is twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(50);
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// How long an answer may take.
const ANSWER: Duration = Duration::from_mins(1);

/// The stream of a table.
#[derive(Debug)]
pub(super) struct Source {
    endpoint: Url,
    arn: Value,
    authorization: String,
}

/// How far a shard is read.
#[derive(Debug)]
pub(super) struct Shard {
    id: String,
    iterator: Option<Value>,
    last: Option<String>,
    closed: bool,
}

impl Shard {
    pub(super) fn new(id: String) -> Self {
        Self {
            id,
            iterator: None,
            last: None,
            closed: false,
        }
    }

    /// Whether it is read to its end.
    pub(super) fn is_closed(&self) -> bool {
        self.closed
    }
}

impl Source {
    pub(super) async fn of_table(endpoint: &Url, table: &str) -> Result<Self, Failure> {
        let variable = |name: &str, otherwise: &str| {
            let value = std::env::var(name).ok().filter(|value| !value.is_empty());
            value.unwrap_or_else(|| otherwise.to_owned())
        };
        let (key, region) = (
            variable("AWS_ACCESS_KEY_ID", "local"),
            variable("AWS_REGION", "us-east-1"),
        );
        // DynamoDB Local keeps tables apart by key and region, and checks no signature.
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential={key}/20260101/{region}/dynamodb/aws4_request, SignedHeaders=host, \
             Signature=none"
        );
        let mut source = Self {
            endpoint: endpoint.clone(),
            arn: Value::Null,
            authorization,
        };
        let target = "DynamoDB_20120810.DescribeTable";
        let described = source.ask(target, &json!({"TableName": table})).await?;
        source.arn = at(&described, "/Table/LatestStreamArn").clone();
        if source.arn.is_null() {
            return Err(Failure(format!(
                "the table `{table}` has no stream; declare it with `stream = NewAndOldImages`"
            )));
        }
        Ok(source)
    }

    pub(super) fn arn(&self) -> &str {
        self.arn.as_str().unwrap_or_default()
    }

    /// Every shard, with its parent.
    pub(super) async fn shards(&self) -> Result<Vec<(String, Option<String>)>, Failure> {
        let mut shards = Vec::new();
        let mut after = Value::Null;
        loop {
            let mut ask = json!({"StreamArn": self.arn});
            if let (Some(members), false) = (ask.as_object_mut(), after.is_null()) {
                members.insert("ExclusiveStartShardId".to_owned(), after);
            }
            let stream = self.streams("DescribeStream", &ask).await?;
            let found = at(&stream, "/StreamDescription/Shards").as_array();
            for found in found.into_iter().flatten() {
                let text = |name| at(found, name).as_str().map(str::to_owned);
                shards.extend(text("/ShardId").map(|id| (id, text("/ParentShardId"))));
            }
            after = at(&stream, "/StreamDescription/LastEvaluatedShardId").clone();
            if after.is_null() {
                return Ok(shards);
            }
        }
    }

    /// The next records of a shard, in Lambda's shape.
    pub(super) async fn read(&self, shard: &mut Shard, most: u32) -> Result<Vec<Value>, Failure> {
        let page = loop {
            let iterator = match shard.iterator.take() {
                Some(iterator) => Ok(iterator),
                None => self.iterator(shard).await,
            };
            let page = match iterator {
                Ok(iterator) => {
                    let ask = json!({"ShardIterator": iterator, "Limit": most});
                    self.streams("GetRecords", &ask).await
                }
                Err(refused) => Err(refused),
            };
            match page {
                Ok(page) => break page,
                // The function took longer than an iterator lives.
                Err(failure) if failure.0.contains("ExpiredIteratorException") => {}
                Err(failure) if failure.0.contains("TrimmedDataAccessException") => {
                    eprintln!(
                        "dynamo: records of {} were deleted before they were delivered",
                        shard.id
                    );
                    shard.last = None;
                }
                Err(failure) => return Err(failure),
            }
        };
        let records = at(&page, "/Records").as_array();
        let records = records.into_iter().flatten();
        let records: Vec<_> = records.map(|record| delivered(record, &self.arn)).collect();
        if let Some(last) = records.last().and_then(sequence_number) {
            shard.last = Some(last.to_owned());
        }
        let next = at(&page, "/NextShardIterator");
        shard.closed = next.is_null();
        shard.iterator = Some(next.clone()).filter(|next| !next.is_null());
        Ok(records)
    }

    async fn iterator(&self, shard: &Shard) -> Result<Value, Failure> {
        let start = match &shard.last {
            Some(last) => json!({"StreamArn": self.arn, "ShardId": shard.id,
                "ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": last}),
            None => json!({"StreamArn": self.arn, "ShardId": shard.id,
                "ShardIteratorType": "TRIM_HORIZON"}),
        };
        let start = self.streams("GetShardIterator", &start).await?;
        Ok(at(&start, "/ShardIterator").clone())
    }

    /// Asks again, after a wait, where the service asks for fewer requests.
    async fn streams(&self, operation: &str, body: &Value) -> Result<Value, Failure> {
        let target = format!("DynamoDBStreams_20120810.{operation}");
        let mut wait = FIRST_WAIT;
        loop {
            let answer = self.ask(&target, body).await;
            let throttled = |failure: &Failure| failure.0.contains("LimitExceededException");
            if !answer.as_ref().is_err_and(throttled) || wait > LONGEST_WAIT {
                return answer;
            }
            tokio::time::sleep(wait).await;
            wait *= 2;
        }
    }

    async fn ask(&self, target: &str, body: &Value) -> Result<Value, Failure> {
        let headers = [
            ("content-type", "application/x-amz-json-1.0"),
            ("x-amz-target", target),
            ("authorization", &self.authorization),
        ];
        let answer = post(&self.endpoint, &headers, body.to_string(), ANSWER).await?;
        let refused = || {
            let text = String::from_utf8_lossy(&answer.body);
            Failure(format!("{target} was refused: {} {text}", answer.status))
        };
        if answer.status != 200 {
            return Err(refused());
        }
        serde_json::from_slice(&answer.body).map_err(|_| refused())
    }
}
