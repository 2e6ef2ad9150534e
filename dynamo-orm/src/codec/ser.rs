//! Writing: a value, through serde, becomes the text of an item.

use std::fmt;

use serde::Serialize;

use super::{
    hint::{Hint, Rule},
    path::Path,
};

mod item;
mod key;
mod map;
mod seq;
#[cfg(test)]
mod tests;
mod value;

pub(crate) use super::text::write_string;

use item::ItemSer;
use value::{ValueSer, Wrote};

/// Containers inside one another in one attribute value; DynamoDB's limit.
const MAX_DEPTH: u8 = 32;

/// Whether a value has a stored form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Presence {
    /// It was written.
    Present,
    /// `None`, or an empty set: nothing was written.
    Absent,
}

/// Appends the members of an item: `"a":{"S":"x"},"b":{"N":"1"}`, without braces, and with a
/// leading comma unless `out` ends in `{`.
///
/// # Errors
///
/// If the value is not a struct or map, or holds what DynamoDB cannot store; `out` is then as
/// it was.
pub(crate) fn write_item<T: Serialize + ?Sized>(
    value: &T,
    rules: &'static [Rule],
    out: &mut String,
) -> Result<(), EncodeError> {
    let start = out.len();
    match value.serialize(ItemSer {
        out: &mut *out,
        rules,
    }) {
        Ok(_) => Ok(()),
        Err(flaw) => {
            out.truncate(start);
            Err(flaw.into())
        }
    }
}

/// Appends one attribute value, such as `{"S":"x"}`; nothing for `None` and for an empty set.
///
/// # Errors
///
/// If the value holds what DynamoDB cannot store; `out` is then as it was.
pub(crate) fn write_value<T: Serialize + ?Sized>(
    value: &T,
    hint: Hint,
    out: &mut String,
) -> Result<Presence, EncodeError> {
    let start = out.len();
    match value.serialize(ValueSer::new(&mut *out, hint, 0)) {
        Ok(Wrote::Value) => Ok(Presence::Present),
        Ok(Wrote::None | Wrote::EmptySet) => Ok(Presence::Absent),
        Err(flaw) => {
            out.truncate(start);
            Err(flaw.into())
        }
    }
}

/// A value that DynamoDB cannot store.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct EncodeError {
    /// Where in the item.
    pub path: Path,
    /// What is wrong, and what to do.
    pub message: String,
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "at `{}`: ", self.path)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for EncodeError {}

/// An [`EncodeError`] on its way up; one word, so that success stays cheap.
#[derive(Debug)]
pub(crate) struct Flaw(Box<EncodeError>);

impl Flaw {
    #[cold]
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(Box::new(EncodeError {
            path: Path::new(),
            message: message.into(),
        }))
    }

    #[cold]
    pub(crate) fn in_name(mut self, name: &str) -> Self {
        self.0.path.push_name(name);
        self
    }

    #[cold]
    pub(crate) fn in_index(mut self, index: usize) -> Self {
        self.0.path.push_index(index);
        self
    }
}

impl From<Flaw> for EncodeError {
    fn from(flaw: Flaw) -> Self {
        *flaw.0
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Flaw {}

impl serde::ser::Error for Flaw {
    #[cold]
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message.to_string())
    }
}

/// Serializer methods that refuse what they are given: `$refuse(self, what)` makes the error.
macro_rules! refuse {
    ($refuse:path => $($method:ident($($name:ident: $ty:ty),*) $what:literal;)*) => {
        $(fn $method(self $(, $name: $ty)*) -> Result<Self::Ok, Flaw> {
            $(let _ = $name;)*
            Err($refuse($what))
        })*
    };
}
use refuse;
