//! A primary key, typed by its entity.

use std::fmt;
use std::marker::PhantomData;

use crate::codec::Fault;
use crate::error::{Error, Result};
use crate::key::{Part, PartError};
use crate::schema::keys::{self, KeyValue};
use crate::schema::{Entity, Parts, key_parts};

/// The primary key of an `E`.
///
/// Made by the functions that the derive generates: `Order::get(&customer, date, id)` and its siblings take the same
/// arguments as `Order::key(…)`.
pub struct Key<E> {
    parts: Vec<Option<Part<'static>>>,
    error: Option<Error>,
    marker: PhantomData<fn() -> E>,
}

impl<E: Entity> Key<E> {
    /// A key with no parts yet.
    #[doc(hidden)]
    #[must_use]
    pub fn new() -> Self {
        Self {
            parts: vec![None; E::MODEL.parts.len()],
            error: None,
            marker: PhantomData,
        }
    }

    /// Adds a part; a part that cannot be one is reported when the request is built.
    #[doc(hidden)]
    #[must_use]
    pub fn with(mut self, part: usize, value: Result<Part<'static>, PartError>) -> Self {
        match value {
            Ok(value) => {
                if let Some(slot) = self.parts.get_mut(part) {
                    *slot = Some(value);
                }
            }
            Err(error) => {
                let mut error = Error::from(error).with_entity(E::MODEL.name);
                if let Some(model) = E::MODEL.parts.get(part) {
                    error = error.with_path(model.field);
                }
                self.error.get_or_insert(error);
            }
        }
        self
    }

    pub(crate) fn of(entity: &E) -> Self {
        let mut key = Self::new();
        for (n, slot) in key.parts.iter_mut().enumerate() {
            if !E::MODEL.primary().any(|spec| spec.uses(n)) {
                continue;
            }
            match entity.part(n) {
                Ok(part) => *slot = part.map(Part::into_owned),
                Err(error) => {
                    key.error.get_or_insert(error.with_entity(E::MODEL.name));
                }
            }
        }
        key
    }

    /// The key of a stored item, taken from its key attributes.
    pub(crate) fn of_item(item: &str) -> Result<Self, Fault> {
        let parts = key_parts::<E>(item)?;
        Ok(Self {
            parts,
            error: None,
            marker: PhantomData,
        })
    }

    /// The parts, or the first error among them.
    pub(crate) fn parts(&self) -> Result<Parts<'_>> {
        match &self.error {
            Some(error) => Err(crate::expr::render::copy(error).with_entity(E::MODEL.name)),
            None => Ok(Parts(&self.parts)),
        }
    }

    /// The key attributes with their values.
    pub(crate) fn values(&self) -> Result<Vec<KeyValue>> {
        keys::primary::<E>(&self.parts()?)
    }

    /// `{"PK":{"S":"…"},"SK":{"S":"…"}}`.
    pub(crate) fn wire(&self) -> Result<(String, String)> {
        let values = self.values()?;
        Ok((keys::wire(&values), keys::describe(&values)))
    }

    /// The key as DynamoDB JSON, as `{"PK":{"S":"CUSTOMER#1"},"SK":{"S":"PROFILE"}}`.
    ///
    /// # Errors
    /// `InvalidKey` when the values cannot make a key.
    pub fn to_json(&self) -> Result<String> {
        Ok(self.wire()?.0)
    }
}

impl<E: Entity> Default for Key<E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<E> Clone for Key<E> {
    fn clone(&self) -> Self {
        Self {
            parts: self.parts.clone(),
            error: self.error.as_ref().map(crate::expr::render::copy),
            marker: PhantomData,
        }
    }
}

impl<E: Entity> fmt::Debug for Key<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.wire() {
            Ok((_, text)) => write!(f, "Key<{}>({text})", E::MODEL.name),
            Err(error) => write!(f, "Key<{}>({error})", E::MODEL.name),
        }
    }
}
