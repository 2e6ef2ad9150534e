//! Fields that serde cannot read from an attribute of their own: from keys, clocks and defaults.

use serde::Serialize;

use super::entity::{Entity, Parts, Table};
use super::keys;
use super::model::{EntityModel, IndexUse, KeyAttribute, KeySpec, KeyType, TableModel};
use super::time::{Expiry, Timestamp};
use crate::codec::{
    self, EncodeError, Fault, Found, Hint, Injected, Malformed, Passed, Path, Reader,
};
use crate::key::{KeyPart, Part, PartError};

/// The attributes of an item, and the values to give serde in addition.
#[derive(Debug)]
pub struct Restore<'i, 'de> {
    passed: &'i Passed<'de>,
    table: &'static TableModel,
    entity: &'static EntityModel,
    keys: Vec<(usize, Part<'static>)>,
    injected: Injected,
}

/// The parts of an item's primary key, taken from its key attributes.
pub(crate) fn key_parts<E: Entity>(item: &str) -> Result<Vec<Option<Part<'static>>>, Fault> {
    let (table, model) = (E::Table::MODEL, E::MODEL);
    let mut found: Vec<Option<Part<'static>>> = table.keys().map(|_| None).collect();
    let read = Reader::new(item).object(&mut |reader, name| {
        let raw = reader.raw_value()?;
        let position = table.keys().position(|key| key.name == name);
        if let Some(slot) = position.and_then(|n| found.get_mut(n)) {
            *slot = read_part(raw).ok().map(Part::into_owned);
        }
        Ok(())
    });
    read.map_err(Fault::Malformed)?;
    let mut parts = vec![None; model.parts.len()];
    let keys = || table.keys().zip(model.primary()).zip(&found);
    for ((attribute, spec), value) in keys() {
        let value = value
            .as_ref()
            .ok_or_else(|| at(attribute.name, "the key attribute is missing"))?;
        let values = match (&spec, value) {
            (KeySpec::Template(template), Part::Text(text)) if attribute.ty == KeyType::S => {
                template
                    .parse(text)
                    .map_err(|e| at(attribute.name, &e.to_string()))?
            }
            _ => spec.part_list().map(|part| (part, value.clone())).collect(),
        };
        for (part, value) in values {
            if let Some(slot) = parts.get_mut(part)
                && (slot.is_none() || !spec.truncates(part))
            {
                *slot = Some(value);
            }
        }
    }
    // A key that reads as parts but is not how they are written would name another item.
    let written = keys::primary::<E>(&Parts(&parts)).ok();
    for ((attribute, _), value) in keys() {
        let own = written.iter().flatten();
        let mut own = own.filter(|own| own.attribute == attribute.name);
        if !own.any(|own| Some(&own.value) == value.as_ref()) {
            return Err(at(
                attribute.name,
                "the key is not as this entity writes it",
            ));
        }
    }
    Ok(parts)
}

/// Asks the entity for the values to add to an item.
pub(super) fn restore<E: Entity>(passed: &Passed<'_>) -> Result<Injected, Fault> {
    let mut item = Restore {
        passed,
        table: E::Table::MODEL,
        entity: E::MODEL,
        keys: Vec::new(),
        injected: Injected::default(),
    };
    // Without a type attribute only the keys tell whether the item is an `E`.
    if !E::Table::MODEL.kind.is_some_and(|kind| passed.has(kind)) {
        for (attribute, spec) in item.specs() {
            item.parse_key(attribute, &spec)?;
        }
    }
    E::restore(&mut item)?;
    Ok(item.injected)
}

impl Restore<'_, '_> {
    fn specs(&self) -> impl Iterator<Item = (KeyAttribute, KeySpec)> + use<> {
        let primary = self.table.keys().zip(self.entity.primary());
        primary.chain(self.entity.indexes.iter().flat_map(IndexUse::specs))
    }

