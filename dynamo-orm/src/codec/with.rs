//! Hints for fields further down: `#[serde(with = "dynamo_orm::set")]`.
//!
//! Each module wraps the value in a newtype struct whose name this codec knows; any other
//! format just sees the value.

use std::{fmt, marker::PhantomData};

use serde::{Deserialize, Deserializer, de::Visitor};

use super::hint::{Element, Hint};

const SET: &str = "$dynamo_orm::set";
const NUMBER: &str = "$dynamo_orm::number";
const BYTES: &str = "$dynamo_orm::bytes";
const NUMBER_SET: &str = "$dynamo_orm::number_set";

/// The hint a newtype struct of this name stands for.
pub(crate) fn hint_of(name: &str) -> Option<Hint> {
    if !name.starts_with('$') {
        return None;
    }
    match name {
        SET => Some(Hint::Set(Element::Auto)),
        NUMBER => Some(Hint::Number),
        BYTES => Some(Hint::Bytes),
        NUMBER_SET => Some(Hint::Set(Element::Number)),
        _ => None,
    }
}

macro_rules! modules {
    ($($(#[$doc:meta])* $module:ident = $name:ident;)*) => {
        $($(#[$doc])*
        pub mod $module {
            use serde::{Deserialize, Deserializer, Serialize, Serializer};

            /// Writes the value with this module's hint.
            ///
            /// # Errors
            ///
            /// As the value's own `Serialize`, or if the hint does not fit it.
            pub fn serialize<T, S>(value: &T, serializer: S) -> Result<S::Ok, S::Error>
            where
                T: Serialize + ?Sized,
                S: Serializer,
            {
                serializer.serialize_newtype_struct(super::$name, value)
            }

            /// Reads the value with this module's hint.
            ///
            /// # Errors
            ///
            /// As the value's own `Deserialize`.
            pub fn deserialize<'de, T, D>(deserializer: D) -> Result<T, D::Error>
            where
                T: Deserialize<'de>,
                D: Deserializer<'de>,
            {
                let visitor = super::Hinted(std::marker::PhantomData);
                deserializer.deserialize_newtype_struct(super::$name, visitor)
            }
        })*
    };
}

modules! {
    /// A sequence stored as a set (`SS`, `NS` or `BS`).
    ///
    /// `BTreeSet` and `HashSet` need no such hint, and only they can gain and lose elements by an update (`insert`,
    /// `discard`): this is for sequences and wrappers of other types.
    ///
    /// An empty set is not stored; add `#[serde(default)]` to read its absence as empty.
    set = SET;
    /// A string stored as a number (`N`), digit for digit.
    number = NUMBER;
    /// A sequence of `u8` stored as binary (`B`).
    bytes = BYTES;
    /// A sequence of strings stored as a set of numbers (`NS`).
    ///
    /// An empty set is not stored; add `#[serde(default)]` to read its absence as empty.
    number_set = NUMBER_SET;
}

/// Takes the value out of the newtype struct.
struct Hinted<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Hinted<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::any::type_name::<T>())
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        T::deserialize(deserializer)
    }
}
