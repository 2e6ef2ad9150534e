//! From parts to key attributes: the primary key and the attributes of every index.

use std::fmt::Write;

use super::entity::{Entity, Parts, Table};
use super::model::{EntityModel, IndexUse, KeySpec, KeyType, TableModel, UniqueModel, When};
use super::restore::read_part;
use crate::codec;
use crate::error::{Error, ErrorKind, Result};
use crate::key::{Part, RenderError};

/// DynamoDB's limit on a partition key, in bytes.
pub(crate) const MAX_PARTITION_KEY_BYTES: usize = 2048;
/// DynamoDB's limit on a sort key, in bytes.
pub(crate) const MAX_SORT_KEY_BYTES: usize = 1024;

/// A key attribute with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeyValue {
    pub(crate) attribute: &'static str,
    pub(crate) value: Part<'static>,
}

impl KeyValue {
    /// Appends `"name":{"S":"…"}`.
    pub(crate) fn write(&self, out: &mut String) {
        codec::write_string(self.attribute, out);
        out.push(':');
        self.value.to_wire(out);
    }
}

/// Renders one key attribute. `None` when an optional part is absent.
pub(crate) fn render(
    spec: &KeySpec,
    ty: KeyType,
    attribute: &'static str,
    model: &EntityModel,
    parts: &Parts<'_>,
) -> Result<Option<KeyValue>> {
    let missing = |part: usize| parts.get(part).is_none();
    if spec.part_list().any(missing) {
        return Ok(None);
    }
    let value = match (spec, ty) {
        (KeySpec::Natural { part, .. }, _) => parts.get(*part).map(Part::into_owned),
        (KeySpec::Template(t), KeyType::S) => Some(Part::Text(
            t.render(&|p| parts.get(p))
                .map_err(|e| invalid_key(model, &e))?
                .into(),
        )),
        (KeySpec::Template(_), KeyType::N | KeyType::B) => spec
            .part_list()
            .next()
            .and_then(|p| parts.get(p))
            .map(Part::into_owned),
    };
    if let Some(Part::Text(text)) = &value
        && text.is_empty()
    {
        return Err(Error::new(
            ErrorKind::InvalidKey,
            format!("the key attribute `{attribute}` is empty; DynamoDB refuses empty keys"),
        )
        .with_entity(model.name));
    }
    Ok(value.map(|value| KeyValue { attribute, value }))
}

/// An error about a key part, with the field's name in place of its number.
pub(crate) fn invalid_key(model: &EntityModel, error: &RenderError) -> Error {
    let part = error.part().and_then(|p| model.parts.get(p));
    let invalid = Error::new(ErrorKind::InvalidKey, error.describe("the value"));
    match part {
        Some(part) => invalid.with_path(part.field),
        None => invalid,
    }
    .with_entity(model.name)
}

/// The primary key, partition key first, its sizes checked.
pub(crate) fn primary<E: Entity>(parts: &Parts<'_>) -> Result<Vec<KeyValue>> {
    let (table, model) = (E::Table::MODEL, E::MODEL);
    let mut out = Vec::with_capacity(2);
    for (attribute, spec) in table.keys().zip(model.primary()) {
        match render(&spec, attribute.ty, attribute.name, model, parts)? {
            Some(value) => out.push(value),
            None => {
                return Err(Error::new(
                    ErrorKind::InvalidKey,
                    format!(
                        "a part of the key attribute `{}` is missing",
                        attribute.name
                    ),
                )
                .with_entity(model.name));
            }
        }
    }
    check_size(model, out.first(), MAX_PARTITION_KEY_BYTES, "partition")?;
    check_size(model, out.get(1), MAX_SORT_KEY_BYTES, "sort")?;
    Ok(out)
}

pub(crate) fn check_size(
    model: &EntityModel,
    value: Option<&KeyValue>,
    limit: usize,
    which: &str,
) -> Result<()> {
    let Some(value) = value else { return Ok(()) };
    let size = match &value.value {
        Part::Text(t) => t.len(),
        Part::Bytes(b) => b.len(),
        Part::Number(_) => 0,
    };
    if size > limit {
        return Err(Error::new(
            ErrorKind::InvalidKey,
            format!(
                "the {which} key `{}` is {size} bytes long; DynamoDB allows {limit}",
                value.attribute
            ),
        )
        .with_entity(model.name));
    }
    Ok(())
}

/// The partition key of the guard of a unique value, or `None` when a part of it is absent.
pub(crate) fn guard<E: Entity>(
    unique: &UniqueModel,
    parts: &Parts<'_>,
) -> Result<Option<KeyValue>> {
    let pk = E::Table::MODEL.pk;
    let value = render(&unique.guard, pk.ty, pk.name, E::MODEL, parts)?;
    check_size(
        E::MODEL,
        value.as_ref(),
        MAX_PARTITION_KEY_BYTES,
        "partition",
    )?;
    Ok(value)
}

