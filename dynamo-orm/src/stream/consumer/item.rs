//! The items behind a consumer: their attributes, how they are changed, and what they say.

use crate::expr::render::Placeholders;
use crate::key::Part;
use crate::op::{Body, attributes};
use crate::schema::keys::{self, KeyValue};
use crate::schema::read_part;

pub(super) const OWNER: &str = "$owner";
pub(super) const LEASE: &str = "$lease";
pub(super) const TIME: &str = "$time";
pub(super) const POSITION: &str = "$position";
pub(super) const END: &str = "$end";
pub(super) const ARN: &str = "$arn";
pub(super) const BEGAN: &str = "$began";
pub(super) const SINCE: &str = "$since";

/// What is known of a shard.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) owner: Option<String>,
    /// Milliseconds since 1970.
    pub(super) lease: u64,
    /// How long a lease of that owner is, in milliseconds.
    pub(super) time: u64,
    pub(super) position: Option<String>,
    pub(super) end: bool,
}

/// The consumer's own item.
#[derive(Debug)]
pub(super) struct Begun {
    pub(super) arn: String,
    /// When it began, in seconds since 1970.
    pub(super) began: u64,
    /// Records before this second do not concern it.
    pub(super) since: Option<u64>,
}

/// An update expression under construction.
pub(super) struct Update {
    key: Vec<KeyValue>,
    pub(super) names: Placeholders,
    set: Vec<String>,
    remove: Vec<String>,
}

impl Update {
    pub(super) fn new(key: Vec<KeyValue>) -> Self {
        Self {
            key,
            names: Placeholders::default(),
            set: Vec::new(),
            remove: Vec::new(),
        }
    }

    /// The request's body.
    pub(super) fn body(&self, table: &str, condition: &str) -> Body {
        let part = |verb: &str, parts: &[String]| match parts {
            [] => None,
            parts => Some(format!("{verb} {}", parts.join(", "))),
        };
        let parts = [part("SET", &self.set), part("REMOVE", &self.remove)];
        let expression: Vec<String> = parts.into_iter().flatten().collect();
        let mut body = Body::new(table);
        body.json("Key", &keys::wire(&self.key));
        body.text("UpdateExpression", &expression.join(" "));
        body.text("ConditionExpression", condition);
        body.placeholders(&self.names);
        body
    }

    pub(super) fn name(&mut self, attribute: &str) -> String {
        self.names.name(attribute)
    }

    pub(super) fn set(&mut self, attribute: &str, value: String) {
        let assignment = format!(
            "{} = {}",
            self.names.name(attribute),
            self.names.value(value)
        );
        self.set.push(assignment);
    }

    pub(super) fn remove(&mut self, attributes: &[&str]) {
        for attribute in attributes {
            let name = self.names.name(attribute);
            self.remove.push(name);
        }
    }
}

pub(super) fn text(value: &str) -> String {
    let mut out = String::new();
    Part::Text(value.into()).to_wire(&mut out);
    out
}

pub(super) fn number(value: u64) -> String {
    let mut out = String::new();
    Part::Number(value.to_string().into()).to_wire(&mut out);
    out
}

fn read_text(value: &str) -> Option<String> {
    match read_part(value) {
        Ok(Part::Text(text) | Part::Number(text)) => Some(text.into_owned()),
        _ => None,
    }
}

pub(super) fn known(item: &str) -> Known {
    let mut known = Known::default();
    for (name, value) in attributes(item) {
        match name.as_str() {
            OWNER => known.owner = read_text(&value),
            LEASE => known.lease = read_text(&value).and_then(|n| n.parse().ok()).unwrap_or(0),
            TIME => known.time = read_text(&value).and_then(|n| n.parse().ok()).unwrap_or(0),
            POSITION => known.position = read_text(&value),
            END => known.end = true,
            _ => {}
        }
    }
    known
}

pub(super) fn begun(item: &str) -> Begun {
    let mut begun = Begun {
        arn: String::new(),
        began: 0,
        since: None,
    };
    for (name, value) in attributes(item) {
        let read = read_text(&value);
        match name.as_str() {
            ARN => begun.arn = read.unwrap_or_default(),
            BEGAN => begun.began = read.and_then(|n| n.parse().ok()).unwrap_or(0),
            SINCE => begun.since = read.and_then(|n| n.parse().ok()),
            _ => {}
        }
    }
    begun
}
