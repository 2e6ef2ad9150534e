//! What clients get.

use axum::response::{IntoResponse, Response};
use lambda_http::http::{HeaderValue, StatusCode, header};
use serde::Serialize;

use super::Problem;

/// What a request gets.
pub type Answer = Result<Response, Problem>;

/// A body of JSON.
pub(super) fn json(body: &impl Serialize) -> Response {
    axum::Json(body).into_response()
}

/// A body of JSON with its version as `ETag`.
pub(super) fn versioned(version: u64, body: &impl Serialize) -> Answer {
    let mut response = json(body);
    let tag = header_value(&format!("\"{version}\""))?;
    response.headers_mut().insert(header::ETAG, tag);
    Ok(response)
}

/// A body of JSON about what was made there.
pub(super) fn created(location: &str, version: u64, body: &impl Serialize) -> Answer {
    let mut response = versioned(version, body)?;
    *response.status_mut() = StatusCode::CREATED;
    let location = header_value(location)?;
    response.headers_mut().insert(header::LOCATION, location);
    Ok(response)
}

fn header_value(text: &str) -> Result<HeaderValue, Problem> {
    text.parse().map_err(|e| Problem::internal(&e))
}
