//! Reading an item as an entity, as one of a table's entities, or by its keys where there is no type attribute.

use std::cell::Cell;

use super::entity::{Entity, Table};
use super::model::{EntityModel, KeySpec, KeyType, TableModel};
use super::restore::{read_part, restore};
use crate::codec::{self, Fault, Inject, Malformed, ReadItem, Reader};
use crate::error::{Error, Result};
use crate::key::Part;

/// Reads the item at the reader as an `E`. Afterwards the reader stands behind it.
#[inline(never)]
pub(crate) fn read<E: Entity>(reader: &mut Reader<'_>) -> Result<E, Fault> {
    let (table, model) = (E::Table::MODEL, E::MODEL);
    let kind = table
        .kind
        .filter(|kind| !model.has_attribute(kind))
        .map(|attribute| (attribute, model.kind));
    let hidden = if model.sees_all {
        hidden_names(table, model)
    } else {
        Vec::new()
    };
    let start = reader.position();
    let saw_kind = Cell::new(false);
    let inject = model.restores.then(|| Inject::new(restore::<E>));
    // Injected values live as long as this call, and so must the reader's text for serde.
    let mut local: Reader<'_> = reader.clone();
    let entity = codec::read_item(
        &mut local,
        &ReadItem {
            rules: model.read,
            hide: &hidden,
            kind,
            saw_kind: Some(&saw_kind),
            inject: inject.as_ref(),
        },
    );
    reader.seek(local.position());
    if kind.is_some() && !saw_kind.get() && !model.restores {
        let end = reader.position();
        reader.seek(start);
        let other = other_of_keys::<E>(reader);
        reader.seek(end);
        if let Some(other) = other {
            reader.seek(start);
            return Err(Fault::OtherKind(other.to_owned()));
        }
    }
    entity
}

/// The type of an item without a type attribute, where its keys are those of another entity.
#[cold]
fn other_of_keys<E: Entity>(reader: &mut Reader<'_>) -> Option<&'static str> {
    let entity = entity_of_keys(E::Table::MODEL, reader).ok()?;
    let found = E::Table::MODEL.entities.get(entity)?;
    (found.name != E::MODEL.name).then_some(found.kind)
}

/// Reads the item at the reader as an `E`, for the variants of a table.
///
/// # Errors
/// The item is of another type, or does not fit.
pub fn read_entity<E: Entity>(reader: &mut Reader<'_>) -> Result<E, Fault> {
    read(reader)
}

/// Names that serde must not see although it wants every attribute.
pub(super) fn hidden_names(table: &TableModel, model: &EntityModel) -> Vec<&'static str> {
    let indexed = table
        .indexes
        .iter()
        .flat_map(|i| i.pk.iter().chain(i.sk).map(|k| k.name));
    table
        .keys()
        .map(|k| k.name)
        .chain(table.kind)
        .chain(indexed)
        .filter(|name| !model.has_attribute(name))
        .collect()
}

/// Reads one item from its JSON text.
pub(crate) fn decode_item<E: Entity>(item: &str) -> Result<E> {
    let failed = |fault| Error::decode(E::MODEL.name, item, &fault);
    // Without a type attribute the keys say what it is.
    if E::Table::MODEL.kind.is_none() {
        let entity = entity_of_keys(E::Table::MODEL, &mut Reader::new(item)).map_err(failed)?;
        if let Some(found) = E::Table::MODEL.entities.get(entity)
            && found.name != E::MODEL.name
        {
            return Err(failed(Fault::OtherKind(found.name.to_owned())));
        }
    }
    read::<E>(&mut Reader::new(item)).map_err(failed)
}

