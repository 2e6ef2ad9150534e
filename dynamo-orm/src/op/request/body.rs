//! Request bodies: JSON members in a fixed order.

use crate::codec;
use crate::expr::render::Placeholders;

/// A request body under construction.
#[derive(Clone, Debug)]
pub(crate) struct Body(String);

impl Body {
    pub(crate) fn new(table: &str) -> Self {
        let mut body = Self(String::with_capacity(256));
        body.0.push('{');
        body.text("TableName", table);
        body
    }

    /// A body that names its tables further in.
    pub(crate) fn bare() -> Self {
        Self("{".to_owned())
    }

    /// A member whose value is JSON already.
    pub(crate) fn json(&mut self, name: &str, json: &str) {
        if !self.0.ends_with('{') {
            self.0.push(',');
        }
        codec::write_string(name, &mut self.0);
        self.0.push(':');
        self.0.push_str(json);
    }

    pub(crate) fn text(&mut self, name: &str, text: &str) {
        let mut json = String::with_capacity(text.len() + 2);
        codec::write_string(text, &mut json);
        self.json(name, &json);
    }

    pub(crate) fn text_if(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(name, text);
        }
    }

    pub(crate) fn placeholders(&mut self, names: &Placeholders) {
        if let Some(json) = names.names_json() {
            self.json("ExpressionAttributeNames", &json);
        }
        if let Some(json) = names.values_json() {
            self.json("ExpressionAttributeValues", &json);
        }
    }

    pub(crate) fn finish(mut self) -> String {
        self.0.push('}');
        self.0
    }
}
