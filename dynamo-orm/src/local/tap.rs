//! A tap on the line: records requests, answers some of them itself.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_sdk_dynamodb::Client;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

use super::connector;

/// A request that passed a [`Tap`]; every attempt of a retried call counts.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Passed {
    /// The API action, `PutItem` say.
    pub operation: String,
    /// The body, in DynamoDB's JSON.
    pub body: String,
}

/// Stands before an engine, or any other HTTP client of the SDK's, for tests: it records every
/// request, and answers the next one of an operation as it was told.
///
/// Clones share the record and the answers.
#[derive(Clone)]
pub struct Tap {
    inner: Option<SharedHttpClient>,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    passed: Vec<Passed>,
    prepared: HashMap<String, VecDeque<Prepared>>,
}

enum Prepared {
    Answer(u16, String),
    Disconnect,
    LoseAnswer,
}

impl Tap {
    /// A tap before an [`Engine`](super::Engine) or another client.
    #[must_use]
    pub fn new(inner: impl HttpClient + 'static) -> Self {
        Self {
            inner: Some(SharedHttpClient::new(inner)),
            state: Arc::default(),
        }
    }

    /// A tap before nothing: what has no prepared answer is answered `{}`.
    #[must_use]
    pub fn alone() -> Self {
        Self {
            inner: None,
            state: Arc::default(),
        }
    }

    /// A client of the SDK whose requests pass here; it is set up as that of an
    /// [`Engine`](super::Engine::client).
    #[must_use]
    pub fn client(&self) -> Client {
        connector::client(self.clone())
    }

    /// A client of `DynamoDB` Streams whose requests pass here. Feature `streams`.
    #[cfg(feature = "streams")]
    #[must_use]
    pub fn streams_client(&self) -> aws_sdk_dynamodbstreams::Client {
        connector::streams_client(self.clone())
    }

    /// Answers the next request of an operation, behind those already prepared, with this status
    /// and body.
    pub fn answer(&self, operation: &str, status: u16, json: impl Into<String>) {
        self.prepare(operation, Prepared::Answer(status, json.into()));
    }

    /// Breaks the connection at the next request of an operation, behind the answers already
    /// prepared.
    pub fn disconnect(&self, operation: &str) {
        self.prepare(operation, Prepared::Disconnect);
    }

    /// Lets the next request of an operation through and loses its answer, as a connection does that breaks too late.
    pub fn lose_answer(&self, operation: &str) {
        self.prepare(operation, Prepared::LoseAnswer);
    }

    /// Every request so far, in order.
    #[must_use]
    pub fn requests(&self) -> Vec<Passed> {
        self.state().passed.clone()
    }

    /// How many requests of an operation passed.
    #[must_use]
    pub fn calls(&self, operation: &str) -> usize {
        let state = self.state();
        let of_operation = state.passed.iter().filter(|p| p.operation == operation);
        of_operation.count()
    }

    /// Forgets the requests so far; prepared answers stay.
    pub fn clear(&self) {
        self.state().passed.clear();
    }

    fn prepare(&self, operation: &str, answer: Prepared) {
        let mut state = self.state();
        let queue = state.prepared.entry(operation.to_owned()).or_default();
        queue.push_back(answer);
    }

    /// Records a request and takes the answer prepared for it.
    fn pass(&self, request: &HttpRequest) -> Option<Prepared> {
        let operation = connector::operation(request);
        let body = request.body().bytes().unwrap_or_default();
        let mut state = self.state();
        state.passed.push(Passed {
            operation: operation.to_owned(),
            body: String::from_utf8_lossy(body).into_owned(),
        });
        state.prepared.get_mut(operation)?.pop_front()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Tap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tap")
            .field("inner", &self.inner)
            .field("requests", &self.state().passed.len())
            .finish_non_exhaustive()
    }
}

impl HttpClient for Tap {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(Tapped {
            inner: self
                .inner
                .as_ref()
                .map(|inner| inner.http_connector(settings, components)),
            tap: self.clone(),
        })
    }
}

/// The tap before one connector.
#[derive(Debug)]
struct Tapped {
    inner: Option<SharedHttpConnector>,
    tap: Tap,
}

impl HttpConnector for Tapped {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        match (self.tap.pass(&request), &self.inner) {
            (Some(Prepared::Answer(status, json)), _) => {
                HttpConnectorFuture::ready(connector::response(status, json.into_bytes()))
            }
            (Some(Prepared::Disconnect), _) | (Some(Prepared::LoseAnswer), None) => {
                HttpConnectorFuture::ready(Err(broken()))
            }
            (Some(Prepared::LoseAnswer), Some(inner)) => {
                let answer = inner.call(request);
                HttpConnectorFuture::new(async move {
                    answer.await?;
                    Err(broken())
                })
            }
            (None, Some(inner)) => inner.call(request),
            (None, None) => HttpConnectorFuture::ready(connector::response(200, b"{}".to_vec())),
        }
    }
}

fn broken() -> ConnectorError {
    ConnectorError::io("the connection broke, as it was told to".into())
}