/// Reads the item at the reader as whichever entity of the table it is.
///
/// `last` is the entity read before: runs of one type need no second look.
pub(crate) fn read_any<T: Table>(reader: &mut Reader<'_>, last: &mut usize) -> Result<T, Fault> {
    let start = reader.position();
    if T::MODEL.kind.is_none() {
        let entity = entity_of_keys(T::MODEL, reader)?;
        reader.seek(start);
        *last = entity;
        return T::read(entity, reader);
    }
    match T::read(*last, reader) {
        Err(Fault::OtherKind(kind)) => {
            let entity = T::MODEL
                .entity_of_kind(&kind)
                .ok_or(Fault::OtherKind(kind))?;
            reader.seek(start);
            *last = entity;
            T::read(entity, reader)
        }
        // Without a type attribute in the item the first guess may have failed for being wrong.
        Err(fault @ Fault::Invalid { .. }) => {
            reader.seek(start);
            match entity_of_keys(T::MODEL, reader) {
                Ok(entity) if entity != *last => {
                    reader.seek(start);
                    *last = entity;
                    T::read(entity, reader)
                }
                _ => Err(fault),
            }
        }
        other => other,
    }
}

/// The entity of an item, by position in the model: by its type attribute, or by its keys where it has none. Otherwise
/// the type that is not known.
pub(crate) fn entity_of<T: Table>(item: &str) -> Result<Result<usize, String>, Malformed> {
    let mut kind = None;
    Reader::new(item).object(&mut |reader, name| {
        let raw = reader.raw_value()?;
        if T::MODEL.keys().any(|key| key.name == name) {
            read_part(raw)?;
        }
        if Some(&*name) == T::MODEL.kind
            && let Ok(Part::Text(text)) = read_part(raw)
        {
            kind = Some(text.into_owned());
        }
        Ok(())
    })?;
    match kind {
        Some(kind) => Ok(T::MODEL.entity_of_kind(&kind).ok_or(kind)),
        None => match entity_of_keys(T::MODEL, &mut Reader::new(item)) {
            Ok(entity) => Ok(Ok(entity)),
            Err(Fault::Malformed(malformed)) => Err(malformed),
            Err(Fault::OtherKind(kind)) => Ok(Err(kind)),
            Err(Fault::Invalid { message, .. }) => Ok(Err(message)),
        },
    }
}

/// Which entity's key templates do the item's keys match?
fn entity_of_keys(table: &TableModel, reader: &mut Reader<'_>) -> Result<usize, Fault> {
    let mut keys: Vec<(KeyType, Option<Part<'_>>)> = table.keys().map(|k| (k.ty, None)).collect();
    reader
        .object(&mut |reader, name| {
            let raw = reader.raw_value()?;
            if let Some(position) = table.keys().position(|k| k.name == name)
                && let Some((_, slot)) = keys.get_mut(position)
            {
                *slot = read_part(raw).ok();
            }
            Ok(())
        })
        .map_err(Fault::Malformed)?;
    table
        .entities
        .iter()
        .position(|entity| {
            entity
                .primary()
                .zip(&keys)
                .all(|(spec, (ty, part))| fits(&spec, *ty, part.as_ref()))
        })
        .ok_or_else(|| {
            Fault::OtherKind("unknown (no entity of the table has such keys)".to_owned())
        })
}

/// Does the item have the keys of one of the table's entities?
pub(crate) fn has_known_keys(table: &TableModel, item: &str) -> bool {
    entity_of_keys(table, &mut Reader::new(item)).is_ok()
}

/// The name of the entity whose keys the item at the reader has; `None` when no entity has such keys.
pub(crate) fn entity_name_of_keys<T: Table>(reader: &mut Reader<'_>) -> Option<&'static str> {
    let entity = entity_of_keys(T::MODEL, reader).ok()?;
    T::MODEL.entities.get(entity).map(|e| e.name)
}

fn fits(spec: &KeySpec, ty: KeyType, part: Option<&Part<'_>>) -> bool {
    match (spec, ty, part) {
        (KeySpec::Template(t), KeyType::S, Some(Part::Text(text))) => t.matches(text),
        (_, KeyType::S, Some(Part::Text(_)))
        | (_, KeyType::N, Some(Part::Number(_)))
        | (_, KeyType::B, Some(Part::Bytes(_))) => true,
        _ => false,
    }
}
