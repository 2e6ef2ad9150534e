//! Errors as JSON problem details (RFC 9457).

use dynamo_orm::{Error, ErrorKind};
use lambda_http::http::{HeaderValue, StatusCode};
use lambda_http::{Body, Response};
use serde::Serialize;

/// What went wrong, as the client is told: `{"title": …, "status": …, "detail": …}`.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    detail: Option<String>,
    errors: Vec<Invalid>,
    header: Option<(&'static str, &'static str)>,
}

/// A member of the request that will not do.
#[derive(Serialize, Debug)]
pub(super) struct Invalid {
    /// Which.
    pub(super) member: &'static str,
    /// Why.
    pub(super) detail: String,
}

#[derive(Serialize)]
struct Details<'a> {
    title: &'a str,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [Invalid],
}

impl Problem {
    pub(super) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            status,
            detail: Some(detail.into()),
            errors: Vec::new(),
            header: None,
        }
    }

    pub(super) fn invalid(errors: Vec<Invalid>) -> Self {
        let mut problem = Self::new(StatusCode::BAD_REQUEST, "the request is not valid");
        problem.errors = errors;
        problem
    }

    pub(super) fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("there is no such {what}"))
    }

    pub(super) fn conflict(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, detail)
    }

    /// Only this method is there.
    pub(super) fn method(allowed: &'static str) -> Self {
        let detail = format!("only {allowed} is allowed here");
        let mut problem = Self::new(StatusCode::METHOD_NOT_ALLOWED, detail);
        problem.header = Some(("allow", allowed));
        problem
    }

    /// What the client cannot help: it is logged, and not shown.
    pub(super) fn internal(error: &(dyn std::error::Error + 'static)) -> Self {
        eprintln!("api: {error}");
        Self::unexplained()
    }

    fn unexplained() -> Self {
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            detail: None,
            errors: Vec::new(),
            header: None,
        }
    }

    /// The answer's status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    pub(super) fn into_response(self) -> Response<Body> {
        let details = Details {
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            detail: self.detail.as_deref(),
            errors: &self.errors,
        };
        let text = serde_json::to_string(&details).unwrap_or_default();
        let mut response = Response::new(Body::Text(text));
        *response.status_mut() = self.status;
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert("content-type", kind);
        if let Some((name, value)) = self.header {
            let value = HeaderValue::from_static(value);
            response.headers_mut().insert(name, value);
        }
        response
    }
}

/// The status that says what a client can do about an error of the library.
#[must_use]
pub fn status_of(kind: ErrorKind) -> StatusCode {
    match kind {
        ErrorKind::NotFound => StatusCode::NOT_FOUND,
        ErrorKind::AlreadyExists
        | ErrorKind::ConditionFailed
        | ErrorKind::VersionConflict
        | ErrorKind::UniqueViolation
        | ErrorKind::TransactionCanceled => StatusCode::CONFLICT,
        ErrorKind::InvalidKey | ErrorKind::InvalidCursor => StatusCode::BAD_REQUEST,
        ErrorKind::Throttled
        | ErrorKind::TransactionConflict
        | ErrorKind::Unprocessed
        | ErrorKind::Timeout
        | ErrorKind::Transport => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let status = status_of(error.kind());
        if status.is_server_error() {
            // Not its text, which names keys: they are user data.
            let (kind, code, id) = (error.kind(), error.code(), error.request_id());
            eprintln!("api: {:?}: {kind:?} {code:?} {id:?}", error.entity());
        }
        if status == StatusCode::INTERNAL_SERVER_ERROR {
            return Self::unexplained();
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            let mut problem = Self::new(status, "try again");
            problem.header = Some(("retry-after", "1"));
            return problem;
        }
        // The error's own text names keys of the table, which are nobody's business.
        let what = error.entity().unwrap_or("item").to_lowercase();
        let detail = match error.kind() {
            ErrorKind::NotFound => format!("there is no such {what}"),
            ErrorKind::AlreadyExists => format!("there is such a {what} already"),
            ErrorKind::UniqueViolation => {
                let value = error.constraint().unwrap_or("value");
                format!("this {value} is taken")
            }
            ErrorKind::InvalidCursor => "the cursor is not one of this list".to_owned(),
            ErrorKind::InvalidKey => "a name is not valid".to_owned(),
            _ => format!("the {what} has changed meanwhile"),
        };
        Self::new(status, detail)
    }
}
