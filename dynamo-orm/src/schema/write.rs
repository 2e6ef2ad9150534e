//! Writing an entity as an item: keys, type attribute, indexes, then its fields.

use std::borrow::Cow;
use std::time::SystemTime;

use super::entity::{Entity, Parts, Table};
use super::keys::{self, KeyValue};
use super::model::{KeySpec, StampModel};
use super::time::{Expiry, Timestamp};
use super::version::Version;
use crate::codec::{self, EncodeError};
use crate::error::{Error, ErrorKind, Result};
use crate::key::Part;

/// DynamoDB's limit on an item, in bytes.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>
pub(crate) const MAX_ITEM_BYTES: usize = 400 * 1024;

/// Which write of an item this is: it decides on stamps and version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Writing {
    /// The first: both stamps are set, and the version is 1.
    First(SystemTime),
    /// One over what stands there: `updated_at` is set, and the version is one more.
    Next(SystemTime),
    /// None: the item as it was read.
    Stored,
}

/// Appends attributes to an item under construction.
#[derive(Debug)]
pub struct ItemWriter<'a> {
    out: &'a mut String,
    writing: Writing,
}

/// An entity as an item, with its primary key.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) item: String,
    pub(crate) key: Vec<KeyValue>,
    /// The partition keys of the guards of its unique values, in the order of the model; `None` without a value.
    pub(crate) guards: Vec<Option<KeyValue>>,
}

/// Writes the whole item.
pub(crate) fn write_item<E: Entity>(entity: &E, writing: Writing) -> Result<Written> {
    let (table, model) = (E::Table::MODEL, E::MODEL);
    let values = part_values(entity, writing)?;
    let parts = Parts(&values);
    let key = keys::primary::<E>(&parts)?;
    let mut out = String::with_capacity(512);
    out.push('{');
    for (value, spec) in key.iter().zip(model.primary()) {
        if matches!(spec, KeySpec::Template(_)) {
            value.write(separated(&mut out));
        }
    }
    if let Some(kind) = table.kind {
        attribute(kind, &mut out);
        out.push_str(&model.kind_wire());
    }
    for (name, value) in keys::all_indexes::<E>(&parts, Some(entity))? {
        if let Some(value) = value {
            attribute(name, &mut out);
            value.to_wire(&mut out);
        }
    }
    naturals::<E>(&parts, &mut out);
    entity
        .write(&mut ItemWriter {
            out: &mut out,
            writing,
        })
        .map_err(|e| e.with_entity(model.name))?;
    let own = out.len();
    codec::write_item(entity, model.write, &mut out).map_err(|e| encode::<E>(&e))?;
    out.push('}');
    if model.sees_all {
        check_flattened::<E>(&out, own)?;
    }
    let guards = model
        .uniques
        .iter()
        .map(|unique| keys::guard::<E>(unique, &parts))
        .collect::<Result<_>>()?;
    Ok(Written {
        item: out,
        key,
        guards,
    })
}

/// A flattened map must not bring attributes that the library or another field writes.
///
/// `own` is the length of what the library wrote.
fn check_flattened<E: Entity>(item: &str, own: usize) -> Result<()> {
    let mut seen: Vec<Cow<'_, str>> = super::read::hidden_names(E::Table::MODEL, E::MODEL)
        .into_iter()
        .map(Cow::Borrowed)
        .collect();
    let mut twice = None;
    let read = codec::Reader::new(item).object(&mut |reader, name| {
        let ours = reader.position() <= own;
        reader.raw_value()?;
        if seen.contains(&name) {
            if !ours {
                twice.get_or_insert_with(|| name.clone().into_owned());
            }
        } else {
            seen.push(name);
        }
        Ok(())
    });
    debug_assert!(read.is_ok(), "an item of our own is well-formed");
    match twice {
        None => Ok(()),
        Some(name) => Err(Error::new(
            ErrorKind::Encode,
            format!("the attribute `{name}` is written already; remove it from what is flattened into the item"),
        )
        .with_entity(E::MODEL.name)
        .with_path(name)),
    }
}

