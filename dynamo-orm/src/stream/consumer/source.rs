//! The calls of the Streams API, and what their refusals mean to a consumer.

use aws_sdk_dynamodbstreams::Client;
use aws_sdk_dynamodbstreams::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodbstreams::operation::RequestId;
use aws_sdk_dynamodbstreams::types::ShardIteratorType;

use super::super::raw::RawRecord;
use super::delivered::delivered;
use crate::error::{Error, ErrorKind, Result};

/// Codes by which the service asks for fewer requests.
const THROTTLING: [&str; 4] = [
    "LimitExceededException",
    "ThrottlingException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
];

/// The stream of a table. The futures of the SDK's operations are large, so each has its own box.
#[derive(Clone, Debug)]
pub(super) struct Source {
    client: Client,
    arn: String,
}

/// Why a shard gave nothing.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The iterator is older than 15 minutes.
    Expired,
    /// What it points to was deleted after its 24 hours.
    Trimmed,
    /// There is no such shard, or no such stream.
    Gone(Error),
    /// Anything else.
    Failed(Error),
}

/// What a call of `GetRecords` gave.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) records: Vec<RawRecord>,
    /// `None` at the end of a closed shard.
    pub(super) next: Option<String>,
}

impl Source {
    pub(super) fn new(client: Client, arn: String) -> Self {
        Self { client, arn }
    }

    /// Every shard with its parent: `DescribeStream`, page by page.
    pub(super) async fn shards(&self) -> Result<Vec<(String, Option<String>)>, Refusal> {
        let mut shards = Vec::new();
        let mut after = None;
        loop {
            let ask = self.client.describe_stream().stream_arn(&self.arn);
            let ask = ask.set_exclusive_start_shard_id(after);
            let page = Box::pin(ask.send()).await.map_err(refusal)?;
            let page = page.stream_description;
            let Some(page) = page else {
                return Ok(shards);
            };
            let found = page.shards.unwrap_or_default().into_iter();
            let named = found.filter_map(|shard| Some((shard.shard_id?, shard.parent_shard_id)));
            shards.extend(named);
            after = page.last_evaluated_shard_id;
            if after.is_none() {
                return Ok(shards);
            }
        }
    }

    /// An iterator behind a record, or at the oldest one there is.
    pub(super) async fn iterator(
        &self,
        shard: &str,
        behind: Option<&str>,
    ) -> Result<String, Refusal> {
        let kind = match behind {
            Some(_) => ShardIteratorType::AfterSequenceNumber,
            None => ShardIteratorType::TrimHorizon,
        };
        let ask = self.client.get_shard_iterator().stream_arn(&self.arn);
        let ask = ask.shard_id(shard).shard_iterator_type(kind);
        let ask = ask.set_sequence_number(behind.map(str::to_owned));
        let answer = Box::pin(ask.send()).await.map_err(refusal)?;
        answer.shard_iterator.ok_or_else(|| {
            let missing = "GetShardIterator gave no iterator";
            Refusal::Failed(Error::new(ErrorKind::Transport, missing))
        })
    }

    /// Whether a shard is there, whatever listings say: `GetShardIterator`.
    pub(super) async fn has(&self, shard: &str) -> Result<bool> {
        match self.iterator(shard, None).await {
            Ok(_) | Err(Refusal::Trimmed | Refusal::Expired) => Ok(true),
            Err(Refusal::Gone(_)) => Ok(false),
            Err(Refusal::Failed(error)) => Err(error),
        }
    }

    pub(super) async fn records(&self, iterator: &str, most: i32) -> Result<Batch, Refusal> {
        let ask = self.client.get_records().shard_iterator(iterator);
        let answer = Box::pin(ask.limit(most).send()).await.map_err(refusal)?;
        let records = answer.records.unwrap_or_default();
        let text = |record| RawRecord::parse(&delivered(record, &self.arn));
        Ok(Batch {
            records: records.iter().map(text).collect(),
            next: answer.next_shard_iterator,
        })
    }
}

/// Whether the same request may succeed later: the network, a throttle, a fault of the service's own.
pub(super) fn may_pass(error: &Error) -> bool {
    error.is_retryable() || error.code() == Some("InternalServerError")
}

fn refusal<E, R>(failure: SdkError<E, R>) -> Refusal
where
    E: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
    SdkError<E, R>: RequestId,
{
    let code = failure.code().map(str::to_owned);
    let kind = match (&failure, code.as_deref()) {
        (_, Some("ExpiredIteratorException")) => return Refusal::Expired,
        (_, Some("TrimmedDataAccessException")) => return Refusal::Trimmed,
        (_, Some(code)) if THROTTLING.contains(&code) => ErrorKind::Throttled,
        (SdkError::TimeoutError(_), _) => ErrorKind::Timeout,
        (SdkError::ServiceError(_), Some(_)) | (SdkError::ConstructionFailure(_), _) => {
            ErrorKind::Service
        }
        _ => ErrorKind::Transport,
    };
    let message = match (&code, failure.message()) {
        (Some(code), Some(message)) => format!("{code}: {message}"),
        (Some(code), None) => code.clone(),
        (None, _) => format!("the stream cannot be read: {failure}"),
    };
    let id = failure.request_id().map(str::to_owned);
    let gone = code.as_deref() == Some("ResourceNotFoundException");
    let error = Error::new(kind, message)
        .with_code(code)
        .with_request_id(id)
        .with_source(failure.into_source().ok());
    if gone {
        Refusal::Gone(error)
    } else {
        Refusal::Failed(error)
    }
}

impl From<Refusal> for Error {
    /// For calls that need neither an iterator nor a shard.
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Gone(error) | Refusal::Failed(error) => error,
            other => Error::new(ErrorKind::Service, format!("the stream refused: {other:?}")),
        }
    }
}
