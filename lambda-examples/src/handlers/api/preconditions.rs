//! `If-Match`: changes of what the client has seen (RFC 9110, 13.1.1).

use axum::extract::FromRequestParts;
use lambda_http::http::request::Parts;
use lambda_http::http::{StatusCode, header};

use super::Problem;

/// The entity tags that may be changed, as `ETag` gave them. A request without the header is refused (428, RFC 6585).
#[derive(Debug, PartialEq, Eq)]
pub enum IfMatch {
    /// `*`: whatever is there.
    Any,
    /// One of these, without their quotes. Weak tags match nothing, and are left out.
    Tags(Vec<String>),
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut texts = Vec::new();
        for value in parts.headers.get_all(header::IF_MATCH) {
            texts.push(value.to_str().map_err(|_| malformed())?.trim());
        }
        match texts.as_slice() {
            [] => {
                let detail = "say what to change: If-Match with the ETag that was read";
                Err(Problem::new(StatusCode::PRECONDITION_REQUIRED, detail))
            }
            ["*"] => Ok(Self::Any),
            // Several headers are one list (RFC 9110, 5.3).
            texts => {
                let text = texts.join(",");
                let tags = list(&text).ok_or_else(malformed)?;
                let strong = tags.into_iter().filter_map(|tag| tag.strong);
                Ok(Self::Tags(strong.map(str::to_owned).collect()))
            }
        }
    }
}

impl IfMatch {
    /// Refuses what has changed since the client read it.
    pub(super) fn check(&self, version: u64) -> Result<(), Problem> {
        // As text: `"01"` is no tag of ours.
        let version = version.to_string();
        match self {
            Self::Tags(tags) if !tags.contains(&version) => Err(Problem::changed()),
            _ => Ok(()),
        }
    }
}

/// A tag; a weak one has no text to compare.
struct Tag<'a> {
    strong: Option<&'a str>,
}

/// A list of one tag or more (RFC 9110, 8.8.3): commas may be inside quotes, and be several between tags.
fn list(text: &str) -> Option<Vec<Tag<'_>>> {
    let mut tags = Vec::new();
    let mut rest = text.trim_start_matches([' ', '\t', ',']);
    while !rest.is_empty() {
        let weak = rest.strip_prefix("W/");
        let (tag, after) = weak.unwrap_or(rest).strip_prefix('"')?.split_once('"')?;
        if !tag.bytes().all(|c| c.is_ascii_graphic()) {
            return None;
        }
        tags.push(Tag {
            strong: weak.is_none().then_some(tag),
        });
        let after = after.trim_start_matches([' ', '\t']);
        if !after.is_empty() && !after.starts_with(',') {
            return None;
        }
        rest = after.trim_start_matches([' ', '\t', ',']);
    }
    (!tags.is_empty()).then_some(tags)
}

fn malformed() -> Problem {
    let detail = "If-Match is a list of entity tags, such as \"3\"";
    Problem::new(StatusCode::BAD_REQUEST, detail)
}
