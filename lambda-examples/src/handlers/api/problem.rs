//! Errors as JSON problem details (RFC 9457).

use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::response::{IntoResponse, Response};
use dynamo_orm::{Error, ErrorKind};
use lambda_http::http::{HeaderValue, StatusCode, header};
use serde::Serialize;

/// What went wrong, as the client is told: `{"title": …, "status": …, "detail": …}`.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    detail: Option<String>,
    errors: Vec<Invalid>,
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

    /// The key of another request.
    pub(super) fn used() -> Self {
        let detail = "this Idempotency-Key was used for another request";
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, detail)
    }

    /// It is not any more what the client has seen.
    pub(super) fn changed() -> Self {
        let detail = "it has changed meanwhile; read it again";
        Self::new(StatusCode::PRECONDITION_FAILED, detail)
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
        }
    }

    /// The answer's status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let details = Details {
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            detail: self.detail.as_deref(),
            errors: &self.errors,
        };
        let mut response = (self.status, axum::Json(details)).into_response();
        let headers = response.headers_mut();
        let kind = HeaderValue::from_static("application/problem+json");
        headers.insert(header::CONTENT_TYPE, kind);
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
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
        | ErrorKind::UniqueViolation
        | ErrorKind::TransactionCanceled => StatusCode::CONFLICT,
        ErrorKind::VersionConflict => StatusCode::PRECONDITION_FAILED,
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
            return Self::new(status, "try again");
        }
        if status == StatusCode::PRECONDITION_FAILED {
            return Self::changed();
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

impl From<JsonRejection> for Problem {
    fn from(rejection: JsonRejection) -> Self {
        match rejection {
            JsonRejection::MissingJsonContentType(_) => {
                let detail = "send JSON, with `content-type: application/json`";
                Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail)
            }
            // JSON of another shape is no less invalid than what is no JSON.
            JsonRejection::JsonDataError(error) => {
                Self::new(StatusCode::BAD_REQUEST, error.body_text())
            }
            other => Self::new(other.status(), other.body_text()),
        }
    }
}

impl From<PathRejection> for Problem {
    fn from(rejection: PathRejection) -> Self {
        Self::new(rejection.status(), rejection.body_text())
    }
}

impl From<QueryRejection> for Problem {
    fn from(rejection: QueryRejection) -> Self {
        Self::new(rejection.status(), rejection.body_text())
    }
}
