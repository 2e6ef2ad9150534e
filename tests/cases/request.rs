//! Comparing our request with the published one by what it asks for.

use dynamo_orm::Request;
use serde_json::Value;

/// What a request asks for: `Key` of a `GetItem`, or index, key condition, direction and limit of a `Query`.
#[derive(Debug, PartialEq)]
pub(crate) struct Asked {
    index: Option<String>,
    key: Option<Value>,
    /// `GSI1-PK = c#12345`, one for each key attribute.
    conditions: Vec<String>,
    filter: Option<String>,
    backwards: bool,
    limit: Option<u64>,
}

/// Our request asks for the same as the published one.
pub(crate) fn same(ours: &Request, published: &Value) {
    assert_eq!(published["op"], ours.operation().as_str());
    assert_eq!(asked(ours), of(published), "{ours}");
}

/// Our request asks for the same as the published one, but by this key condition.
pub(crate) fn same_but(ours: &Request, published: &Value, conditions: &[&str]) {
    assert_eq!(published["op"], ours.operation().as_str());
    let mut wanted = of(published);
    assert_ne!(wanted.conditions, conditions, "the same after all");
    wanted.conditions = conditions.iter().map(|&c| c.to_owned()).collect();
    assert_eq!(asked(ours), wanted, "{ours}");
}

fn asked(request: &Request) -> Asked {
    of(&serde_json::from_str(request.body()).unwrap())
}

fn of(body: &Value) -> Asked {
    let text = |name: &str| body[name].as_str().map(str::to_owned);
    Asked {
        index: text("IndexName"),
        key: body.get("Key").cloned(),
        conditions: text("KeyConditionExpression")
            .map(|expression| conditions(&expression, body))
            .unwrap_or_default(),
        filter: text("FilterExpression"),
        backwards: body["ScanIndexForward"] == false,
        limit: body["Limit"].as_u64(),
    }
}

/// The conditions of an expression, with names and values in place.
fn conditions(expression: &str, body: &Value) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for term in expression.split(" AND ") {
        let mut term = term.to_owned();
        for (placeholder, name) in entries(&body["ExpressionAttributeNames"]) {
            term = put(&term, placeholder, name.as_str().unwrap());
        }
        for (placeholder, value) in entries(&body["ExpressionAttributeValues"]) {
            term = put(&term, placeholder, value["S"].as_str().unwrap());
        }
        match out.last_mut() {
            Some(last) if last.contains(" BETWEEN ") && !last.contains(" AND ") => {
                *last = format!("{last} AND {term}");
            }
            _ => out.push(term),
        }
    }
    out
}

fn entries(object: &Value) -> impl Iterator<Item = (&String, &Value)> {
    object.as_object().into_iter().flatten()
}

/// Replaces a whole word.
fn put(term: &str, placeholder: &str, value: &str) -> String {
    let is_word = |c: char| c.is_alphanumeric() || "#:_-".contains(c);
    let mut out = String::new();
    let mut rest = term;
    while let Some(start) = rest.find(placeholder) {
        let (before, after) = rest.split_at(start);
        let after = &after[placeholder.len()..];
        out.push_str(before);
        let whole = !before.ends_with(is_word) && !after.starts_with(is_word);
        out.push_str(if whole { value } else { placeholder });
        rest = after;
    }
    out.push_str(rest);
    out
}
