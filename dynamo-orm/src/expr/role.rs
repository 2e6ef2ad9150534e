//! What a field is to the entity, as a type: it decides how values are stored and what an update may do.

use std::fmt::Debug;
use std::marker::PhantomData;

use serde::Serialize;

use crate::codec::{self, Hint, Presence};
use crate::error::{Error, ErrorKind, Result};
use crate::key::{KeyPart, Part};
use crate::schema::{Expiry, Timestamp};

/// How values of type `T` are stored in a field of this role.
pub trait Role<T> {
    /// Appends the attribute value.
    #[doc(hidden)]
    fn write(value: &T, hint: Hint, out: &mut String) -> Result<Presence>;

    /// The value as a part of a key, if the field feeds one.
    #[doc(hidden)]
    fn part(value: &T) -> Result<Option<Part<'static>>> {
        let _ = value;
        Ok(None)
    }
}

/// An update may set a field of this role.
#[diagnostic::on_unimplemented(
    message = "this field cannot be set by an update: it is a `{Self}`",
    label = "not settable",
    note = "`PrimaryKey`: the key of an item never changes; move the loaded value with `relocate`",
    note = "`CreatedAt`, `UpdatedAt` and `VersionNumber`: the library sets these",
    note = "`Unique`: a guard item holds this value; change the loaded value and `save` it",
    note = "`PartOf<a_and_b, …>`: the fields `a` and `b` make one index key, so set them together: `.set(|o| o.a_and_b(), (a, b))`, or change the loaded value and `save` it",
    note = "`Judged`: an index predicate reads the whole entity, so write the full state with `put`, or name the fields it reads: `when = is_open(status)`"
)]
pub trait Settable<T>: Role<T> {}

/// An update may remove a field of this role: it is an `Option`.
#[diagnostic::on_unimplemented(
    message = "this field cannot be removed by an update: it is a `{Self}`",
    label = "not removable",
    note = "only `Option` fields can be absent; make the field an `Option`, or set another value",
    note = "`PrimaryKey`, `CreatedAt`, `UpdatedAt`, `VersionNumber`: an item is never without them",
    note = "`Unique`: a guard item holds this value; change the loaded value and `save` it",
    note = "`PartOf<a_and_b, …>`: the fields `a` and `b` make one index key, so set them together: `.set(|o| o.a_and_b(), (None, b))`"
)]
pub trait Removable {}

/// An update may count a field of this role up and down in place.
#[diagnostic::on_unimplemented(
    message = "this field cannot be changed in place: it is a `{Self}`",
    label = "not changed in place",
    note = "`Custom<…>`: `#[serde(with)]` decides on the form, which an update cannot change in place; a `BTreeSet` or `HashSet` needs no `with`",
    note = "`IndexKey` and `PartOf<…>`: the field is text inside an index key, which DynamoDB cannot keep in step; set the new value",
    note = "`PrimaryKey`, `CreatedAt`, `UpdatedAt`, `VersionNumber`: an update never changes these",
    note = "`Unique`: a guard item holds this value; change the loaded value and `save` it"
)]
pub trait Addable {}

macro_rules! roles {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name;
    )*};
}

roles! {
    /// An ordinary field.
    Plain;
    /// An ordinary `Option` field.
    Optional;
    /// An element of a list, or the value under a key of a map.
    Element;
    /// The `created_at` field.
    CreatedAt;
    /// The `updated_at` field.
    UpdatedAt;
    /// The `ttl` field.
    TimeToLive;
    /// The `ttl` field, as an `Option`.
    OptionalTimeToLive;
    /// The `version` field.
    VersionNumber;
    /// A field whose attribute is an index key itself.
    NaturalKey;
    /// An `Option` field whose attribute is an index key itself: the index is sparse.
    OptionalNaturalKey;
    /// Stored as serde shows it.
    AsField;
    /// Stored in its key form.
    AsKey;
}

/// A field of the primary key.
#[derive(Debug)]
pub struct PrimaryKey<F = AsField>(PhantomData<F>);

/// A field inside an index key.
#[derive(Debug)]
pub struct IndexKey<F = AsField>(PhantomData<F>);

/// An `Option` field inside an index key: the index is sparse.
#[derive(Debug)]
pub struct OptionalIndexKey<F = AsField>(PhantomData<F>);

/// One of several fields that make one index key together; `G` names the method that sets them.
#[derive(Debug)]
pub struct PartOf<G, K>(PhantomData<(G, K)>);

/// A field of a unique value, the time to live of its guard, or a field that makes an index key with one.
#[derive(Debug)]
pub struct Unique<K>(PhantomData<K>);

/// A field of an entity with an index predicate that reads the whole entity.
#[derive(Debug)]
pub struct Judged<K>(PhantomData<K>);

pub(super) fn encode(error: &codec::EncodeError) -> Error {
    let encode = Error::new(ErrorKind::Encode, error.message.clone());
    if error.path.is_empty() {
        return encode;
    }
    encode.with_path(error.path.to_string())
}

fn by_serde<T: Serialize>(value: &T, hint: Hint, out: &mut String) -> Result<Presence> {
    codec::write_value(value, hint, out).map_err(|e| encode(&e))
}

