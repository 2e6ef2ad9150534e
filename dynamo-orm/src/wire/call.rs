//! One call: a request out, the decoded member and the metadata of its answer back.

use std::fmt;
use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::ConsumedCapacity;

use super::capture::Sink;
use super::error::CallError;
use super::operations;
use super::pipeline::{Exchange, lock};
use super::request::Request;
use super::scan::Undecodable;

/// Decodes one member of an answer: called with the whole body and the offset where the value
/// starts, it returns what it read and the offset behind the value.
///
/// Called once per successful attempt. A value that does not fit its type belongs inside `T`;
/// an [`Undecodable`] says that the text is not JSON, and leaves the verdict to the SDK.
pub(crate) type Decode<T> =
    Arc<dyn Fn(&str, usize) -> Result<(T, usize), Undecodable> + Send + Sync>;

/// A successful answer.
#[derive(Debug)]
pub(crate) struct Answer<T> {
    /// The decoded member, `None` where the answer has none.
    pub value: Option<T>,
    /// The other members.
    pub meta: Meta,
}

/// What came with a decoded member.
#[derive(Clone, Debug, Default)]
#[expect(dead_code, reason = "batches and transactions will read the rest")]
pub(crate) struct Meta {
    /// How many items `Query` and `Scan` returned.
    pub count: Option<i32>,
    /// How many items `Query` and `Scan` read, before their filter.
    pub scanned: Option<i32>,
    /// The capacity used, a table each, where the request asked for it.
    pub capacity: Vec<ConsumedCapacity>,
    /// The key to continue behind, as wire JSON.
    pub last_evaluated_key: Option<String>,
    /// What a batch left undone (`UnprocessedKeys` or `UnprocessedItems`), as wire JSON; `None`
    /// where nothing is left, or where this is the decoded member.
    pub unprocessed: Option<String>,
    /// `ItemCollectionMetrics` as wire JSON, where the request asked for them.
    pub item_collections: Option<String>,
    /// How many attempts were made, the successful one included.
    pub attempts: u32,
    /// The service's id of the successful attempt.
    pub request_id: Option<String>,
}

/// Sends a request through the SDK and decodes `member` of the answer.
///
/// The client's configuration applies as to the SDK's own calls.
///
/// # Errors
///
/// Every failure of the SDK's, and an answer that did not pass through here ([`CallError`]).
pub(crate) async fn send<T: Send + 'static>(
    client: &Client,
    request: &Request,
    member: &'static str,
    decode: Decode<T>,
) -> Result<Answer<T>, CallError> {
    let slot = Arc::new(Slot {
        decode,
        value: Mutex::new(None),
    });
    let meta = exchange(client, request, member, Arc::clone(&slot) as _).await?;
    let value = lock(&slot.value).take();
    Ok(Answer { value, meta })
}

/// The part of [`send`] that knows no type, compiled once.
async fn exchange(
    client: &Client,
    request: &Request,
    member: &'static str,
    sink: Arc<dyn Sink>,
) -> Result<Meta, CallError> {
    let layer = operations::layer(request.operation());
    let exchange = Exchange::new(request.body().to_owned(), member, sink, layer);
    let calling = operations::start(
        client,
        request.operation(),
        request.table(),
        Arc::clone(&exchange),
    );
    let rest = calling.await?;
    let attempts = exchange.attempts();
    let captured = exchange.take_captured();
    if !captured.read {
        let unreadable = captured.unreadable;
        return Err(CallError::bypassed(unreadable, rest.request_id, attempts));
    }
    Ok(Meta {
        count: rest.count,
        scanned: rest.scanned,
        capacity: rest.capacity,
        last_evaluated_key: captured.last_evaluated_key,
        unprocessed: captured.unprocessed,
        item_collections: captured.item_collections,
        attempts,
        request_id: rest.request_id,
    })
}

/// Where a decoded value waits for the SDK to be done.
struct Slot<T> {
    decode: Decode<T>,
    value: Mutex<Option<T>>,
}

impl<T: Send> Sink for Slot<T> {
    fn decode(&self, text: &str, offset: usize) -> Result<usize, Undecodable> {
        let (value, end) = (self.decode)(text, offset)?;
        *lock(&self.value) = Some(value);
        Ok(end)
    }

    fn clear(&self) {
        lock(&self.value).take();
    }
}

impl<T> fmt::Debug for Slot<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slot").finish_non_exhaustive()
    }
}