/// The entity's parts, with those that this write stamps already stamped.
fn part_values<E: Entity>(entity: &E, writing: Writing) -> Result<Vec<Option<Part<'_>>>> {
    let mut values = Vec::with_capacity(E::MODEL.parts.len());
    for part in 0..E::MODEL.parts.len() {
        values.push(entity.part(part)?);
    }
    let (now, stamps) = match writing {
        Writing::First(now) => (now, [E::MODEL.created, E::MODEL.updated]),
        Writing::Next(now) => (now, [None, E::MODEL.updated]),
        Writing::Stored => return Ok(values),
    };
    for stamp in stamps.into_iter().flatten() {
        if let Some(slot) = stamp.part.and_then(|p| values.get_mut(p)) {
            *slot = (stamp.at)(now, &mut String::new())?;
        }
    }
    Ok(values)
}

/// Fields whose attribute is a key attribute are stored in their key form.
fn naturals<E: Entity>(parts: &Parts<'_>, out: &mut String) {
    let mut done: Vec<&'static str> = Vec::new();
    let specs = E::MODEL.primary().chain(
        E::MODEL
            .indexes
            .iter()
            .flat_map(|used| used.specs().map(|(_, spec)| spec)),
    );
    for spec in specs {
        let KeySpec::Natural { part, attribute } = spec else {
            continue;
        };
        if done.contains(&attribute) {
            continue;
        }
        done.push(attribute);
        if let Some(value) = parts.get(part) {
            self::attribute(attribute, out);
            value.to_wire(out);
        }
    }
}

/// An encoding failure of an entity.
pub(super) fn encode<E: Entity>(error: &EncodeError) -> Error {
    Error::new(ErrorKind::Encode, error.message.clone())
        .with_entity(E::MODEL.name)
        .with_path(error.path.to_string())
}

fn separated(out: &mut String) -> &mut String {
    if !out.ends_with('{') {
        out.push(',');
    }
    out
}

fn attribute(name: &str, out: &mut String) {
    codec::write_string(name, separated(out));
    out.push(':');
}

impl ItemWriter<'_> {
    /// A time-to-live field: epoch seconds as a number, or nothing.
    ///
    /// # Errors
    /// A time before 1970 has no epoch seconds.
    pub fn time_to_live<T: Expiry>(&mut self, name: &str, value: &T) -> Result<()> {
        if let Some(seconds) = value.epoch_seconds()? {
            attribute(name, self.out);
            Part::Number(seconds.to_string().into()).to_wire(self.out);
        }
        Ok(())
    }

    /// The field set by the first write: the clock's time in `create`, the value otherwise.
    ///
    /// # Errors
    /// The time has no text form (years outside 0 to 9999).
    pub fn created<T: Timestamp>(&mut self, name: &str, value: &T) -> Result<()> {
        match self.writing {
            Writing::First(now) => self.timestamp(name, &T::from_system_time(now)?),
            Writing::Next(_) | Writing::Stored => self.timestamp(name, value),
        }
    }

    /// The field set by every write: the clock's time.
    ///
    /// # Errors
    /// The time has no text form (years outside 0 to 9999).
    pub fn updated<T: Timestamp>(&mut self, name: &str, value: &T) -> Result<()> {
        match self.writing {
            Writing::First(now) | Writing::Next(now) => {
                self.timestamp(name, &T::from_system_time(now)?)
            }
            Writing::Stored => self.timestamp(name, value),
        }
    }

    /// The version field: 1 in `create`, one more than the value in later writes.
    ///
    /// # Errors
    /// There is no greater version.
    pub fn version<V: Version>(&mut self, name: &str, value: V) -> Result<()> {
        let version = match self.writing {
            Writing::First(_) => 1,
            Writing::Next(_) => value.next()?,
            Writing::Stored => value.number(),
        };
        attribute(name, self.out);
        Part::Number(version.to_string().into()).to_wire(self.out);
        Ok(())
    }

    fn timestamp<T: Timestamp>(&mut self, name: &str, value: &T) -> Result<()> {
        let part = value.to_attribute()?;
        attribute(name, self.out);
        part.to_wire(self.out);
        Ok(())
    }
}

/// The value of a stamped field at a point in time, for [`StampModel`].
///
/// # Errors
/// The time has no text form.
pub fn stamp<T: Timestamp>(now: SystemTime, out: &mut String) -> Result<Option<Part<'static>>> {
    let value = T::from_system_time(now)?;
    let part = value.to_attribute()?.into_owned();
    part.to_wire(out);
    Ok(Some(part))
}

impl StampModel {
    /// The wire form of the stamp at a point in time.
    pub(crate) fn wire(&self, now: SystemTime) -> Result<(String, Option<Part<'static>>)> {
        let mut out = String::new();
        let part = (self.at)(now, &mut out)?;
        Ok((out, part))
    }
}
