//! What can go wrong between values and keys.

use std::borrow::Cow;
use std::fmt;

use super::PartKind;

/// A value that cannot be a key part, or a key part that is not a value of the type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartError {
    message: Cow<'static, str>,
}

impl PartError {
    /// An error with this sentence: lower case, no full stop, saying what to do.
    #[must_use]
    pub fn new(message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            message: message.into(),
        }
    }

    /// The sentence.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    pub(super) fn mismatch(expected: PartKind, found: PartKind) -> Self {
        Self::new(format!(
            "expected {}, found {}",
            kind_name(expected),
            kind_name(found)
        ))
    }
}

impl fmt::Display for PartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for PartError {}

const fn kind_name(kind: PartKind) -> &'static str {
    match kind {
        PartKind::Text => "text",
        PartKind::Number => "a number",
        PartKind::Bytes => "bytes",
    }
}

/// Why parts do not make a key or a key condition. `part` is the index of the entity's part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RenderError {
    /// No value was given for the part.
    Missing {
        /// The part.
        part: usize,
    },
    /// The part is empty and its format does not say `empty`.
    Empty {
        /// The part.
        part: usize,
    },
    /// The value cannot be a key part.
    Part {
        /// The part.
        part: usize,
        /// Why.
        error: PartError,
    },
    /// The number has more digits than the format has room for.
    Overflow {
        /// The part.
        part: usize,
        /// Characters the format has room for, the sign not counted.
        width: usize,
    },
    /// The number has more decimals than the format keeps.
    Inexact {
        /// The part.
        part: usize,
        /// Decimals the format keeps.
        decimals: u8,
    },
    /// A `raw` part contains the separator that follows it.
    RawSeparator {
        /// The part.
        part: usize,
        /// The separator.
        separator: char,
    },
    /// The part contains U+10FFFF, which bounds of ranges are made of.
    Reserved {
        /// The part.
        part: usize,
    },
    /// A range on a part whose text does not sort as its values do.
    Unordered {
        /// The part.
        part: usize,
    },
    /// `begins_with` on a part that is not text.
    NotText {
        /// The part.
        part: usize,
    },
    /// The range holds no value: its lower bound is above its upper bound.
    Inverted {
        /// The part.
        part: usize,
    },
    /// A condition on a level the template does not have.
    Level {
        /// The level asked for.
        level: usize,
    },
    /// The whole key is empty.
    EmptyKey,
}

impl RenderError {
    /// The part at fault, if it is one.
    #[must_use]
    pub const fn part(&self) -> Option<usize> {
        match *self {
            Self::Missing { part }
            | Self::Empty { part }
            | Self::Part { part, .. }
            | Self::Overflow { part, .. }
            | Self::Inexact { part, .. }
            | Self::RawSeparator { part, .. }
            | Self::Reserved { part }
            | Self::Unordered { part }
            | Self::NotText { part }
            | Self::Inverted { part } => Some(part),
            Self::Level { .. } | Self::EmptyKey => None,
        }
    }

    /// The sentence with a name for the part, such as the field's.
    #[must_use]
    pub fn describe(&self, name: impl fmt::Display) -> String {
        match self {
            Self::Missing { .. } => format!("{name} has no value; give every part of the key"),
            Self::Empty { .. } => format!("{name} is empty; give it a value, or allow it with `:empty` in the template"),
            Self::Part { error, .. } => format!("{name} is refused: {error}"),
            Self::Overflow { width, .. } => format!(
                "{name} does not fit in {width} characters of the key; widen its format (existing keys must be rewritten)"
            ),
            Self::Inexact { decimals, .. } => {
                format!("{name} has more than {decimals} decimals; round it first, or keep more in its format")
            }
            Self::RawSeparator { separator, .. } => format!(
                "{name} contains the separator `{separator}` and is `raw`; remove `raw` to have it escaped, or change the value"
            ),
            Self::Reserved { .. } => format!("{name} contains the character U+10FFFF; it is reserved for bounds of ranges"),
            Self::Unordered { .. } => format!(
                "{name} does not sort in this key as its values do; use an equality, pad the number, or follow the text with `#` and without `raw`"
            ),
            Self::NotText { .. } => format!("{name} is not text; use a range instead of begins_with"),
            Self::Inverted { .. } => format!("the range on {name} holds nothing; put the lower bound first"),
            Self::Level { level } => format!("the key has no part at level {level}; levels count from 0"),
            Self::EmptyKey => "the key is empty; DynamoDB refuses an empty key attribute, so add a literal or give a value".to_owned(),
        }
    }
}

impl fmt::Display for RenderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = self.part().unwrap_or_default();
        f.write_str(&self.describe(format_args!("part {part} of the key")))
    }
}

impl std::error::Error for RenderError {}

/// Why a key is not one of a template's: what was expected where. It never quotes the key itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    pub(super) at: usize,
    pub(super) expected: Cow<'static, str>,
}

impl ParseError {
    /// The byte of the key where it departs from the template.
    #[must_use]
    pub const fn at(&self) -> usize {
        self.at
    }

    /// What the template has there.
    #[must_use]
    pub fn expected(&self) -> &str {
        &self.expected
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "expected {} at byte {} of the key",
            self.expected, self.at
        )
    }
}

impl std::error::Error for ParseError {}