    /// A part, as the first key that has it holds it.
    fn part(&mut self, part: usize) -> Result<Option<&Part<'static>>, Fault> {
        for (attribute, spec) in self.specs() {
            if self.keys.iter().any(|(p, _)| *p == part) {
                break;
            }
            if spec.uses(part) {
                self.parse_key(attribute, &spec)?;
            }
        }
        let mut keys = self.keys.iter();
        Ok(keys.find(|(p, _)| *p == part).map(|(_, found)| found))
    }

    fn parse_key(&mut self, attribute: KeyAttribute, spec: &KeySpec) -> Result<(), Fault> {
        let Some(raw) = self.passed.raw(attribute.name) else {
            return Ok(());
        };
        let part = read_part(raw).map_err(|m| at(attribute.name, &m.to_string()))?;
        match (spec, attribute.ty, part) {
            (KeySpec::Template(t), KeyType::S, Part::Text(text)) => {
                let found = t
                    .parse(&text)
                    .map_err(|e| at(attribute.name, &e.to_string()))?;
                self.keys.extend(found);
            }
            (KeySpec::Template(_), KeyType::N | KeyType::B, part) => {
                let part = part.into_owned();
                self.keys
                    .extend(spec.part_list().map(|p| (p, part.clone())));
            }
            _ => {}
        }
        Ok(())
    }

    /// A field that is only in the keys.
    ///
    /// # Errors
    /// The key does not hold such a value.
    pub fn from_key<T: KeyPart + Serialize>(
        &mut self,
        field: &'static str,
        part: usize,
    ) -> Result<(), Fault> {
        let cut = self.specs().any(|(_, spec)| spec.truncates(part));
        let Some(found) = self.part(part)? else {
            return Ok(());
        };
        let value = T::from_part(found.as_borrowed()).map_err(|e| bad_part(field, &e))?;
        if !cut {
            check_form(field, &value, found)?;
        }
        self.add(field, &value)
    }

    /// A field whose attribute is a key attribute.
    ///
    /// # Errors
    /// The attribute does not hold such a value.
    pub fn natural<T: KeyPart + Serialize>(
        &mut self,
        field: &'static str,
        attribute: &'static str,
    ) -> Result<(), Fault> {
        let Some(raw) = self.passed.raw(attribute) else {
            return Ok(());
        };
        let part = read_part(raw).map_err(|m| at(attribute, &m.to_string()))?;
        let value = T::from_part(part.as_borrowed()).map_err(|e| bad_part(field, &e))?;
        check_form(field, &value, &part)?;
        self.add(field, &value)
    }

    /// A time-to-live field.
    ///
    /// # Errors
    /// The attribute is not a number of seconds.
    pub fn time_to_live<T: Expiry + Serialize>(
        &mut self,
        field: &'static str,
        attribute: &'static str,
    ) -> Result<(), Fault> {
        let Some(raw) = self.passed.raw(attribute) else {
            return Ok(());
        };
        if T::IS_SECONDS && is_whole(raw) {
            self.injected.add_attribute(field, self.passed, attribute);
            return Ok(());
        }
        let seconds = epoch_seconds_of(raw).map_err(|fault| match fault {
            Fault::Invalid { message, .. } => at(attribute, &message),
            other => other,
        })?;
        let value = T::from_epoch_seconds(seconds).map_err(|e| at(attribute, &e.to_string()))?;
        self.add(field, &value)
    }

    /// A field set from the clock.
    ///
    /// # Errors
    /// The attribute is not such a time.
    pub fn timestamp<T: Timestamp + Serialize>(
        &mut self,
        field: &'static str,
        attribute: &'static str,
    ) -> Result<(), Fault> {
        if T::IS_SERDES {
            self.injected.add_attribute(field, self.passed, attribute);
            return Ok(());
        }
        let Some(raw) = self.passed.raw(attribute) else {
            return Ok(());
        };
        let part = read_part(raw).map_err(|m| at(attribute, &m.to_string()))?;
        let value = T::from_attribute(part).map_err(|e| at(attribute, &e.to_string()))?;
        self.add(field, &value)
    }

    /// A field with a default for a missing attribute.
    ///
    /// # Errors
    /// The default cannot be stored.
    pub fn default<T: Serialize>(
        &mut self,
        field: &'static str,
        attribute: &'static str,
        hint: Hint,
        default: impl FnOnce() -> T,
    ) -> Result<(), Fault> {
        if self.passed.has(attribute) {
            return Ok(());
        }
        self.add_hinted(field, &default(), hint)
    }

    fn add<T: Serialize>(&mut self, field: &'static str, value: &T) -> Result<(), Fault> {
        self.add_hinted(field, value, Hint::Auto)
    }

    fn add_hinted<T: Serialize>(
        &mut self,
        field: &'static str,
        value: &T,
        hint: Hint,
    ) -> Result<(), Fault> {
        let write = |out: &mut String| codec::write_value(value, hint, out).map(drop);
        let written = self.injected.add(field, write);
        written.map_err(|e: EncodeError| at(field, &e.message))
    }
}

/// Epoch seconds as they are stored, fractions left out.
pub(crate) fn epoch_seconds_of(raw: &str) -> Result<u64, Fault> {
    let seconds: f64 = match read_part(raw) {
        Ok(Part::Number(n)) => n.parse().unwrap_or(f64::NAN),
        _ => f64::NAN,
    };
    if !(0.0..=9.0e15).contains(&seconds) {
        return Err(Fault::Invalid {
            path: Path::default(),
            message: "expected epoch seconds as a number".to_owned(),
        });
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the range was checked; fractions of a second carry no meaning for time to live"
    )]
    let seconds = seconds as u64;
    Ok(seconds)
}

/// A number of at most 15 digits and nothing else.
fn is_whole(raw: &str) -> bool {
    let digits = raw.strip_prefix(r#"{"N":""#);
    let digits = digits.and_then(|digits| digits.strip_suffix("\"}"));
    digits.is_some_and(|d| (1..=15).contains(&d.len()) && d.bytes().all(|b| b.is_ascii_digit()))
}

/// A key that reads as a value but is not the value's own form would be found by no query for it.
fn check_form<T: KeyPart>(field: &str, value: &T, found: &Part<'_>) -> Result<(), Fault> {
    let own = value.to_part().map_err(|e| bad_part(field, &e))?;
    match (&own, found) {
        (Part::Text(own), Part::Text(found)) if own != found => Err(at(
            field,
            &format!(
                "the key holds `{found}`, which this type writes as `{own}`; use a type of that form, or keep the field as a string"
            ),
        )),
        _ => Ok(()),
    }
}

fn bad_part(field: &str, error: &PartError) -> Fault {
    at(field, &error.to_string())
}

fn at(name: &str, message: &str) -> Fault {
    Fault::Invalid {
        path: Path::field(name),
        message: message.to_owned(),
    }
}

/// Reads `{"S":"…"}`, `{"N":"…"}` or `{"B":"…"}`.
pub(crate) fn read_part(raw: &str) -> Result<Part<'_>, Malformed> {
    match codec::open(&mut Reader::new(raw))? {
        Found::Text(text) => Ok(Part::Text(text)),
        Found::Number(text) => Ok(Part::Number(text)),
        Found::Bytes(bytes) => Ok(Part::Bytes(bytes.into())),
        _ => Err(Malformed {
            position: 0,
            expected: "a string, number or binary attribute",
        }),
    }
}
