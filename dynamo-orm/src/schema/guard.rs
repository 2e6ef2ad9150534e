//! Items that the library keeps beside the user's: guards of unique values.
//!
//! A guard stands under the value itself, `$unique#User#email#ada@example.com`, so that no second one can be put there,
//! and names its owner. It has no attributes of indexes, and the time to live of its owner.

use super::keys::{self, KeyValue};
use super::model::TableModel;
use super::restore::read_part;
use crate::codec;
use crate::key::Part;

/// How the partition key of every guard begins.
pub(crate) const GUARD_PREFIX: &str = "$unique#";
/// The sort key and the type of a guard.
pub(super) const GUARD: &str = "$unique";
/// The attribute with the primary key of the owner.
pub(crate) const OWNER: &str = "$owner";

/// The primary key of the guard with this partition key.
pub(crate) fn guard_key(table: &TableModel, pk: KeyValue) -> Vec<KeyValue> {
    let sk = table.sk.map(|sk| KeyValue {
        attribute: sk.name,
        value: Part::Text(GUARD.into()),
    });
    std::iter::once(pk).chain(sk).collect()
}

/// The owner as an attribute value: a map of its key attributes.
pub(crate) fn owner(key: &[KeyValue]) -> String {
    format!(r#"{{"M":{}}}"#, keys::wire(key))
}

/// A guard as an item.
pub(crate) fn guard_item(
    table: &TableModel,
    key: &[KeyValue],
    owner: &str,
    expiry: Option<(&str, &str)>,
) -> String {
    let mut item = keys::wire(key);
    item.pop();
    let mut attribute = |name: &str, value: &str| {
        item.push(',');
        codec::write_string(name, &mut item);
        item.push(':');
        item.push_str(value);
    };
    if let Some(kind) = table.kind {
        attribute(kind, r#"{"S":"$unique"}"#);
    }
    attribute(OWNER, owner);
    if let Some((name, value)) = expiry {
        attribute(name, value);
    }
    item.push('}');
    item
}

/// The owner that a guard names, for people: `PK=…, SK=…`.
pub(crate) fn owner_of(guard: &str, keys: impl Iterator<Item = &'static str>) -> Option<String> {
    let mut owner = String::new();
    // `{"$owner":{"M":{"PK":{"S":"…"},"SK":{"S":"…"}}}}`
    let read = codec::Reader::new(guard).object(&mut |reader, name| {
        if name != OWNER {
            return reader.skip_value();
        }
        reader.object(&mut |reader, _| {
            reader.raw_value()?.clone_into(&mut owner);
            Ok(())
        })
    });
    let values = keys.filter_map(|attribute| {
        let mut value = None;
        let _ = codec::Reader::new(&owner).object(&mut |reader, name| {
            let raw = reader.raw_value()?;
            if name == attribute
                && let Ok(part) = read_part(raw)
            {
                value = Some(part.into_owned());
            }
            Ok(())
        });
        value.map(|value| KeyValue { attribute, value })
    });
    let values: Vec<KeyValue> = values.collect();
    (read.is_ok() && !values.is_empty()).then(|| keys::describe(&values))
}
