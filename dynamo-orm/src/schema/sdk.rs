//! The raw escape: entities as the SDK's items, and back.

use std::collections::HashMap;
use std::time::SystemTime;

use aws_sdk_dynamodb::types::AttributeValue;

use super::entity::{Entity, Table};
use super::read::{decode_item, read_any};
use super::write::{Writing, encode, write_item};
use crate::codec::{self, Reader};
use crate::error::{Error, ErrorKind, Result};

/// An entity as the SDK's item: keys, type attribute, index attributes and all fields, as `put` would write them.
///
/// The `updated_at` field is set from the clock, the `created_at` field is not, and a version is one more than the
/// value's.
///
/// # Errors
/// `InvalidKey` or `Encode` when the value cannot be written.
pub fn to_item<E: Entity>(entity: &E) -> Result<HashMap<String, AttributeValue>> {
    let written = write_item(entity, Writing::Next(SystemTime::now()))?;
    codec::item_to_sdk(&written.item)
        .map_err(|e| Error::new(ErrorKind::Encode, e.to_string()).with_entity(E::MODEL.name))
}

/// An entity from the SDK's item.
///
/// # Errors
/// `Decode` when the item is of another type or does not fit.
#[expect(
    clippy::implicit_hasher,
    reason = "the SDK's maps have the standard hasher"
)]
pub fn from_item<E: Entity>(item: &HashMap<String, AttributeValue>) -> Result<E> {
    let mut json = String::with_capacity(512);
    codec::item_from_sdk(item, &mut json).map_err(|e| encode::<E>(&e))?;
    decode_item(&json)
}

/// The table's enum from the SDK's item.
pub(super) fn table_from_item<T: Table>(item: &HashMap<String, AttributeValue>) -> Result<T> {
    let failed =
        |message: String| Error::new(ErrorKind::Decode, message).with_entity(T::MODEL.name);
    let mut json = String::with_capacity(512);
    codec::item_from_sdk(item, &mut json).map_err(|e| failed(e.to_string()))?;
    let mut entity = match T::MODEL.kind.and_then(|kind| item.get(kind)) {
        Some(AttributeValue::S(kind)) => T::MODEL.entity_of_kind(kind).unwrap_or_default(),
        _ => 0,
    };
    read_any(&mut Reader::new(&json), &mut entity)
        .map_err(|fault| Error::decode(T::MODEL.name, &json, &fault))
}
