//! Reading: the text of an item, through serde, becomes a value.

use std::cell::Cell;
use std::fmt;

use serde::{
    Deserialize,
    de::{Expected, Unexpected},
};

use super::{
    found::{self, Found, SetOf},
    hint::{Hint, Rule},
    path::Path,
    reader::{Malformed, Reader},
};

mod inject;
mod item;
mod key;
mod map;
mod seq;
#[cfg(test)]
mod tests;
mod value;
mod variant;

pub(crate) use inject::{Inject, Injected, Passed};
use item::ItemDe;
use value::ValueDe;

/// How an item is read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ReadItem<'a, 'de> {
    /// How fields differ from the plain rule.
    pub rules: &'static [Rule],
    /// Attributes that serde never sees: keys and the like.
    pub hide: &'a [&'static str],
    /// The type attribute and the value it must have if it is there; another string is
    /// [`Fault::OtherKind`]. Serde sees the attribute only if a struct's field, or a rule, names it.
    pub kind: Option<(&'static str, &'static str)>,
    /// Set once the type attribute was there.
    pub saw_kind: Option<&'a Cell<bool>>,
    /// Fields that are not attributes.
    pub inject: Option<&'de Inject>,
}

impl ReadItem<'_, '_> {
    /// All attributes, as they are.
    #[cfg(test)]
    pub(crate) const PLAIN: Self = ReadItem {
        rules: &[],
        hide: &[],
        kind: None,
        saw_kind: None,
        inject: None,
    };
}

/// Reads an item, braces included; the cursor then stands behind it.
///
/// # Errors
///
/// If the item is of another kind, does not fit `T`, or is malformed; the cursor then stands
/// where it stood, so that the item can be skipped.
pub(crate) fn read_item<'de, T: Deserialize<'de>>(
    reader: &mut Reader<'de>,
    how: &ReadItem<'_, 'de>,
) -> Result<T, Fault> {
    let start = reader.clone();
    T::deserialize(ItemDe {
        reader: &mut *reader,
        how,
    })
    .map_err(|flaw| {
        *reader = start;
        flaw.of_item(reader.clone(), how.kind)
    })
}

/// Reads one attribute value; the cursor then stands behind it.
///
/// # Errors
///
/// If the value does not fit `T` or is malformed; the cursor then stands where it stood.
pub(crate) fn read_value<'de, T: Deserialize<'de>>(
    reader: &mut Reader<'de>,
    hint: Hint,
) -> Result<T, Fault> {
    let start = reader.clone();
    T::deserialize(ValueDe::new(&mut *reader, hint)).map_err(|flaw| {
        *reader = start;
        *flaw.0
    })
}

/// Why an item could not be read.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// The type attribute has this other value.
    OtherKind(String),
    /// The item does not fit the type.
    Invalid {
        /// Where in the item.
        path: Path,
        /// What was found, and what was expected.
        message: String,
    },
    /// The text is not an item at all.
    Malformed(Malformed),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherKind(kind) => write!(f, "the item is of another type, {kind:?}"),
            Self::Invalid { path, message } if path.is_empty() => f.write_str(message),
            Self::Invalid { path, message } => write!(f, "at `{path}`: {message}"),
            Self::Malformed(_) => f.write_str("the text is not an item in DynamoDB's JSON"),
        }
    }
}

impl std::error::Error for Fault {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Malformed(malformed) => Some(malformed),
            _ => None,
        }
    }
}

/// A [`Fault`] on its way up; one word, so that success stays cheap.
#[derive(Debug)]
pub(crate) struct Flaw(Box<Fault>);

impl Flaw {
    #[cold]
    fn new(message: impl Into<String>) -> Self {
        Self(Box::new(Fault::Invalid {
            path: Path::new(),
            message: message.into(),
        }))
    }

    #[cold]
    fn other_kind(kind: &str) -> Self {
        Self(Box::new(Fault::OtherKind(kind.to_owned())))
    }

    /// What was found does not fit.
    #[cold]
    #[inline(never)]
    fn unexpected(found: &Found<'_>, expected: &dyn Expected) -> Self {
        let number;
        let unexpected = match found {
            Found::Text(text) => Unexpected::Str(text),
            Found::Number(text) => {
                number = format!("number {text}");
                Unexpected::Other(&number)
            }
            Found::Byte(byte) => Unexpected::Unsigned((*byte).into()),
            Found::Bytes(_) => Unexpected::Other("binary"),
            Found::Bool(bool) => Unexpected::Bool(*bool),
            Found::Null => Unexpected::Other("null"),
            Found::Map => Unexpected::Map,
            Found::List => Unexpected::Other("list"),
            Found::Set(SetOf::Text) => Unexpected::Other("string set"),
            Found::Set(SetOf::Number) => Unexpected::Other("number set"),
            Found::Set(SetOf::Bytes) => Unexpected::Other("binary set"),
            Found::NoSet => Unexpected::Other("empty set"),
        };
        serde::de::Error::invalid_type(unexpected, expected)
    }

    /// A number of the right type does not fit.
    #[cold]
    #[inline(never)]
    fn unfit(number: &str, expected: &dyn Expected) -> Self {
        let number = format!("number {number}");
        serde::de::Error::invalid_value(Unexpected::Other(&number), expected)
    }

    #[cold]
    #[inline(never)]
    fn in_name(mut self, name: &str) -> Self {
        if let Fault::Invalid { path, .. } = &mut *self.0 {
            path.push_name(name);
        }
        self
    }

    #[cold]
    fn in_index(mut self, index: usize) -> Self {
        if let Fault::Invalid { path, .. } = &mut *self.0 {
            path.push_index(index);
        }
        self
    }

    /// An item of another kind may not fit before its type attribute comes along.
    #[cold]
    fn of_item(self, mut item: Reader<'_>, kind: Option<(&str, &str)>) -> Fault {
        let (Some((attribute, expected)), Fault::Invalid { .. }) = (kind, &*self.0) else {
            return *self.0;
        };
        let mut other = None;
        let scanned = item.object(&mut |reader, name| {
            if name != attribute {
                return reader.skip_value();
            }
            other = other_kind(reader, expected)?;
            reader.skip_value()
        });
        match (scanned, other) {
            (Ok(()), Some(other)) => Fault::OtherKind(other),
            _ => *self.0,
        }
    }
}

/// The type attribute's value, if it is another string than expected; the cursor stays.
fn other_kind(reader: &Reader<'_>, expected: &str) -> Result<Option<String>, Malformed> {
    if found::plain_text(&mut reader.clone()) == Some(expected) {
        return Ok(None);
    }
    Ok(match found::open(&mut reader.clone())? {
        Found::Text(text) if text != expected => Some(text.into_owned()),
        _ => None,
    })
}

impl From<Fault> for Flaw {
    #[cold]
    fn from(fault: Fault) -> Self {
        Self(Box::new(fault))
    }
}

impl From<Malformed> for Flaw {
    #[cold]
    fn from(malformed: Malformed) -> Self {
        Self(Box::new(Fault::Malformed(malformed)))
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Flaw {}

impl serde::de::Error for Flaw {
    #[cold]
    #[inline(never)]
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message.to_string())
    }
}
