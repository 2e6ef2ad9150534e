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
/// How the partition key of every record of idempotent work begins: a mark of the same name is another item.
const IDEMPOTENCY_PREFIX: &str = "$idempotency#";
/// The sort key and the type of such a record.
const IDEMPOTENCY: &str = "$idempotency";
/// How the partition key of every checkpoint of a stream's consumer begins.
pub(crate) const CHECKPOINT_PREFIX: &str = "$stream#";
/// The sort key and the type of a checkpoint.
#[cfg(feature = "streams")]
pub(crate) const CHECKPOINT: &str = "$stream";

/// Is this the partition key of an item that the library keeps beside the user's?
pub(crate) fn is_helper_key(pk: &str) -> bool {
    [
        GUARD_PREFIX,
        MARK_PREFIX,
        IDEMPOTENCY_PREFIX,
        CHECKPOINT_PREFIX,
    ]
    .iter()
    .any(|prefix| pk.starts_with(prefix))
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
    helper_key(table, (MARK_PREFIX, MARK), effect, event)
}

/// The primary key of the record of idempotent work.
pub(crate) fn idempotency_key(table: &TableModel, scope: &str, key: &str) -> Result<Vec<KeyValue>> {
    if table.keys().any(|key| key.ty != KeyType::S) {
        return Err(Error::invalid(format!(
            "a record of idempotent work needs keys of type `S`, which the table `{}` has not; keep it in another table",
            table.name
        )));
    }
    helper_key(table, (IDEMPOTENCY_PREFIX, IDEMPOTENCY), scope, key)
}

/// The primary key of the checkpoint of a shard; that of the consumer itself has an empty one.
#[cfg(feature = "streams")]
pub(crate) fn checkpoint_key(
    table: &TableModel,
    consumer: &str,
    shard: &str,
) -> Result<Vec<KeyValue>> {
    if table.keys().any(|key| key.ty != KeyType::S) {
        return Err(Error::invalid(format!(
            "checkpoints need keys of type `S`, which the table `{}` has not; keep them in another one with \
             `checkpoints_in`",
            table.name
        )));
    }
    helper_key(table, (CHECKPOINT_PREFIX, CHECKPOINT), consumer, shard)
}

fn helper_key(
    table: &TableModel,
    (prefix, sort): (&str, &'static str),
    name: &str,
    of: &str,
) -> Result<Vec<KeyValue>> {
    let name = name.replace('%', "%25").replace('#', "%23");
    let pk = KeyValue {
        attribute: table.pk.name,
        value: Part::Text(format!("{prefix}{name}#{of}").into()),
    };
    let sk = table.sk.map(|sk| KeyValue {
        attribute: sk.name,
        value: Part::Text(sort.into()),
    });
    let key: Vec<KeyValue> = std::iter::once(pk).chain(sk).collect();
    let size = match key.first().map(|pk| &pk.value) {
        Some(Part::Text(text)) => text.len(),
        _ => 0,
    };
    if size > keys::MAX_PARTITION_KEY_BYTES {
        return Err(Error::invalid(format!(
            "the key `{prefix}…` is {size} bytes long; DynamoDB allows {}, so use a shorter name",
            keys::MAX_PARTITION_KEY_BYTES
        )));
    }
    Ok(key)
}

/// A mark as an item, with more attributes in wire form.
pub(crate) fn mark_item(table: &TableModel, key: &[KeyValue], more: &[(&str, String)]) -> String {
    helper_item(table, MARK, key, more)
}

/// A record of idempotent work as an item, with more attributes in wire form.
pub(crate) fn idempotency_item(
    table: &TableModel,
    key: &[KeyValue],
    more: &[(&str, String)],
) -> String {
    helper_item(table, IDEMPOTENCY, key, more)
}

fn helper_item(
    table: &TableModel,
    kind: &str,
    key: &[KeyValue],
    more: &[(&str, String)],
) -> String {
    let ty = format!(r#"{{"S":"{kind}"}}"#);
    let mut item = keys::wire(key);
    item.pop();
    let kind = table.kind.map(|name| (name, ty.as_str()));
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
