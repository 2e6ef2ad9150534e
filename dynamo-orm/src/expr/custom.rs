//! Fields with a form of their own: `#[serde(with = "…")]`.

use std::marker::PhantomData;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::role::{Role, Settable, encode};
use crate::codec::{self, Fault, Hint, Presence, Reader};
use crate::error::Result;

/// A field that serde writes and reads by functions of the user's, `M`.
#[derive(Debug)]
pub struct Custom<M>(PhantomData<M>);

/// The functions of a `#[serde(with = "…")]` field. Implemented by the derives.
#[doc(hidden)]
pub trait CustomForm<T> {
    /// Writes the value.
    ///
    /// # Errors
    /// As the user's function.
    fn serialize<S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error>;

    /// Reads the value.
    ///
    /// # Errors
    /// As the user's function.
    fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error>;
}

struct Writing<'a, T, M>(&'a T, PhantomData<M>);

impl<T, M: CustomForm<T>> Serialize for Writing<'_, T, M> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        M::serialize(self.0, serializer)
    }
}

struct Reading<T, M>(T, PhantomData<M>);

impl<'de, T, M: CustomForm<T>> Deserialize<'de> for Reading<T, M> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        M::deserialize(deserializer).map(|value| Self(value, PhantomData))
    }
}

/// Reads an attribute value by the user's function.
pub(crate) fn read<T, M: CustomForm<T>>(raw: &str, hint: Hint) -> Result<T, Fault> {
    codec::read_value::<Reading<T, M>>(&mut Reader::new(raw), hint).map(|value| value.0)
}

impl<T, M: CustomForm<T>> Role<T> for Custom<M> {
    fn write(value: &T, hint: Hint, out: &mut String) -> Result<Presence> {
        let value = Writing::<T, M>(value, PhantomData);
        codec::write_value(&value, hint, out).map_err(|e| encode(&e))
    }
}

impl<T, M: CustomForm<T>> Settable<T> for Custom<M> {}
