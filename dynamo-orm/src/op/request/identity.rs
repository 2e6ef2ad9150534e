//! Which key is which: key attributes in one spelling, whoever wrote them.

use crate::codec::{Reader, number};
use crate::key::Part;
use crate::schema::keys::KeyValue;
use crate::schema::{TableModel, read_part};

/// A primary key in one spelling: the service gives `1.0` back as `1`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Identity(String);

impl Identity {
    /// The identity of a key that is about to be sent.
    pub(crate) fn of(key: &[KeyValue]) -> Self {
        let mut out = String::new();
        for value in key {
            write(value.value.as_borrowed(), &mut out);
        }
        Self(out)
    }

    /// The identity of an item or a key that came back; `None` where it lacks a key attribute.
    pub(crate) fn of_item(table: &TableModel, item: &str) -> Option<Self> {
        let mut parts: Vec<Option<Part<'_>>> = table.keys().map(|_| None).collect();
        Reader::new(item)
            .object(&mut |reader, name| {
                let raw = reader.raw_value()?;
                let position = table.keys().position(|key| key.name == name);
                if let Some(slot) = position.and_then(|n| parts.get_mut(n)) {
                    *slot = read_part(raw).ok();
                }
                Ok(())
            })
            .ok()?;
        let mut out = String::new();
        for part in parts {
            write(part?, &mut out);
        }
        Some(Self(out))
    }
}

fn write(part: Part<'_>, out: &mut String) {
    let part = match part {
        Part::Number(text) => match number::canonical(&text) {
            Ok(canonical) => Part::Number(canonical.into()),
            Err(_) => Part::Number(text),
        },
        other => other,
    };
    part.to_wire(out);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{KeyAttribute, KeyType};

    #[test]
    fn numbers_are_compared_as_numbers() {
        let table = TableModel::new("t", KeyAttribute::new("p", KeyType::S), &[], &[])
            .sort_key(KeyAttribute::new("s", KeyType::N));
        let sent = Identity::of(&[
            KeyValue {
                attribute: "p",
                value: Part::Text("1.0".into()),
            },
            KeyValue {
                attribute: "s",
                value: Part::Number("1.0".into()),
            },
        ]);
        let item = r#"{"s":{"N":"1"},"x":{"N":"7"},"p":{"S":"1.0"}}"#;
        assert_eq!(Identity::of_item(&table, item), Some(sent.clone()));
        let other = r#"{"s":{"N":"1"},"p":{"S":"1"}}"#;
        assert_ne!(Identity::of_item(&table, other), Some(sent));
        assert_eq!(Identity::of_item(&table, r#"{"p":{"S":"1.0"}}"#), None);
    }
}
