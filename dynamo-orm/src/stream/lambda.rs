//! Lambda's own types: its event, its context, the records of `aws_lambda_events` (feature `lambda`).

use aws_lambda_events::event::dynamodb::EventRecord;
use lambda_runtime::{Context, LambdaEvent};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::error::{Error, ErrorKind, Result};
use crate::schema::Table;

use super::deadline::Deadline;
use super::outcome::BatchResponse;
use super::raw::RawRecord;
use super::router::Router;
use super::view::View;

/// An event of a stream as Lambda delivers it, not read yet: a record that cannot be read is then a failure of that
/// record, not of the invocation.
#[derive(Debug)]
pub struct StreamEvent(Box<RawValue>);

impl StreamEvent {
    /// The event's JSON.
    #[must_use]
    pub fn as_json(&self) -> &str {
        self.0.get()
    }
}

impl<'de> Deserialize<'de> for StreamEvent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::<RawValue>::deserialize(deserializer).map(Self)
    }
}

impl<T: Table, V: View> Router<'_, T, V> {
    /// Processes an invocation: `run(service_fn(|event| router.invoke(event)))`.
    ///
    /// # Errors
    /// As [`process`](Router::process): the invocation fails.
    pub async fn invoke(
        &self,
        event: LambdaEvent<StreamEvent>,
    ) -> Result<BatchResponse, lambda_runtime::Error> {
        let deadline = Deadline::from(&event.context);
        Ok(self.handle(event.payload.as_json(), deadline).await?)
    }
}

impl From<&Context> for Deadline {
    fn from(context: &Context) -> Self {
        Self::at(context.deadline())
    }
}

impl TryFrom<&EventRecord> for RawRecord {
    type Error = Error;

    /// A record that `aws_lambda_events` has read already, by way of its JSON.
    ///
    /// A time that was absent is the start of 1970 there, and empty images cannot be told from absent ones.
    fn try_from(record: &EventRecord) -> Result<Self> {
        let json = serde_json::to_string(record)
            .map_err(|error| Error::new(ErrorKind::Encode, error.to_string()))?;
        Ok(Self::parse(&json))
    }
}
