//! A streams endpoint with shards that split, iterators that expire, records that are trimmed.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use dynamo_orm::local::Tap;
use serde_json::{Value, json};

use crate::event::sequence;

pub(crate) const ARN: &str =
    "arn:aws:dynamodb:eu-west-1:123456789012:table/Shop/stream/2026-01-01T00:00:00.000";

/// The endpoint. Clones share its shards.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fake(Arc<Mutex<State>>);

#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) shards: Vec<Shard>,
    /// What the next calls of `GetRecords` answer instead.
    pub(crate) faults: VecDeque<Fault>,
    records: usize,
    opened: usize,
    iterators: Vec<(String, usize)>,
    /// Iterators before this one have expired.
    expired: usize,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Shard {
    pub(crate) id: String,
    pub(crate) parent: Option<String>,
    pub(crate) records: Vec<Value>,
    pub(crate) closed: bool,
    /// So many of its records are gone.
    pub(crate) trimmed: usize,
    /// Listings leave it out.
    pub(crate) unlisted: bool,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    None,
    Expired,
    Throttled,
    Broken,
    Empty,
}

impl Fake {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    pub(crate) fn client(&self) -> aws_sdk_dynamodbstreams::Client {
        Tap::new(self.clone()).streams_client()
    }
}

impl State {
    pub(crate) fn shard(&mut self, id: &str) -> &mut Shard {
        self.shards.iter_mut().find(|shard| shard.id == id).unwrap()
    }

    /// A new shard; its name sorts behind those before it.
    pub(crate) fn open(&mut self, parent: Option<&str>) -> String {
        let id = format!("shardId-{:020}-{:08x}", 1_700_000_000 + self.opened, 7);
        self.opened += 1;
        self.shards.push(Shard {
            id: id.clone(),
            parent: parent.map(str::to_owned),
            ..Shard::default()
        });
        id
    }

    pub(crate) fn expire_iterators(&mut self) {
        self.expired = self.iterators.len();
    }

    /// Adds a record, with the next sequence number.
    pub(crate) fn write(&mut self, shard: &str, mut record: Value) {
        record["dynamodb"]["SequenceNumber"] = json!(sequence(self.records));
        record["eventID"] = json!(format!("e{}", self.records));
        self.records += 1;
        self.shard(shard).records.push(record);
    }

    fn answer(&mut self, operation: &str, ask: &Value) -> Result<Value, &'static str> {
        let text = |name: &str| ask[name].as_str().map(str::to_owned);
        match operation {
            "DescribeStream" => {
                let after = text("ExclusiveStartShardId");
                let at = after.map(|id| self.shards.iter().position(|shard| shard.id == id));
                let from = at.map_or(0, |at| at.unwrap() + 1);
                // Pages are short, and the newest shards come first in them.
                let until = self.shards.len().min(from + 2);
                let page = self.shards[from..until]
                    .iter()
                    .rev()
                    .filter(|shard| !shard.unlisted);
                let page = page.map(|shard| {
                    json!({"ShardId": shard.id, "ParentShardId": shard.parent,
                        "SequenceNumberRange": {"StartingSequenceNumber": sequence(0)}})
                });
                let page: Vec<Value> = page.collect();
                let last = (until < self.shards.len()).then(|| self.shards[until - 1].id.clone());
                Ok(
                    json!({"StreamDescription": {"StreamArn": ARN, "Shards": page,
                    "LastEvaluatedShardId": last}}),
                )
            }
            "GetShardIterator" => {
                let id = text("ShardId").unwrap();
                let shard = self.shards.iter().find(|shard| shard.id == id);
                let shard = shard.ok_or("ResourceNotFoundException")?;
                let position = match text("SequenceNumber") {
                    None => shard.trimmed,
                    Some(number) => {
                        let is_it = |r: &Value| r["dynamodb"]["SequenceNumber"] == json!(number);
                        shard.records.iter().position(is_it).unwrap() + 1
                    }
                };
                if position < shard.trimmed {
                    return Err("TrimmedDataAccessException");
                }
                self.iterators.push((id, position));
                Ok(json!({"ShardIterator": (self.iterators.len() - 1).to_string()}))
            }
            _ => self.records(ask),
        }
    }

    fn records(&mut self, ask: &Value) -> Result<Value, &'static str> {
        let fault = self.faults.pop_front().unwrap_or(Fault::None);
        let iterator: usize = ask["ShardIterator"].as_str().unwrap().parse().unwrap();
        let (id, position) = self.iterators[iterator].clone();
        match fault {
            _ if iterator < self.expired => return Err("ExpiredIteratorException"),
            Fault::Expired => return Err("ExpiredIteratorException"),
            Fault::Throttled => return Err("LimitExceededException"),
            Fault::Broken => return Err("InternalServerError"),
            Fault::None | Fault::Empty => {}
        }
        let shard = self.shards.iter().find(|shard| shard.id == id);
        let shard = shard.ok_or("ResourceNotFoundException")?;
        if position < shard.trimmed {
            return Err("TrimmedDataAccessException");
        }
        let most = match fault {
            Fault::Empty => 0,
            _ => usize::try_from(ask["Limit"].as_u64().unwrap()).unwrap(),
        };
        let until = shard.records.len().min(position + most);
        let records = shard.records[position..until].to_vec();
        let over = shard.closed && until == shard.records.len();
        self.iterators.push((id, until));
        let next = (!over).then(|| (self.iterators.len() - 1).to_string());
        Ok(json!({"Records": records, "NextShardIterator": next}))
    }
}

impl HttpClient for Fake {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Fake {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let fake = self.clone();
        HttpConnectorFuture::new(async move {
            tokio::task::yield_now().await;
            let target = request.headers().get("x-amz-target").unwrap();
            let (_, operation) = target.split_once("Streams_20120810.").unwrap();
            let ask = serde_json::from_slice(request.body().bytes().unwrap()).unwrap();
            let answer = fake.state().answer(operation, &ask);
            tokio::task::yield_now().await;
            let (status, body) = match answer {
                Ok(answer) => (200, answer),
                Err("InternalServerError") => (500, json!({"__type": "x#InternalServerError"})),
                Err(code) => (
                    400,
                    json!({"__type": format!("x#{code}"), "message": "told to"}),
                ),
            };
            let status = StatusCode::try_from(status).unwrap();
            Ok(HttpResponse::new(status, SdkBody::from(body.to_string())))
        })
    }
}

/// An engine that lets others run before it is asked and before it is heard, so that a call can end in between.
#[derive(Clone, Debug)]
pub(crate) struct Slow(pub(crate) dynamo_orm::local::Engine);

impl HttpClient for Slow {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Slow {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let engine = self.0.clone();
        HttpConnectorFuture::new(async move {
            tokio::task::yield_now().await;
            let answer = engine.call(request).await;
            tokio::task::yield_now().await;
            answer
        })
    }
}
