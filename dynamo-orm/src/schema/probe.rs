//! What a field's type says about its stored form, asked at compile time.
//!
//! Serde shows a set as a sequence, bytes as a sequence of numbers and a decimal as text. An inherent constant of
//! `Probe<T>` wins over the one of the trait, so that the derive can ask any type without a bound on it.

use std::marker::PhantomData;

use crate::codec::{Element, Hint};

/// Asks about the type `T`.
#[derive(Debug)]
pub struct Probe<T: ?Sized>(PhantomData<T>);

/// The answer for types that are stored as serde shows them.
pub trait Plain {
    /// How the value is stored.
    const HINT: Hint = Hint::Auto;
    /// How it is stored as an element of a set.
    const ELEMENT: Element = Element::Auto;
}

impl<T: ?Sized> Plain for Probe<T> {}

impl Probe<Vec<u8>> {
    /// Binary.
    pub const HINT: Hint = Hint::Bytes;
    /// A set of binaries.
    pub const ELEMENT: Element = Element::Bytes;
}

impl<const N: usize> Probe<[u8; N]> {
    /// Binary.
    pub const HINT: Hint = Hint::Bytes;
    /// A set of binaries.
    pub const ELEMENT: Element = Element::Bytes;
}

impl<T> Probe<std::collections::BTreeSet<T>> {
    /// A set, of whatever its elements are.
    pub const HINT: Hint = Hint::Set(Element::Auto);
    /// Sets cannot be elements of sets.
    pub const ELEMENT: Element = Element::Auto;
}

impl<T, S> Probe<std::collections::HashSet<T, S>> {
    /// A set, of whatever its elements are.
    pub const HINT: Hint = Hint::Set(Element::Auto);
    /// Sets cannot be elements of sets.
    pub const ELEMENT: Element = Element::Auto;
}

#[cfg(feature = "rust_decimal")]
impl Probe<rust_decimal::Decimal> {
    /// An exact number.
    pub const HINT: Hint = Hint::Number;
    /// A set of exact numbers.
    pub const ELEMENT: Element = Element::Number;
}
