//! Selected fields: projections to a tuple of paths or to a struct of your own.

use serde::de::DeserializeOwned;

use crate::codec::{self, Fault, Hint, Reader};
use crate::expr::role::{
    AsField, AsKey, CreatedAt, Element, IndexKey, Judged, NaturalKey, Optional, OptionalIndexKey,
    OptionalNaturalKey, OptionalTimeToLive, PartOf, Plain, PrimaryKey, TimeToLive, Unique,
    UpdatedAt, VersionNumber,
};
use crate::expr::{Custom, CustomForm, Path, custom};
use crate::key::KeyPart;
use crate::schema::{Entity, Expiry, Timestamp, epoch_seconds_of, read_part};

use super::read_as::SelectedPath;
use super::returning::find;

/// Fields to select: a path, or a tuple of up to twelve.
pub trait Select: Clone + Send + Sync + 'static {
    /// What an item becomes.
    type Item: Send + 'static;
    /// The paths to ask for.
    #[doc(hidden)]
    fn paths(&self) -> Vec<SelectedPath>;
    /// Reads them from an item.
    #[doc(hidden)]
    fn read(&self, item: &str) -> Result<Self::Item, Fault>;
    /// The entity, for error messages.
    #[doc(hidden)]
    fn entity(&self) -> &'static str;
}

/// Reads values of a role from their stored form.
pub trait Stored<T> {
    /// `T`, or `Option<T>` where the field may be absent.
    type Value: Send + 'static;
    /// Reads the attribute value, `None` where it is absent.
    #[doc(hidden)]
    fn read(raw: Option<&str>, hint: Hint) -> Result<Self::Value, Fault>;
}

fn required<T>(value: Option<T>) -> Result<T, Fault> {
    value.ok_or_else(|| Fault::Invalid {
        path: codec::Path::default(),
        message: "the attribute is missing".to_owned(),
    })
}

fn field<T: DeserializeOwned>(raw: Option<&str>, hint: Hint) -> Result<Option<T>, Fault> {
    raw.filter(|raw| *raw != r#"{"NULL":true}"#)
        .map(|raw| codec::read_value(&mut Reader::new(raw), hint))
        .transpose()
}

/// A set that is not stored is empty.
fn stored<T: DeserializeOwned>(raw: Option<&str>, hint: Hint) -> Result<T, Fault> {
    let empty = matches!(hint, Hint::Set(_)).then_some(r#"{"L":[]}"#);
    required(field(raw.or(empty), hint)?)
}

fn invalid(error: &dyn std::fmt::Display) -> Fault {
    Fault::Invalid {
        path: codec::Path::default(),
        message: error.to_string(),
    }
}

fn key<T: KeyPart>(raw: Option<&str>) -> Result<Option<T>, Fault> {
    let Some(raw) = raw else { return Ok(None) };
    let part = read_part(raw).map_err(Fault::Malformed)?;
    T::from_part(part).map(Some).map_err(|e| invalid(&e))
}

fn time<T: Timestamp>(raw: Option<&str>) -> Result<Option<T>, Fault> {
    let Some(raw) = raw else { return Ok(None) };
    let part = read_part(raw).map_err(Fault::Malformed)?;
    T::from_attribute(part).map(Some).map_err(|e| invalid(&e))
}

fn expiry<T: Expiry>(raw: Option<&str>, _: Hint) -> Result<Option<T>, Fault> {
    let seconds = raw.map(epoch_seconds_of).transpose()?;
    seconds
        .map(|s| T::from_epoch_seconds(s).map_err(|e| invalid(&e)))
        .transpose()
}

macro_rules! stored {
    ($($role:ty, [$($bound:path),+], $value:ty, $read:expr;)*) => {$(
        impl<T: Send + 'static $(+ $bound)+> Stored<T> for $role {
            type Value = $value;

            fn read(raw: Option<&str>, hint: Hint) -> Result<$value, Fault> {
                let read: fn(Option<&str>, Hint) -> Result<$value, Fault> = $read;
                read(raw, hint)
            }
        }
    )*};
}
stored! {
    Plain, [DeserializeOwned], T, stored;
    AsField, [DeserializeOwned], T, stored;
    VersionNumber, [DeserializeOwned], T, stored;
    Element, [DeserializeOwned], T, stored;
    Optional, [DeserializeOwned], Option<T>, field;
    AsKey, [KeyPart], T, |r, _| required(key(r)?);
    NaturalKey, [KeyPart], T, |r, _| required(key(r)?);
    OptionalNaturalKey, [KeyPart], Option<T>, |r, _| key(r);
    CreatedAt, [Timestamp], T, |r, _| required(time(r)?);
    UpdatedAt, [Timestamp], T, |r, _| required(time(r)?);
    TimeToLive, [Expiry], T, |r, h| required(expiry(r, h)?);
    OptionalTimeToLive, [Expiry], Option<T>, expiry;
}

macro_rules! stored_as {
    ($($role:ident),*) => {$(
        impl<T, F: Stored<T>> Stored<T> for $role<F> {
            type Value = F::Value;

            fn read(raw: Option<&str>, hint: Hint) -> Result<F::Value, Fault> {
                F::read(raw, hint)
            }
        }
    )*};
}
stored_as!(PrimaryKey, IndexKey, Judged, Unique);

impl<T, F: Stored<T>> Stored<T> for OptionalIndexKey<F> {
    type Value = Option<F::Value>;

    fn read(raw: Option<&str>, hint: Hint) -> Result<Self::Value, Fault> {
        raw.map(|raw| F::read(Some(raw), hint)).transpose()
    }
}

impl<T, G, F: Stored<T>> Stored<T> for PartOf<G, F> {
    type Value = F::Value;

    fn read(raw: Option<&str>, hint: Hint) -> Result<F::Value, Fault> {
        F::read(raw, hint)
    }
}

impl<T: Send + 'static, M: CustomForm<T>> Stored<T> for Custom<M> {
    type Value = T;

    fn read(raw: Option<&str>, hint: Hint) -> Result<T, Fault> {
        required(raw.map(|raw| custom::read::<T, M>(raw, hint)).transpose()?)
    }
}

