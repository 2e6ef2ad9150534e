//! A path of which only the type of the value is known, for projections to structs.

use std::fmt;
use std::marker::PhantomData;

use crate::codec::{self, Fault, Hint};
use crate::expr::{Path, RawPath};
use crate::schema::Entity;

use super::read_as::SelectedPath;
use super::returning::find;
use super::select::{Select, Stored};

/// A path to a value of type `V`.
pub struct AnyPath<E, V> {
    raw: RawPath,
    hint: Hint,
    read: fn(Option<&str>, Hint) -> Result<V, Fault>,
    marker: PhantomData<fn() -> E>,
}

/// Forgets all of a path but the type of its value.
#[must_use]
pub fn any_path<V, E, T, K>(path: Path<E, T, K>) -> AnyPath<E, V>
where
    K: Stored<T, Value = V>,
{
    AnyPath {
        raw: path.raw,
        hint: path.hint,
        read: K::read,
        marker: PhantomData,
    }
}

impl<E: Entity, V: Send + 'static> Select for AnyPath<E, V> {
    type Item = V;

    fn paths(&self) -> Vec<SelectedPath> {
        vec![SelectedPath(self.raw.clone())]
    }

    fn read(&self, item: &str) -> Result<V, Fault> {
        (self.read)(find(item, &self.raw), self.hint).map_err(|fault| match fault {
            Fault::Invalid { message, .. } => Fault::Invalid {
                path: codec::Path::field(&self.raw.to_string()),
                message,
            },
            other => other,
        })
    }

    fn entity(&self) -> &'static str {
        E::MODEL.name
    }
}

impl<E, V> Clone for AnyPath<E, V> {
    fn clone(&self) -> Self {
        Self {
            raw: self.raw.clone(),
            hint: self.hint,
            read: self.read,
            marker: PhantomData,
        }
    }
}

impl<E, V> fmt::Debug for AnyPath<E, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AnyPath({})", self.raw)
    }
}
