//! A key part: one typed value of a key, and the traits of the types that can be one.

use std::borrow::Cow;

use super::{Form, PartError};

/// One value of a key, as DynamoDB would store it on its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// Text, attribute type `S`.
    Text(Cow<'a, str>),
    /// The exact plain decimal text of a number, such as `-7` or `12.50`; attribute type `N`.
    Number(Cow<'a, str>),
    /// Bytes, attribute type `B`.
    Bytes(Cow<'a, [u8]>),
}

impl Part<'_> {
    /// The same part without a borrow.
    #[must_use]
    pub fn into_owned(self) -> Part<'static> {
        match self {
            Part::Text(text) => Part::Text(Cow::Owned(text.into_owned())),
            Part::Number(text) => Part::Number(Cow::Owned(text.into_owned())),
            Part::Bytes(bytes) => Part::Bytes(Cow::Owned(bytes.into_owned())),
        }
    }

    /// The same part, borrowed from this one.
    #[must_use]
    pub fn as_borrowed(&self) -> Part<'_> {
        match self {
            Part::Text(text) => Part::Text(Cow::Borrowed(text)),
            Part::Number(text) => Part::Number(Cow::Borrowed(text)),
            Part::Bytes(bytes) => Part::Bytes(Cow::Borrowed(bytes)),
        }
    }

    /// Which kind of attribute holds this part on its own.
    #[must_use]
    pub const fn kind(&self) -> PartKind {
        match self {
            Part::Text(_) => PartKind::Text,
            Part::Number(_) => PartKind::Number,
            Part::Bytes(_) => PartKind::Bytes,
        }
    }
}

impl<'a> Part<'a> {
    /// The text of a text part; an error that names what was expected otherwise.
    ///
    /// # Errors
    ///
    /// [`PartError`] if the part is a number or bytes.
    pub fn into_text(self) -> Result<Cow<'a, str>, PartError> {
        match self {
            Part::Text(text) => Ok(text),
            other => Err(PartError::mismatch(PartKind::Text, other.kind())),
        }
    }

    /// The decimal text of a number part; an error that names what was expected otherwise.
    ///
    /// # Errors
    ///
    /// [`PartError`] if the part is text or bytes.
    pub fn into_number(self) -> Result<Cow<'a, str>, PartError> {
        match self {
            Part::Number(text) => Ok(text),
            other => Err(PartError::mismatch(PartKind::Number, other.kind())),
        }
    }

    /// The bytes of a binary part; an error that names what was expected otherwise.
    ///
    /// # Errors
    ///
    /// [`PartError`] if the part is text or a number.
    pub fn into_bytes(self) -> Result<Cow<'a, [u8]>, PartError> {
        match self {
            Part::Bytes(bytes) => Ok(bytes),
            other => Err(PartError::mismatch(PartKind::Bytes, other.kind())),
        }
    }
}

/// The attribute type of a part that is a key by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartKind {
    /// `S`
    Text,
    /// `N`
    Number,
    /// `B`
    Bytes,
}

/// A type whose values can be part of a key.
///
/// Implemented for text, integers, `bool`, bytes and, each behind the feature of its crate, `Uuid`, `Ulid`,
/// `Decimal`, dates and timestamps. `#[derive(KeyPart)]` implements it for newtypes and enums. Floating-point
/// numbers are left out on purpose: they do not compare exactly.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of a key",
    label = "not a key part",
    note = "key parts are String, integers, bool, Uuid, Ulid, Decimal, dates and timestamps (each behind its feature), and your own types with `#[derive(KeyPart)]`",
    note = "floating-point numbers are refused since they do not compare exactly; use an integer of the smallest unit, or `rust_decimal::Decimal`"
)]
pub trait KeyPart: Sized {
    /// The attribute type when the value is a key by itself.
    const KIND: PartKind;

    /// How the value is written inside a composed text key.
    const FORM: Form;

    /// The value as a key part.
    ///
    /// # Errors
    ///
    /// [`PartError`] if the value has no sorted text, such as a date before the year 0.
    fn to_part(&self) -> Result<Part<'_>, PartError>;

    /// The value of a key part.
    ///
    /// # Errors
    ///
    /// [`PartError`] if the part is not a value of this type.
    fn from_part(part: Part<'_>) -> Result<Self, PartError>;
}

/// Marks a key part whose text form sorts as the values do; range conditions ask for it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not sort in a key as its values do",
    label = "has no order in a key",
    note = "put the variants in alphabetical order of their stored names, or store their position with `#[key_part(ordinal)]`"
)]
pub trait OrderedKeyPart: KeyPart {}

/// Marks a key part that is free text; `begins_with` conditions ask for it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not text, so a key cannot be asked whether it begins with some of it",
    label = "not text",
    note = "use a range such as `between` for numbers and dates"
)]
pub trait TextKeyPart: KeyPart {}

/// What can be given where a key part of type `T` is asked for: `T`, `&T`, and `&str` for `String`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be given where a key asks for `{T}`",
    label = "expected `{T}` or `&{T}`"
)]
pub trait AsPart<T: KeyPart> {
    /// The key part, without a borrow.
    ///
    /// # Errors
    ///
    /// [`PartError`] as [`KeyPart::to_part`].
    fn into_part(self) -> Result<Part<'static>, PartError>;
}

impl<T: KeyPart> AsPart<T> for T {
    fn into_part(self) -> Result<Part<'static>, PartError> {
        self.to_part().map(Part::into_owned)
    }
}

impl<T: KeyPart> AsPart<T> for &T {
    fn into_part(self) -> Result<Part<'static>, PartError> {
        self.to_part().map(Part::into_owned)
    }
}

impl AsPart<String> for &str {
    fn into_part(self) -> Result<Part<'static>, PartError> {
        Ok(Part::Text(Cow::Owned(self.to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(value: impl AsPart<u32>) -> Part<'static> {
        value.into_part().unwrap()
    }

    fn text(value: impl AsPart<String>) -> Part<'static> {
        value.into_part().unwrap()
    }

    #[test]
    fn an_integer_literal_takes_the_type_of_the_part() {
        assert_eq!(number(5), Part::Number("5".into()));
        let five: &u32 = &5;
        assert_eq!(number(five), Part::Number("5".into()));
    }

    #[test]
    fn text_is_given_owned_or_borrowed() {
        let owned = String::from("a");
        assert_eq!(text("a"), text(&owned));
        assert_eq!(text(owned), Part::Text("a".into()));
    }

    #[test]
    fn a_part_of_another_kind_is_named() {
        let error = Part::Number("7".into()).into_text().unwrap_err();
        assert_eq!(error.to_string(), "expected text, found a number");
    }
}
