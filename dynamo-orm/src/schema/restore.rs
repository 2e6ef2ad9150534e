//! Fields that serde cannot read from an attribute of their own: from keys, clocks and defaults.

use std::borrow::Cow;

use serde::Serialize;

use super::entity::{Entity, Table};
use super::model::{KeySpec, KeyType};
use super::time::{Expiry, Timestamp};
use crate::codec::{self, Fault, Hint, Malformed, Path, Presence, Reader};
use crate::key::{KeyPart, Part, PartError};

/// The texts of injected values, and where each field's value stands in them.
pub(super) type Values = (String, Vec<(&'static str, usize, usize)>);

/// The attributes of an item, and the values to give serde in addition.
#[derive(Debug)]
pub struct Restore<'i, 'de> {
    attributes: &'i [(Cow<'de, str>, &'de str)],
    keys: Vec<(usize, Part<'static>)>,
    values: &'i mut String,
    spans: &'i mut Vec<(&'static str, usize, usize)>,
}

/// Collects the attributes of the item at the reader, then asks the entity for the values to add.
pub(crate) fn restore<'de, E: Entity>(reader: &mut Reader<'de>) -> Result<Values, Fault> {
    let start = reader.position();
    let mut attributes: Vec<(Cow<'de, str>, &'de str)> = Vec::with_capacity(16);
    reader
        .object(&mut |reader, name| {
            let raw = reader.raw_value()?;
            attributes.push((name, raw));
            Ok(())
        })
        .map_err(Fault::Malformed)?;
    reader.seek(start);
    let (mut values, mut spans) = (String::new(), Vec::new());
    let mut item = Restore {
        attributes: &attributes,
        keys: Vec::new(),
        values: &mut values,
        spans: &mut spans,
    };
    item.parse_keys::<E>()?;
    E::restore(&mut item)?;
    Ok((values, spans))
}

impl Restore<'_, '_> {
    fn raw(&self, attribute: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(name, _)| name == attribute)
            .map(|(_, raw)| *raw)
    }

    fn parse_keys<E: Entity>(&mut self) -> Result<(), Fault> {
        let table = E::Table::MODEL;
        let primary = table.keys().zip(E::MODEL.primary());
        let indexed = E::MODEL.indexes.iter().flat_map(super::IndexUse::specs);
        for (attribute, spec) in primary.chain(indexed) {
            let Some(raw) = self.raw(attribute.name) else {
                continue;
            };
            let part = read_part(raw).map_err(|m| at(attribute.name, &m.to_string()))?;
            match (&spec, attribute.ty, part) {
                (KeySpec::Template(t), KeyType::S, Part::Text(text)) => {
                    let found = t
                        .parse(&text)
                        .map_err(|e| at(attribute.name, &e.to_string()))?;
                    self.keys.extend(found);
                }
                (KeySpec::Template(_), KeyType::N | KeyType::B, part) => {
                    self.keys
                        .extend(spec.part_list().map(|p| (p, part.clone())));
                }
                _ => {}
            }
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
        let Some(found) = self
            .keys
            .iter()
            .find(|(p, _)| *p == part)
            .map(|(_, v)| v.clone())
        else {
            return Ok(());
        };
        let value = T::from_part(found).map_err(|e| bad_part(field, &e))?;
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
        let Some(raw) = self.raw(attribute) else {
            return Ok(());
        };
        let part = read_part(raw).map_err(|m| at(attribute, &m.to_string()))?;
        let value = T::from_part(part).map_err(|e| bad_part(field, &e))?;
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
        let Some(raw) = self.raw(attribute) else {
            return Ok(());
        };
        let seconds: f64 = match read_part(raw) {
            Ok(Part::Number(n)) => n.parse().unwrap_or(f64::NAN),
            _ => f64::NAN,
        };
        if !(0.0..=9.0e15).contains(&seconds) {
            return Err(at(attribute, "expected epoch seconds as a number"));
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the range was checked; fractions of a second carry no meaning for time to live"
        )]
        let value =
            T::from_epoch_seconds(seconds as u64).map_err(|e| at(attribute, &e.to_string()))?;
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
        let Some(raw) = self.raw(attribute) else {
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
        if self.raw(attribute).is_some() {
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
        let start = self.values.len();
        let presence =
            codec::write_value(value, hint, self.values).map_err(|e| at(field, &e.message))?;
        if presence == Presence::Present {
            self.spans.push((field, start, self.values.len()));
        }
        Ok(())
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
pub(crate) fn read_part(raw: &str) -> Result<Part<'static>, Malformed> {
    let mut part = None;
    Reader::new(raw).object(&mut |reader, tag| {
        let expected = |reader: &Reader<'_>| Malformed {
            position: reader.position(),
            expected: "a string, number or binary attribute",
        };
        let error = expected(reader);
        part = Some(match &*tag {
            "S" => Part::Text(reader.string()?.into_owned().into()),
            "N" => Part::Number(reader.string()?.into_owned().into()),
            "B" => Part::Bytes(
                aws_smithy_types::base64::decode(&*reader.string()?)
                    .map_err(|_| error)?
                    .into(),
            ),
            _ => return Err(error),
        });
        Ok(())
    })?;
    part.ok_or(Malformed {
        position: 0,
        expected: "an attribute value",
    })
}
