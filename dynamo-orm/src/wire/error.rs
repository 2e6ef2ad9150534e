//! Every way a call can fail, with what the service said already taken out.

use std::{error, fmt};

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::RequestId;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use super::pipeline::Exchange;

/// Codes by which the service asks for fewer requests; the SDK backed off before it gave up.
const THROTTLING: [&str; 7] = [
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ThrottlingException",
    "Throttling",
    "ThrottledException",
    "RequestThrottledException",
    "TooManyRequestsException",
];

/// Where a call failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub(crate) enum Class {
    /// The service refused the request.
    Service,
    /// The service refused it for its rate, after the SDK's retries.
    Throttled,
    /// A timeout of the client's configuration passed.
    Timeout,
    /// The request was not built or did not get out.
    Dispatch,
    /// There was an answer, but none that can be read.
    Response,
}

/// Why one action of a transaction was, or was not, the cause of its cancellation.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Reason {
    /// `None` for an action that was in order, else `ConditionalCheckFailed` and the like.
    pub code: String,
    /// The service's words.
    pub message: Option<String>,
    /// The item as it was, in wire JSON, where the action asked for it.
    pub item: Option<String>,
}

/// Every failure of a call.
///
/// `Debug` and `Display` show no item; [`source`](Self::source) may.
pub(crate) struct CallError {
    /// Where the call failed.
    pub class: Class,
    /// The service's error code without its namespace, `ConditionalCheckFailedException` say.
    pub code: Option<String>,
    /// The service's message, or the whole chain of the SDK's.
    pub message: String,
    /// The status of the last answer.
    pub status: Option<u16>,
    /// The service's id of the last attempt.
    pub request_id: Option<String>,
    /// How many attempts were made.
    pub attempts: u32,
    /// The item of a `ConditionalCheckFailedException` in wire JSON, where it was asked for.
    pub old_item: Option<String>,
    /// One reason per action of a `TransactionCanceledException`, in their order.
    pub cancellation_reasons: Option<Vec<Reason>>,
    /// The SDK's error.
    pub source: Option<Box<dyn error::Error + Send + Sync>>,
}

impl CallError {
    /// Takes an SDK error apart.
    pub(super) fn from_sdk<E>(failure: SdkError<E, HttpResponse>, exchange: &Exchange) -> Self
    where
        E: error::Error + ProvideErrorMetadata + Send + Sync + 'static,
    {
        let captured = exchange.take_captured();
        let code = failure.code().map(str::to_owned);
        let status = failure.raw_response().map(|raw| raw.status().as_u16());
        let class = match &failure {
            SdkError::ServiceError(_) => match code.as_deref() {
                Some(code) if THROTTLING.contains(&code) => Class::Throttled,
                Some(_) => Class::Service,
                None => Class::Response,
            },
            SdkError::TimeoutError(_) => Class::Timeout,
            SdkError::DispatchFailure(failure) if failure.is_timeout() => Class::Timeout,
            SdkError::ResponseError(_) => Class::Response,
            _ => Class::Dispatch,
        };
        let message = match failure.message() {
            Some(message) => message.to_owned(),
            None if code.is_some() => String::new(),
            None => chain(&failure),
        };
        Self {
            class,
            message,
            status,
            request_id: failure.request_id().map(str::to_owned),
            attempts: exchange.attempts(),
            old_item: captured.old_item,
            cancellation_reasons: captured.reasons,
            source: match failure {
                SdkError::ServiceError(service) => Some(Box::new(service.into_err())),
                other => other.into_source().ok(),
            },
            code,
        }
    }

    /// The SDK reported success, but nothing passed through this library's deserializer: another
    /// interceptor replaced it, or the body is JSON only to the SDK.
    pub(super) fn bypassed(
        unreadable: Option<impl error::Error + Send + Sync + 'static>,
        request_id: Option<String>,
        attempts: u32,
    ) -> Self {
        Self {
            class: Class::Response,
            code: None,
            message: match &unreadable {
                Some(why) => format!("the answer cannot be read: {why}"),
                None => "the answer bypassed this library's deserializer".to_owned(),
            },
            status: None,
            request_id,
            attempts,
            old_item: None,
            cancellation_reasons: None,
            source: unreadable.map(|why| Box::new(why) as Box<_>),
        }
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.code.as_deref(), self.message.as_str()) {
            (Some(code), "") => f.write_str(code),
            (Some(code), message) => write!(f, "{code}: {message}"),
            (None, message) => f.write_str(message),
        }
    }
}

impl fmt::Debug for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallError")
            .field("class", &self.class)
            .field("code", &self.code)
            .field("message", &self.message)
            .field("status", &self.status)
            .field("request_id", &self.request_id)
            .field("attempts", &self.attempts)
            .field("cancellation_reasons", &self.cancellation_reasons)
            .finish_non_exhaustive()
    }
}

impl error::Error for CallError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

impl fmt::Debug for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reason")
            .field("code", &self.code)
            .field("message", &self.message)
            .finish_non_exhaustive()
    }
}

/// The messages of an error and its sources; the SDK's outermost ones say little.
fn chain(failure: &dyn error::Error) -> String {
    let mut text = failure.to_string();
    let mut source = failure.source();
    while let Some(inner) = source {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        source = inner.source();
    }
    text
}
