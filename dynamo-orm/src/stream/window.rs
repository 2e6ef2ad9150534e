//! Tumbling windows: a state that Lambda carries from batch to batch until the window ends (feature `lambda`).

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use lambda_runtime::LambdaEvent;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::error::{Error, Result};
use crate::op::Once;
use crate::schema::{Entity, Table, decode_item};

use super::deadline::Deadline;
use super::failure::Failure;
use super::folding::{Fold, Folding, Step};
use super::lambda::StreamEvent;
use super::outcome::{BatchItemFailure, Outcome};
use super::raw::RawRecord;
use super::record::Record;
use super::router::Router;
use super::view::{NewAndOldImages, View};
use super::window_event::{Window, WindowEvent, encode};

/// What is done with the state of a window that ends.
type Close<'a, S> = Box<
    dyn Fn(Closed<S>) -> Pin<Box<dyn Future<Output = Result<(), Failure>> + Send + 'a>>
        + Send
        + Sync
        + 'a,
>;

/// A stream processor with a state for each shard and window of time: `TumblingWindowInSeconds` of the event source
/// mapping. Made by [`Router::window`].
///
/// Lambda gives the state to each invocation and takes it from the answer, until the window ends. Here the changes of a
/// batch are [folded](Windowed::fold) into it, and at the end it is [closed](Windowed::close). The router's functions run as
/// well, before a record is folded; what they fail for good is not folded.
///
/// The state covers exactly the records that the answer acknowledges: what stands behind a checkpoint is not in it, and
/// comes again. Lambda may still deliver an acknowledged record again, as it says of windows, and nothing but a mark in
/// the table can tell: for exact numbers use an [`Aggregate`](super::Aggregate).
///
/// The last invocation of a window, which may have no records, is processed wholly or not at all: where a record or the
/// close fails, the invocation fails, and Lambda repeats it with the same state.
///
/// **Limits**: the state is at most 1 MB for each shard. A greater one is an error, since Lambda would end the window early;
/// should that happen all the same, what there is is closed, with [`early`](Closed::early).
///
/// The facts are from <https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-windows.html>.
///
/// # Examples
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/model.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> dynamo_orm::Result<()> {
/// use dynamo_orm::stream::{Change, Closed, Deadline, Record, Router};
///
/// #[derive(Serialize, Deserialize, Default)]
/// struct Sales { orders: u32, cents: u64 }
///
/// let sales = Router::<Shop>::new()
///     .window::<Sales>()
///     .fold(|sales, order: &Record<Change<Order>>| {
///         if let Change::Insert { new } = &order.change {
///             sales.orders += 1;
///             sales.cents += new.cents;
///         }
///     })
///     .close(|closed: Closed<Sales>| async move {
///         println!("{:?}: {} orders", closed.window.start, closed.state.orders);
///         Ok(())
///     });
/// // On Lambda: run(service_fn(|event| sales.invoke(event))).
///
/// # let image = r#"{"PK":{"S":"CUSTOMER#ada"},"SK":{"S":"ORDER#0000000001"},"_type":{"S":"Order"},"customer":{"S":"ada"},
/// #   "number":{"N":"1"},"status":{"S":"Open"},"cents":{"N":"5"},"tags":{"SS":["a"]},"lines":{"L":[]}}"#;
/// let event = format!(r#"{{"Records":[{{"eventID":"e1","eventName":"INSERT","dynamodb":{{"SequenceNumber":"1",
///     "Keys":{{"PK":{{"S":"CUSTOMER#ada"}},"SK":{{"S":"ORDER#0000000001"}}}},"NewImage":{image}}}}}],
///   "window":{{"start":"2026-05-06T12:00:00Z","end":"2026-05-06T12:02:00Z"}},"state":{{"orders":2,"cents":10}},
///   "shardId":"shard-1","isFinalInvokeForWindow":false,"isWindowTerminatedEarly":false}}"#);
/// let answer = sales.handle(&event, Deadline::none()).await?;
/// assert_eq!(answer.to_json(), r#"{"state":{"orders":3,"cents":15},"batchItemFailures":[]}"#);
/// # Ok(()) }
/// ```
#[must_use = "a processor does nothing until it is given events"]
pub struct Windowed<'a, T, S, V = NewAndOldImages> {
    router: Router<'a, T, V>,
    folds: Vec<Fold<'a, S>>,
    close: Option<Close<'a, S>>,
}

/// The state of a window that has ended.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Closed<S> {
    /// The state.
    pub state: S,
    /// The window.
    pub window: Window,
    /// The shard. Each has a state of its own.
    pub shard: Option<String>,
    /// The window is not over: Lambda ended it early, and goes on with a fresh state.
    pub early: bool,
    id: String,
}

impl<S> Closed<S> {
    /// The mark under which an effect is made once for this state, for
    /// [`Transaction::once`](crate::Transaction::once): a close is repeated when its invocation fails.
    #[must_use]
    pub fn once(&self, effect: &str) -> Once {
        Once::new(effect, &self.id)
    }
}

