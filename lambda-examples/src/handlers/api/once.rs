//! Requests that are carried out once.

use std::time::Duration;

use axum::extract::FromRequestParts;
use dynamo_orm::stream::Deadline;
use dynamo_orm::{Idempotency, Interrupted};
use lambda_http::RequestExt;
use lambda_http::http::request::Parts;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::input::Checks;
use super::{App, Problem};

/// The header `Idempotency-Key`, which names a request: sent again it gets the same answer for a day.
#[derive(Debug)]
pub struct Once {
    /// The header.
    pub key: String,
    /// How long this request may take.
    lease: Option<Duration>,
}

impl<S: Send + Sync> FromRequestParts<S> for Once {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let key = parts.headers.get("idempotency-key");
        let key = key.and_then(|key| key.to_str().ok()).unwrap_or_default();
        let mut checks = Checks::default();
        checks.name("Idempotency-Key", key);
        checks.done()?;
        let context = parts.lambda_context_ref();
        Ok(Self {
            key: key.to_owned(),
            lease: context.and_then(|context| Deadline::from(context).left()),
        })
    }
}

impl Once {
    /// Does the work, or gives the result it had. The scope says whose key it is: somebody else's is another one.
    pub(super) async fn run<P, R, F>(
        &self,
        app: &App,
        scope: &str,
        payload: &P,
        work: impl FnOnce() -> F + Send,
    ) -> Result<R, Problem>
    where
        P: Serialize + Sync,
        R: Serialize + DeserializeOwned + Send + Sync,
        F: Future<Output = Result<R, Problem>> + Send,
    {
        let once = Idempotency::new(&app.db, scope).lease(self.lease);
        match once.run(&self.key, payload, work).await {
            Ok(result) => Ok(result),
            Err(Interrupted::Failed(problem)) => Err(problem),
            Err(Interrupted::Store(error)) => Err(error.into()),
            Err(Interrupted::InProgress) => Err(Problem::conflict(
                "this request is being answered; ask again later",
            )),
            Err(Interrupted::OtherPayload) => Err(Problem::used()),
        }
    }
}
