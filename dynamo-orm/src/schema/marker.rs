//! Marks of what was done once, as items of the table.
//!
//! A mark stands under `$once#<effect>#<event>`. It has no attributes of indexes, and goes by time to live, so that the
//! table does not keep every event for ever.

use super::GUARD_PREFIX;
use super::keys::{self, KeyValue};
use super::model::{KeyType, TableModel};
use super::restore::read_part;
use crate::codec;
use crate::error::{Error, Result};
use crate::key::Part;

/// How the partition key of every mark begins.
pub(crate) const MARK_PREFIX: &str = "$once#";
/// The sort key and the type of a mark.
const MARK: &str = "$once";

/// Is this the partition key of an item that the library keeps beside the user's?
pub(crate) fn is_helper_key(pk: &str) -> bool {
    pk.starts_with(GUARD_PREFIX) || pk.starts_with(MARK_PREFIX)
}

/// Does the library keep this item beside the user's?
pub(crate) fn is_helper_item(table: &TableModel, item: &str) -> bool {
    let mut helper = false;
    let read = codec::Reader::new(item).object(&mut |reader, name| {
        let raw = reader.raw_value()?;
        if name == table.pk.name
            && let Ok(Part::Text(text)) = read_part(raw)
        {
            helper = is_helper_key(&text);
        }
        Ok(())
    });
    read.is_ok() && helper
}

/// The primary key of a mark. `#` in the effect's name is escaped, so that no two pairs share a key.
pub(crate) fn mark_key(table: &TableModel, effect: &str, event: &str) -> Result<Vec<KeyValue>> {
    if table.keys().any(|key| key.ty != KeyType::S) {
        return Err(Error::invalid(format!(
            "a mark of what was done needs keys of type `S`, which the table `{}` has not; keep marks in another table",
            table.name
        )));
    }
    let effect = effect.replace('%', "%25").replace('#', "%23");
    let pk = KeyValue {
        attribute: table.pk.name,
        value: Part::Text(format!("{MARK_PREFIX}{effect}#{event}").into()),
    };
    let sk = table.sk.map(|sk| KeyValue {
        attribute: sk.name,
        value: Part::Text(MARK.into()),
    });
    let key: Vec<KeyValue> = std::iter::once(pk).chain(sk).collect();
    let size = match key.first().map(|pk| &pk.value) {
        Some(Part::Text(text)) => text.len(),
        _ => 0,
    };
    if size > keys::MAX_PARTITION_KEY_BYTES {
        return Err(Error::invalid(format!(
            "the key of the mark is {size} bytes long; DynamoDB allows {}, so use a shorter name",
            keys::MAX_PARTITION_KEY_BYTES
        )));
    }
    Ok(key)
}

/// A mark as an item, with more attributes in wire form.
pub(crate) fn mark_item(table: &TableModel, key: &[KeyValue], more: &[(&str, String)]) -> String {
    let mut item = keys::wire(key);
    item.pop();
    let kind = table.kind.map(|name| (name, r#"{"S":"$once"}"#));
    let more = more.iter().map(|(name, value)| (*name, value.as_str()));
    for (name, value) in kind.into_iter().chain(more) {
        item.push(',');
        codec::write_string(name, &mut item);
        item.push(':');
        item.push_str(value);
    }
    item.push('}');
    item
}

/// The attribute by which marks go: the table's time to live, or that of its first entity that has one.
pub(crate) fn expiry_attribute(table: &TableModel) -> Option<&'static str> {
    let of_entities = || table.entities.iter().find_map(|entity| entity.ttl);
    table.ttl.or_else(of_entities)
}