impl<E: Entity, T: 'static, K: Stored<T> + 'static> Select for Path<E, T, K> {
    type Item = K::Value;

    fn paths(&self) -> Vec<SelectedPath> {
        vec![SelectedPath(self.raw.clone())]
    }

    fn read(&self, item: &str) -> Result<K::Value, Fault> {
        K::read(find(item, &self.raw), self.hint).map_err(|fault| match fault {
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

macro_rules! tuples {
    ($(($first:ident $(, $rest:ident)*))*) => {$(
        impl<$first: Select, $($rest: Select),*> Select for ($first, $($rest,)*) {
            type Item = ($first::Item, $($rest::Item,)*);

            fn paths(&self) -> Vec<SelectedPath> {
                #[expect(non_snake_case, reason = "one name serves as type and variable")]
                let ($first, $($rest,)*) = self;
                [$first.paths(), $($rest.paths()),*].concat()
            }

            fn read(&self, item: &str) -> Result<Self::Item, Fault> {
                #[expect(non_snake_case, reason = "one name serves as type and variable")]
                let ($first, $($rest,)*) = self;
                Ok(($first.read(item)?, $($rest.read(item)?,)*))
            }

            fn entity(&self) -> &'static str {
                self.0.entity()
            }
        }
    )*};
}
tuples! {
    (A) (A, B) (A, B, C) (A, B, C, D) (A, B, C, D, F) (A, B, C, D, F, G)
    (A, B, C, D, F, G, H) (A, B, C, D, F, G, H, I) (A, B, C, D, F, G, H, I, J)
    (A, B, C, D, F, G, H, I, J, K) (A, B, C, D, F, G, H, I, J, K, L)
    (A, B, C, D, F, G, H, I, J, K, L, M)
}

/// A smaller type to read items of an entity as. Implemented by `#[derive(Projection)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a projection",
    label = "not a projection",
    note = "derive it: `#[derive(Projection)] #[projection(of = Order)] struct {Self} {{ … }}`"
)]
pub trait Projection: Sized + Send + 'static {
    /// The entity it is a part of.
    type Entity: Entity;
    /// The fields it needs.
    type Paths: Select;
    /// The fields it needs.
    #[doc(hidden)]
    fn paths() -> Self::Paths;
    /// Puts them together.
    #[doc(hidden)]
    fn build(values: <Self::Paths as Select>::Item) -> Self;
}

/// Reads items as a [`Projection`].
#[derive(Debug)]
pub struct Projecting<P: Projection>(P::Paths);

impl<P: Projection> Projecting<P> {
    pub(crate) fn new() -> Self {
        Self(P::paths())
    }
}

impl<P: Projection> Clone for Projecting<P> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<P: Projection> Select for Projecting<P> {
    type Item = P;

    fn paths(&self) -> Vec<SelectedPath> {
        self.0.paths()
    }

    fn read(&self, item: &str) -> Result<P, Fault> {
        self.0.read(item).map(P::build)
    }

    fn entity(&self) -> &'static str {
        P::Entity::MODEL.name
    }
}
