//! What clients send, read and checked: axum's extractors, whose rejections are [`Problem`]s.

use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use lambda_http::http::request::Parts;
use serde::de::DeserializeOwned;

use super::problem::{Invalid, Problem};

/// A body of JSON.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let axum::Json(body) = axum::Json::from_request(request, state).await?;
        Ok(Self(body))
    }
}

/// The names in the path.
#[derive(Debug)]
pub struct Names<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Names<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(names) = Path::from_request_parts(parts, state).await?;
        Ok(Self(names))
    }
}

/// The parameters behind the question mark.
#[derive(Debug)]
pub struct Parameters<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Parameters<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Query(parameters) = Query::from_request_parts(parts, state).await?;
        Ok(Self(parameters))
    }
}

/// Gathers what will not do, so that a client is told of all of it at once.
#[derive(Default)]
pub(super) struct Checks(Vec<Invalid>);

impl Checks {
    /// Notes a member that will not do.
    pub(super) fn that(&mut self, member: &'static str, holds: bool, detail: &str) {
        if !holds {
            let detail = detail.to_owned();
            self.0.push(Invalid { member, detail });
        }
    }

    /// A name that can be part of a path.
    pub(super) fn name(&mut self, member: &'static str, name: &str) {
        let plain = |c: u8| c.is_ascii_alphanumeric() || c == b'-' || c == b'_';
        let holds = (1..=40).contains(&name.len()) && name.bytes().all(plain);
        self.that(member, holds, "must be 1 to 40 letters, digits, `-` or `_`");
    }

    pub(super) fn done(self) -> Result<(), Problem> {
        if self.0.is_empty() {
            return Ok(());
        }
        Err(Problem::invalid(self.0))
    }
}