/// Is this an attribute of the table's primary key?
pub(crate) fn is_key<E: Entity>(attribute: &str) -> bool {
    E::Table::MODEL.keys().any(|key| key.name == attribute)
}

/// `{"PK":{"S":"…"}}` for key attributes.
pub(crate) fn wire(values: &[KeyValue]) -> String {
    let mut out = String::from("{");
    for value in values {
        if out.len() > 1 {
            out.push(',');
        }
        value.write(&mut out);
    }
    out.push('}');
    out
}

/// `PK=…, SK=…`, for error messages.
pub(crate) fn describe(keys: &[KeyValue]) -> String {
    let mut out = String::new();
    for key in keys {
        if !out.is_empty() {
            out.push_str(", ");
        }
        out.push_str(key.attribute);
        out.push('=');
        match &key.value {
            Part::Text(t) | Part::Number(t) => out.push_str(t),
            Part::Bytes(b) => {
                let _ = write!(out, "{} bytes", b.len());
            }
        }
    }
    out
}

/// The primary key of a stored item, for error messages.
pub(crate) fn describe_item(table: &TableModel, item: &str) -> String {
    let mut keys: Vec<(&'static str, Option<KeyValue>)> =
        table.keys().map(|key| (key.name, None)).collect();
    // What cannot be read is left out of the description.
    let _ = codec::Reader::new(item).object(&mut |reader, name| {
        let raw = reader.raw_value()?;
        let key = keys.iter_mut().find(|(key, _)| *key == name);
        if let (Some((attribute, slot)), Ok(part)) = (key, read_part(raw)) {
            *slot = Some(KeyValue {
                attribute,
                value: part.into_owned(),
            });
        }
        Ok(())
    });
    let keys: Vec<KeyValue> = keys.into_iter().filter_map(|(_, value)| value).collect();
    describe(&keys)
}

/// The composed attributes of one index, or `None` when the item is not in it.
pub(crate) fn index<E: Entity>(
    position: usize,
    used: &IndexUse,
    parts: &Parts<'_>,
    whole: Option<&E>,
) -> Result<Option<Vec<KeyValue>>> {
    let holds = match used.when {
        When::Always => true,
        When::Parts(_) => E::holds(position, parts)?,
        When::Entity => whole.is_none_or(|e| e.holds_whole(position)),
    };
    if !holds {
        return Ok(None);
    }
    let own_pk = used.index.pk.len();
    let mut out = Vec::new();
    for (n, (attribute, spec)) in used.specs().enumerate() {
        let Some(value) = render(&spec, attribute.ty, attribute.name, E::MODEL, parts)? else {
            return Ok(None);
        };
        let is_pk = used.index.scope == super::model::Scope::Global && n < own_pk;
        let (limit, which) = if is_pk {
            (MAX_PARTITION_KEY_BYTES, "partition")
        } else {
            (MAX_SORT_KEY_BYTES, "sort")
        };
        check_size(E::MODEL, Some(&value), limit, which)?;
        if matches!(spec, KeySpec::Template(_)) {
            out.push(value);
        }
    }
    Ok(Some(out))
}

/// The composed index attributes of this entity that are not attributes of the primary key.
pub(crate) fn index_attribute_names(
    table: &TableModel,
    used: &IndexUse,
) -> impl Iterator<Item = &'static str> {
    let keys: Vec<&'static str> = table.keys().map(|k| k.name).collect();
    used.specs()
        .filter(|(_, spec)| matches!(spec, KeySpec::Template(_)))
        .map(|(attribute, _)| attribute.name)
        .filter(move |name| !keys.contains(name))
        .collect::<Vec<_>>()
        .into_iter()
}

/// What every index attribute of an entity must be: a value, or absent.
pub(crate) fn all_indexes<E: Entity>(
    parts: &Parts<'_>,
    whole: Option<&E>,
) -> Result<Vec<(&'static str, Option<Part<'static>>)>> {
    let mut out: Vec<(&'static str, Option<Part<'static>>)> = Vec::new();
    for (position, used) in E::MODEL.indexes.iter().enumerate() {
        let values = index::<E>(position, used, parts, whole)?;
        for name in index_attribute_names(E::Table::MODEL, used) {
            let value = values
                .iter()
                .flatten()
                .find(|v| v.attribute == name)
                .map(|v| v.value.clone());
            match out.iter_mut().find(|(n, _)| *n == name) {
                Some((_, known)) => {
                    if known.is_none() {
                        *known = value;
                    }
                }
                None => out.push((name, value)),
            }
        }
    }
    Ok(out)
}
