//! One invocation of the function, and what it replied.

use std::time::Duration;

use serde_json::{Value, json};

use super::batch::Batch;
use crate::cli::http::{Answer, Unanswered, Url, post};

/// What a function made of a batch.
#[derive(Debug, PartialEq)]
pub(super) enum Reply {
    Done,
    /// These are not done, and all behind the first of them.
    Partial(Vec<String>),
    /// Nothing is known to be done; also where the function ended, or its time did.
    Failed,
    /// There was no function: it could not be connected to.
    Unreachable,
}

pub(super) async fn invoke(url: &Url, batch: &Batch, limit: Duration) -> Reply {
    let event = json!({"Records": batch.records}).to_string();
    let headers = [("content-type", "application/json")];
    match post(url, &headers, event, limit).await {
        Ok(answer) => reply(&answer),
        Err(Unanswered::Unreachable(failure)) => {
            eprintln!("dynamo: there is no function yet: {failure}");
            Reply::Unreachable
        }
        Err(Unanswered::Broken(failure)) => {
            eprintln!("dynamo: the function failed: {failure}");
            Reply::Failed
        }
    }
}

fn reply(answer: &Answer) -> Reply {
    let body = if answer.body.is_empty() {
        Some(Value::Null)
    } else {
        serde_json::from_slice(&answer.body).ok()
    };
    let good = (200..300).contains(&answer.status) && !answer.function_error;
    let failed = |body: &Value| body.get("errorType").or(body.get("errorMessage")).is_some();
    let Some(body) = body.filter(|body| good && !failed(body)) else {
        let text = String::from_utf8_lossy(&answer.body);
        eprintln!("dynamo: the function failed: {} {text}", answer.status);
        return Reply::Failed;
    };
    match body.get("batchItemFailures") {
        None | Some(Value::Null) => Reply::Done,
        Some(Value::Array(failures)) if failures.is_empty() => Reply::Done,
        Some(Value::Array(failures)) => failures
            .iter()
            .map(|failure| failure.get("itemIdentifier")?.as_str().map(str::to_owned))
            .collect::<Option<_>>()
            .map_or(Reply::Failed, Reply::Partial),
        Some(_) => Reply::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_are_read_as_lambda_reads_them() {
        let partial = |numbers: &[&str]| {
            Reply::Partial(numbers.iter().map(|&number| number.to_owned()).collect())
        };
        for (status, body, expected) in [
            (200, "", Reply::Done),
            (200, "null", Reply::Done),
            (200, "{}", Reply::Done),
            (200, r#"{"batchItemFailures":null}"#, Reply::Done),
            (200, r#"{"batchItemFailures":[]}"#, Reply::Done),
            (
                200,
                r#"{"batchItemFailures":[{"itemIdentifier":"7"}]}"#,
                partial(&["7"]),
            ),
            (
                200,
                r#"{"batchItemFailures":[{"itemIdentifier":null}]}"#,
                Reply::Failed,
            ),
            (200, r#"{"batchItemFailures":[{"id":"7"}]}"#, Reply::Failed),
            (
                200,
                r#"{"errorType":"Panic","errorMessage":"x"}"#,
                Reply::Failed,
            ),
            (502, "{}", Reply::Failed),
            (200, "<html>", Reply::Failed),
        ] {
            let answer = Answer {
                status,
                function_error: false,
                body: body.into(),
            };
            assert_eq!(reply(&answer), expected, "{status} {body}");
        }
    }
}
