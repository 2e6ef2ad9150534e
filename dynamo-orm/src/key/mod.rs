//! Key parts and key templates: how typed values become sort-preserving key text, and back.
//!
//! A [`Template`] such as `"ORDER#{placed_on}#{order_id}"` is constant data: literals and parts in turn. It
//! renders parts into a key, parses a key back into its parts, and turns a typed [`Range`] on one part into a
//! [`KeyCondition`]. Three properties hold for every template that passes [`Template::check`]:
//!
//! - different parts never give one key (unless the format drops something, see [`Format::is_lossless`]);
//! - keys sort as the parts do, wherever [`Template::is_ordered`] says so;
//! - a condition selects exactly the keys that the typed comparison selects, never another entity's.
//!
//! # Text forms
//!
//! | type | form | example |
//! |---|---|---|
//! | `String` and other text | as it is; escaped before a separator | `a#b` → `a%23b#` |
//! | `u8` … `u128` | zero-padded to the type's width | `7u8` → `007` |
//! | `i8` … `i128` | the same; negatives are `-` and the nines' complement | `-7i8` → `-992` |
//! | `Decimal` | sign, exponent, digits, see [`Form::Decimal`] | `12.5` → `p501125.` |
//! | `bool` | `false`, `true` | |
//! | `Uuid`, `Ulid` | hyphenated lower case, 26 characters | |
//! | dates | `2024-05-01` | |
//! | timestamps | UTC, always nine digits of a second | `2024-05-01T10:00:00.000000000Z` |
//! | bytes | lower-case hexadecimal | `[1, 255]` → `01ff` |

mod bounds;
#[cfg(any(feature = "chrono", feature = "time", feature = "jiff"))]
mod calendar;
mod check;
#[cfg(feature = "chrono")]
mod chrono;
mod condition;
mod cursor;
#[cfg(feature = "rust_decimal")]
mod decimal;
mod digits;
mod error;
mod escape;
mod form;
mod format;
#[cfg(any(feature = "uuid", feature = "ulid"))]
mod id;
#[cfg(feature = "jiff")]
mod jiff;
mod number;
mod overlap;
mod parse;
mod part;
mod primitive;
#[cfg(test)]
mod properties;
mod render;
mod template;
#[cfg(feature = "time")]
mod time;
mod tree;
mod wire;
mod write;

pub(crate) use self::bounds::above_all;
pub(crate) use self::condition::{KeyCondition, Range};
pub use self::error::PartError;
pub(crate) use self::error::{ParseError, RenderError};
pub use self::form::Form;
pub use self::format::{Case, Format};
pub use self::part::{AsPart, KeyPart, OrderedKeyPart, Part, PartKind, TextKeyPart};
pub use self::template::{Segment, Template};
pub use self::tree::TreePath;
