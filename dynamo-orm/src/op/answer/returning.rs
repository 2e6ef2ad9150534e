//! What a write gives back, as a type.

use std::marker::PhantomData;

use serde::de::DeserializeOwned;

use crate::codec::{self, Reader};
use crate::error::{Error, Result};
use crate::expr::{Path, RawPath, Step};
use crate::schema::{Entity, decode_item};

/// Nothing: `ReturnValues` is `NONE`.
#[derive(Debug)]
pub struct Nothing;

/// The item as it was before: `ALL_OLD`.
#[derive(Debug)]
pub struct Old;

/// The item as it is after: `ALL_NEW`.
#[derive(Debug)]
pub struct New;

/// The changed attributes as they are after: `UPDATED_NEW`.
#[derive(Debug)]
pub struct UpdatedNew;

/// The changed attributes as they were before: `UPDATED_OLD`.
#[derive(Debug)]
pub struct UpdatedOld;

/// The return value of a write to an `E`.
pub trait Returning<E> {
    /// The type that `send` gives.
    type Output;
    /// The `ReturnValues` parameter.
    #[doc(hidden)]
    const API: Option<&'static str>;
    /// Reads the answer.
    #[doc(hidden)]
    fn output(attributes: Option<String>) -> Result<Self::Output>;
}

impl<E> Returning<E> for Nothing {
    type Output = ();
    const API: Option<&'static str> = None;

    fn output(_: Option<String>) -> Result<()> {
        Ok(())
    }
}

impl<E: Entity> Returning<E> for Old {
    type Output = Option<E>;
    const API: Option<&'static str> = Some("ALL_OLD");

    fn output(attributes: Option<String>) -> Result<Option<E>> {
        attributes
            .filter(|item| item != "{}")
            .map(|item| decode_item(&item))
            .transpose()
    }
}

impl<E: Entity> Returning<E> for New {
    type Output = E;
    const API: Option<&'static str> = Some("ALL_NEW");

    fn output(attributes: Option<String>) -> Result<E> {
        decode_item(attributes.as_deref().unwrap_or("{}"))
    }
}

impl<E: Entity> Returning<E> for UpdatedNew {
    type Output = Changed<E>;
    const API: Option<&'static str> = Some("UPDATED_NEW");

    fn output(attributes: Option<String>) -> Result<Changed<E>> {
        Ok(Changed::new(attributes))
    }
}

impl<E: Entity> Returning<E> for UpdatedOld {
    type Output = Changed<E>;
    const API: Option<&'static str> = Some("UPDATED_OLD");

    fn output(attributes: Option<String>) -> Result<Changed<E>> {
        Ok(Changed::new(attributes))
    }
}

/// Some attributes of an `E`, read by typed path.
#[derive(Debug)]
pub struct Changed<E> {
    item: String,
    marker: PhantomData<fn() -> E>,
}

impl<E: Entity> Changed<E> {
    fn new(attributes: Option<String>) -> Self {
        Self {
            item: attributes.unwrap_or_else(|| "{}".to_owned()),
            marker: PhantomData,
        }
    }

    /// The value of a field, or `None` when it was not among the changed attributes.
    ///
    /// # Errors
    /// `Decode` when the stored value does not fit the type.
    pub fn get<T: DeserializeOwned, K>(
        &self,
        field: impl FnOnce(E::Fields) -> Path<E, T, K>,
    ) -> Result<Option<T>> {
        let path = field(E::fields());
        let Some(raw) = find(&self.item, &path.raw) else {
            return Ok(None);
        };
        codec::read_value(&mut Reader::new(raw), path.hint)
            .map(Some)
            .map_err(|fault| {
                Error::decode(E::MODEL.name, &self.item, &fault).with_path(path.raw.to_string())
            })
    }

    /// The attributes as DynamoDB JSON.
    #[must_use]
    pub fn to_json(&self) -> &str {
        &self.item
    }
}

/// The raw value at a path of an item.
pub(crate) fn find<'a>(item: &'a str, path: &RawPath) -> Option<&'a str> {
    let mut found = None;
    let Some(Step::Name(first)) = path.steps.first() else {
        return None;
    };
    Reader::new(item)
        .object(&mut |reader, name| {
            let raw = reader.raw_value()?;
            if name == *first {
                found = Some(raw);
            }
            Ok(())
        })
        .ok()?;
    path.steps
        .iter()
        .skip(1)
        .try_fold(found?, |raw, step| inside(raw, step))
}

/// The element of a map or list value.
fn inside<'a>(raw: &'a str, step: &Step) -> Option<&'a str> {
    let mut found = None;
    Reader::new(raw)
        .object(&mut |reader, tag| match (&*tag, step) {
            ("M", Step::Name(wanted)) => reader.object(&mut |reader, name| {
                let raw = reader.raw_value()?;
                if name == *wanted {
                    found = Some(raw);
                }
                Ok(())
            }),
            ("L", Step::Index(wanted)) => {
                let mut n = 0;
                reader.array(&mut |reader| {
                    let raw = reader.raw_value()?;
                    if n == *wanted {
                        found = Some(raw);
                    }
                    n += 1;
                    Ok(())
                })
            }
            _ => reader.skip_value(),
        })
        .ok()?;
    found
}