fn by_key<T: KeyPart>(value: &T, out: &mut String) -> Result<Presence> {
    value.to_part()?.to_wire(out);
    Ok(Presence::Present)
}

fn owned<T: KeyPart>(value: &T) -> Result<Option<Part<'static>>> {
    Ok(Some(value.to_part()?.into_owned()))
}

macro_rules! serde_roles {
    ($($name:ty),*) => {$(
        impl<T: Serialize> Role<T> for $name {
            fn write(value: &T, hint: Hint, out: &mut String) -> Result<Presence> {
                by_serde(value, hint, out)
            }
        }
    )*};
}
serde_roles!(Plain, Optional, Element, AsField, VersionNumber);

impl<T: KeyPart> Role<T> for AsKey {
    fn write(value: &T, _: Hint, out: &mut String) -> Result<Presence> {
        by_key(value, out)
    }
}

macro_rules! key_roles {
    ($($name:ident),*) => {$(
        impl<T: KeyPart, F: Role<T>> Role<T> for $name<F> {
            fn write(value: &T, hint: Hint, out: &mut String) -> Result<Presence> {
                F::write(value, hint, out)
            }

            fn part(value: &T) -> Result<Option<Part<'static>>> {
                owned(value)
            }
        }
    )*};
}
key_roles!(PrimaryKey, IndexKey, OptionalIndexKey);

macro_rules! natural_roles {
    ($($name:ident),*) => {$(
        impl<T: KeyPart> Role<T> for $name {
            fn write(value: &T, _: Hint, out: &mut String) -> Result<Presence> {
                by_key(value, out)
            }

            fn part(value: &T) -> Result<Option<Part<'static>>> {
                owned(value)
            }
        }
    )*};
}
natural_roles!(NaturalKey, OptionalNaturalKey);

macro_rules! stamp_roles {
    ($($name:ident),*) => {$(
        impl<T: Timestamp> Role<T> for $name {
            fn write(value: &T, _: Hint, out: &mut String) -> Result<Presence> {
                value.to_attribute()?.to_wire(out);
                Ok(Presence::Present)
            }
        }
    )*};
}
stamp_roles!(CreatedAt, UpdatedAt);

macro_rules! expiry_roles {
    ($($name:ident),*) => {$(
        impl<T: Expiry> Role<T> for $name {
            fn write(value: &T, _: Hint, out: &mut String) -> Result<Presence> {
                let Some(seconds) = value.epoch_seconds()? else {
                    return Ok(Presence::Absent);
                };
                Part::Number(seconds.to_string().into()).to_wire(out);
                Ok(Presence::Present)
            }
        }

        impl<T: Expiry> Settable<T> for $name {}
    )*};
}
expiry_roles!(TimeToLive, OptionalTimeToLive);

macro_rules! delegating_roles {
    ($($name:ident<$($param:ident),*>),*) => {$(
        impl<T, $($param),*> Role<T> for $name<$($param),*>
        where
            K: Role<T>,
        {
            fn write(value: &T, hint: Hint, out: &mut String) -> Result<Presence> {
                K::write(value, hint, out)
            }

            fn part(value: &T) -> Result<Option<Part<'static>>> {
                K::part(value)
            }
        }
    )*};
}
delegating_roles!(PartOf<G, K>, Judged<K>, Unique<K>);

impl<T: Serialize> Settable<T> for Plain {}
impl<T: Serialize> Settable<T> for Optional {}
impl<T: Serialize> Settable<T> for Element {}
impl<T: KeyPart, F: Role<T>> Settable<T> for IndexKey<F> {}
impl<T: KeyPart, F: Role<T>> Settable<T> for OptionalIndexKey<F> {}
impl<T: KeyPart> Settable<T> for NaturalKey {}
impl<T: KeyPart> Settable<T> for OptionalNaturalKey {}

impl Removable for Optional {}
impl Removable for Element {}
impl Removable for OptionalTimeToLive {}
impl Removable for OptionalNaturalKey {}
impl<F> Removable for OptionalIndexKey<F> {}
impl<G, K: Removable> Removable for PartOf<G, K> {}

impl Addable for Plain {}
impl Addable for Optional {}
impl Addable for Element {}
impl Addable for NaturalKey {}
impl Addable for OptionalNaturalKey {}

/// A number that an update can count up and down.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a number",
    label = "cannot be added",
    note = "use `set` for text and other values, `append` for lists, and `insert` for sets"
)]
pub trait Number: Serialize + Debug {
    /// It is never below zero.
    #[doc(hidden)]
    const UNSIGNED: bool = false;
}

macro_rules! numbers {
    ($unsigned:literal: $($ty:ty),*) => {
        $(impl Number for $ty {
            const UNSIGNED: bool = $unsigned;
        })*
    };
}
numbers!(true: u8, u16, u32, u64, u128, usize);
numbers!(false: i8, i16, i32, i64, i128, isize, f32, f64);
#[cfg(feature = "rust_decimal")]
impl Number for rust_decimal::Decimal {}
