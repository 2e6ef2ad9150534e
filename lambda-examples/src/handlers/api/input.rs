//! What clients send, read and checked.

use lambda_http::Request;
use lambda_http::http::StatusCode;
use serde::de::DeserializeOwned;

use super::problem::{Invalid, Problem};

/// The body.
pub(super) fn body<T: DeserializeOwned>(request: &Request) -> Result<T, Problem> {
    serde_json::from_slice(request.body())
        .map_err(|e| Problem::new(StatusCode::BAD_REQUEST, format!("the body: {e}")))
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
