//! `If-Match`: changes of what the client has seen (RFC 9110, 13.1.1).

use axum::extract::FromRequestParts;
use lambda_http::http::request::Parts;
use lambda_http::http::{StatusCode, header};

use super::Problem;

/// The versions that may be changed, as `ETag` gave them. A request without the header is refused (428, RFC 6585).
#[derive(Debug, PartialEq, Eq)]
pub enum IfMatch {
    /// `*`: whatever is there.
    Any,
    /// One of these.
    Versions(Vec<u64>),
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut tags = Vec::new();
        for value in parts.headers.get_all(header::IF_MATCH) {
            let text = value.to_str().map_err(|_| malformed())?;
            tags.extend(text.split(',').map(str::trim));
        }
        match tags.as_slice() {
            [] => {
                let detail = "say what to change: If-Match with the ETag that was read";
                Err(Problem::new(StatusCode::PRECONDITION_REQUIRED, detail))
            }
            ["*"] => Ok(Self::Any),
            tags => {
                let versions: Result<Vec<_>, _> = tags.iter().map(|tag| version(tag)).collect();
                Ok(Self::Versions(versions?.into_iter().flatten().collect()))
            }
        }
    }
}

impl IfMatch {
    /// Refuses what has changed since the client read it.
    pub(super) fn check(&self, version: u64) -> Result<(), Problem> {
        match self {
            Self::Versions(versions) if !versions.contains(&version) => Err(Problem::changed()),
            _ => Ok(()),
        }
    }
}

/// The version of a tag. Weak tags and those of others are well-formed, and match nothing.
fn version(tag: &str) -> Result<Option<u64>, Problem> {
    let strong = tag.strip_prefix("W/").unwrap_or(tag);
    let text = strong.strip_prefix('"').and_then(|t| t.strip_suffix('"'));
    let text = text.ok_or_else(malformed)?;
    Ok(text.parse().ok().filter(|_| strong == tag))
}

fn malformed() -> Problem {
    let detail = "If-Match is a list of entity tags, such as \"3\"";
    Problem::new(StatusCode::BAD_REQUEST, detail)
}
