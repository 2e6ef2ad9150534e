//! Typed document paths: `o.ship_to().fields().city()`, `o.lines().at(0)`, `o.labels().key("colour")`.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::marker::PhantomData;

use super::role::{Element, Plain};
use crate::codec::Hint;

/// A path to an attribute, or into one.
///
/// Compare with [`eq`](Path::eq), [`lt`](Path::lt) and the like, not with `==`, and join conditions with `&`, `|` and
/// `!`.
///
/// `R` is the entity, `T` the type of the value there (without its `Option`), and `K` the role of the field, which
/// decides what an update may do with it.
pub struct Path<R, T, K = Plain> {
    pub(crate) raw: RawPath,
    pub(crate) hint: Hint,
    pub(crate) part: Option<usize>,
    marker: Marker<(R, T, K)>,
}

/// Names types without holding their values.
type Marker<T> = PhantomData<fn() -> T>;

/// A path without its types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RawPath {
    pub(crate) steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Name(Cow<'static, str>),
    Index(usize),
}

impl RawPath {
    pub(crate) fn name(name: impl Into<Cow<'static, str>>) -> Self {
        Self {
            steps: vec![Step::Name(name.into())],
        }
    }

    fn then(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// The path up to the first list: of a list, DynamoDB gives the elements asked for without their positions.
    pub(crate) fn outside_lists(&self) -> Self {
        let names = self.steps.iter().take_while(|s| matches!(s, Step::Name(_)));
        Self {
            steps: names.cloned().collect(),
        }
    }

    /// The attribute that the path begins with.
    pub(crate) fn first(&self) -> Option<&str> {
        match self.steps.first() {
            Some(Step::Name(name)) => Some(name),
            _ => None,
        }
    }

    /// One of the two contains the other, or they are the same.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        self.steps.iter().zip(&other.steps).all(|(a, b)| a == b)
    }
}

impl fmt::Display for RawPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, step) in self.steps.iter().enumerate() {
            match step {
                Step::Name(name) if n == 0 => write!(f, "{name}")?,
                Step::Name(name) => write!(f, ".{name}")?,
                Step::Index(i) => write!(f, "[{i}]")?,
            }
        }
        Ok(())
    }
}

/// A type with named fields of its own, for paths into it. Implemented by `#[derive(Fields)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no typed fields",
    label = "no typed fields",
    note = "derive them: `#[derive(Fields)] struct {Self} {{ … }}`"
)]
pub trait Fields {
    /// The paths of the fields, under the entity `R`.
    type Paths<R>;

    /// The paths of the fields below `path`.
    #[doc(hidden)]
    fn below<R>(path: Prefix) -> Self::Paths<R>;
}

/// A path that fields are looked up below.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub struct Prefix(RawPath);

impl Prefix {
    /// The path of a field of this name.
    #[must_use]
    pub fn field<R, T, K>(&self, name: &'static str, hint: Hint) -> Path<R, T, K> {
        Path::new(
            self.0.clone().then(Step::Name(Cow::Borrowed(name))),
            hint,
            None,
        )
    }
}

impl<R, T, K> Path<R, T, K> {
    fn new(raw: RawPath, hint: Hint, part: Option<usize>) -> Self {
        Self {
            raw,
            hint,
            part,
            marker: PhantomData,
        }
    }

    /// A field of an entity.
    #[doc(hidden)]
    #[must_use]
    pub fn field(attribute: &'static str, hint: Hint, part: Option<usize>) -> Self {
        Self::new(RawPath::name(attribute), hint, part)
    }
}

impl<R, T: Fields, K> Path<R, T, K> {
    /// The fields of the nested value: `o.ship_to().fields().city()`.
    #[must_use]
    pub fn fields(self) -> T::Paths<R> {
        T::below(Prefix(self.raw))
    }
}

impl<R, T, K> Path<R, Vec<T>, K> {
    /// The element at a position of the list. Setting one past the end appends.
    #[must_use]
    pub fn at(self, position: usize) -> Path<R, T, Element> {
        Path::new(self.raw.then(Step::Index(position)), Hint::Auto, None)
    }
}

impl<R, Q, T, K> Path<R, BTreeMap<Q, T>, K> {
    /// The value under a key of the map. Names with dots and reserved words need no care.
    #[must_use]
    pub fn key(self, key: impl Into<String>) -> Path<R, T, Element> {
        Path::new(
            self.raw.then(Step::Name(Cow::Owned(key.into()))),
            Hint::Auto,
            None,
        )
    }
}

impl<R, Q, T, S, K> Path<R, HashMap<Q, T, S>, K> {
    /// The value under a key of the map. Names with dots and reserved words need no care.
    #[must_use]
    pub fn key(self, key: impl Into<String>) -> Path<R, T, Element> {
        Path::new(
            self.raw.then(Step::Name(Cow::Owned(key.into()))),
            Hint::Auto,
            None,
        )
    }
}

impl<R, T, K> Clone for Path<R, T, K> {
    fn clone(&self) -> Self {
        Self::new(self.raw.clone(), self.hint, self.part)
    }
}

impl<R, T, K> fmt::Debug for Path<R, T, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Path({})", self.raw)
    }
}