/// The answer of a function with a window.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct WindowResponse {
    /// The state for the next invocation. Without it the invocation would have failed.
    pub state: Box<RawValue>,
    /// The checkpoint, if there is one.
    pub batch_item_failures: Vec<BatchItemFailure>,
}

impl WindowResponse {
    /// The response as JSON: `{"state":{…},"batchItemFailures":[]}`.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl<'a, T: Table, V: View> Router<'a, T, V> {
    /// Carries a state from batch to batch: see [`Windowed`]. A window begins with the default.
    pub fn window<S>(self) -> Windowed<'a, T, S, V>
    where
        S: Serialize + DeserializeOwned + Default + Send + 'a,
    {
        Windowed {
            router: self,
            folds: Vec::new(),
            close: None,
        }
    }
}

impl<'a, T, S, V> Windowed<'a, T, S, V>
where
    T: Table,
    S: Serialize + DeserializeOwned + Default + Send + 'a,
    V: View,
{
    /// Adds every change of an `E` to the state, in the order of the batch. A record whose fold panics is the checkpoint.
    pub fn fold<E>(mut self, fold: impl Fn(&mut S, &Record<V::Of<E>>) + Send + Sync + 'a) -> Self
    where
        E: Entity<Table = T>,
        V::Of<E>: Send + 'static,
    {
        let fold = Arc::new(fold);
        self.folds.push(Box::new(move |raw, found| {
            let entity = T::MODEL.entity_of_kind(E::MODEL.kind);
            let sides = found.sides(|found| Some(found) == entity);
            let change = V::read(raw, sides, &|image| decode_item::<E>(image))?;
            Ok(change.map(|change| {
                let record = Record::new(change, Arc::clone(raw));
                let fold = Arc::clone(&fold);
                Box::new(move |state: &mut S| fold(state, &record)) as Step<'a, S>
            }))
        }));
        self
    }

    /// Is given the state when the window ends, or is ended early. It may be called again with the same one: see
    /// [`Closed::once`].
    pub fn close<F>(mut self, close: impl Fn(Closed<S>) -> F + Send + Sync + 'a) -> Self
    where
        F: Future<Output = Result<(), Failure>> + Send + 'a,
    {
        self.close = Some(Box::new(move |closed| Box::pin(close(closed))));
        self
    }

    /// Processes an event, and gives its outcome with the answer for Lambda.
    ///
    /// # Errors
    /// `InvalidRequest` when the payload is no event of a window, the state does not fit its type, or it is too large; when the
    /// window ends, also where a record fails or the close does; otherwise as [`Router::process`].
    pub async fn process(
        &self,
        event: &str,
        deadline: Deadline,
    ) -> Result<(Outcome, WindowResponse)> {
        let event = WindowEvent::read(event)?;
        let last = event.records.last();
        let last = last.and_then(RawRecord::sequence_number).unwrap_or("none");
        let id = format!(
            "{}@{}@{last}",
            event.shard.as_deref().unwrap_or_default(),
            event.start_text
        );
        let folding = Folding {
            folds: &self.folds,
            before: event.state.as_deref(),
            steps: Mutex::default(),
            state: Mutex::new(event.state::<S>()?),
        };
        let outcome = self.router.run(event.records, deadline, Some(&folding));
        let outcome = outcome.await?;
        let state = folding.state.into_inner();
        let mut state = state.unwrap_or_else(PoisonError::into_inner);
        if event.is_final || event.early {
            if let Some(number) = &outcome.checkpoint {
                return Err(Error::invalid(format!(
                    "the record {number} of the last batch of a window was not processed, so the batch has to come again as it is"
                )));
            }
            if let Some(close) = &self.close {
                let closed = Closed {
                    state: std::mem::take(&mut state),
                    window: event.window,
                    shard: event.shard,
                    early: event.early && !event.is_final,
                    id,
                };
                close(closed).await.map_err(|failure| {
                    Error::invalid(format!("the window was not closed: {failure}"))
                })?;
            }
            // Lambda drops it; were it kept, it would be counted twice.
            state = S::default();
        }
        let response = WindowResponse {
            state: encode(&state)?,
            batch_item_failures: outcome.response().batch_item_failures,
        };
        Ok((outcome, response))
    }

    /// As [`process`](Windowed::process), with the answer for Lambda alone.
    ///
    /// # Errors
    /// As [`process`](Windowed::process).
    pub async fn handle(&self, event: &str, deadline: Deadline) -> Result<WindowResponse> {
        Ok(self.process(event, deadline).await?.1)
    }

    /// Processes an invocation: `run(service_fn(|event| windowed.invoke(event)))`.
    ///
    /// # Errors
    /// As [`process`](Windowed::process): the invocation fails.
    pub async fn invoke(
        &self,
        event: LambdaEvent<StreamEvent>,
    ) -> Result<WindowResponse, lambda_runtime::Error> {
        let deadline = Deadline::from(&event.context);
        Ok(self.handle(event.payload.as_json(), deadline).await?)
    }
}

impl<T, S, V> fmt::Debug for Windowed<'_, T, S, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Windowed")
            .field("router", &self.router)
            .field("folds", &self.folds.len())
            .finish_non_exhaustive()
    }
}
