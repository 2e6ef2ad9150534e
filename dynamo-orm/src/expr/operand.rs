//! The right-hand side of comparisons and assignments: values, or other attributes.

use std::collections::{BTreeSet, HashSet};

use serde::Serialize;

use super::path::{Path, RawPath};
use super::role::Role;
use crate::codec::{Hint, Presence};
use crate::error::Error;

/// One side of a comparison, rendered later.
#[derive(Debug)]
pub(crate) enum Term {
    Path(RawPath),
    Size(RawPath),
    Value(String),
    /// `None` or an empty set: there is no such attribute value.
    Absent,
    /// The value could not be encoded; reported when the request is built.
    Broken(Error),
}

/// Anything that can be compared with, or assigned to, an attribute of type `T`: a `T`, a `&T`, a `&str` where `T` is
/// `String`, or the path of another attribute of the same type.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a value for an attribute of type `{T}`",
    label = "expected `{T}`, `&{T}`, or the path of another `{T}` attribute"
)]
pub trait Operand<T> {
    /// Encodes the operand as the role `K` stores it.
    #[doc(hidden)]
    fn into_assigned<K: Role<T>>(self, hint: Hint) -> Assigned;
}

/// An encoded operand with its key part, if the field feeds a key.
#[doc(hidden)]
#[derive(Debug)]
pub struct Assigned {
    pub(crate) term: Term,
    pub(crate) part: Option<crate::key::Part<'static>>,
}

fn assigned<T, K: Role<T>>(value: &T, hint: Hint) -> Assigned {
    let mut wire = String::new();
    let term = match K::write(value, hint, &mut wire) {
        Ok(Presence::Present) => Term::Value(wire),
        Ok(Presence::Absent) => Term::Absent,
        Err(error) => Term::Broken(error),
    };
    match K::part(value) {
        Ok(part) => Assigned { term, part },
        Err(error) => Assigned {
            term: Term::Broken(error),
            part: None,
        },
    }
}

impl<T> Operand<T> for T {
    fn into_assigned<K: Role<T>>(self, hint: Hint) -> Assigned {
        assigned::<T, K>(&self, hint)
    }
}

impl<T> Operand<T> for &T {
    fn into_assigned<K: Role<T>>(self, hint: Hint) -> Assigned {
        assigned::<T, K>(self, hint)
    }
}

impl Operand<String> for &str {
    fn into_assigned<K: Role<String>>(self, hint: Hint) -> Assigned {
        assigned::<String, K>(&self.to_owned(), hint)
    }
}

impl<R, T, K> Operand<T> for Path<R, T, K> {
    fn into_assigned<K2: Role<T>>(self, _: Hint) -> Assigned {
        Assigned {
            term: Term::Path(self.raw),
            part: None,
        }
    }
}

/// A type of which DynamoDB's `contains` can find an element: text in a string, an element in a set or list.
pub trait Containing {
    /// What is looked for.
    type Element;
}

impl Containing for String {
    type Element = String;
}

impl<T> Containing for Vec<T> {
    type Element = T;
}

impl<T> Containing for BTreeSet<T> {
    type Element = T;
}

impl<T, S> Containing for HashSet<T, S> {
    type Element = T;
}

/// A set, for `ADD` and `DELETE` of elements.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a set",
    label = "not a set",
    note = "elements are inserted into and discarded from a `BTreeSet` or `HashSet`; a list is changed with `append` and `prepend`"
)]
pub trait SetAttribute: Containing {}

impl<T> SetAttribute for BTreeSet<T> {}
impl<T, S> SetAttribute for HashSet<T, S> {}

/// Encodes a value by serde alone.
pub(crate) fn plain_term<T: Serialize>(value: &T, hint: Hint) -> Term {
    assigned::<T, super::role::AsField>(value, hint).term
}
