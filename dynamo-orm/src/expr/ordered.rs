//! Which attributes DynamoDB compares as their values do.
//!
//! DynamoDB compares stored forms: a timestamp with fractions of varying length, an enum by its names or a number kept as
//! a string does not sort as its values do. Such fields have `eq` and `is_in`, but no `lt` or `between`.

use super::custom::{Custom, CustomForm};
use super::role::{
    AsField, AsKey, CreatedAt, Element, IndexKey, Judged, NaturalKey, Optional, OptionalIndexKey,
    OptionalNaturalKey, OptionalTimeToLive, PartOf, Plain, PrimaryKey, Role, TimeToLive, Unique,
    UpdatedAt, VersionNumber,
};
use crate::key::OrderedKeyPart;

/// A type whose stored attribute sorts as its values do.
///
/// Implement it for a type of your own if its serde form does: a newtype of a number, a date as ISO 8601.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is stored in a form that does not sort as its values do",
    label = "DynamoDB would compare the stored forms",
    note = "for a timestamp or any other key part: `#[serde(with = \"dynamo_orm::sorted\")]` on the field stores it in its key form, which sorts",
    note = "for an enum: put the variants in alphabetical order of their stored names",
    note = "for a type of your own whose stored form does sort: `impl dynamo_orm::writing::OrderedAttribute for {Self} {{}}`"
)]
pub trait OrderedAttribute {}

macro_rules! ordered {
    ($($ty:ty),* $(,)?) => { $(impl OrderedAttribute for $ty {})* };
}
ordered!(
    String, bool, char, u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, f32, f64
);
ordered!(
    Box<str>,
    std::rc::Rc<str>,
    std::sync::Arc<str>,
    std::borrow::Cow<'static, str>,
    Vec<u8>
);
#[cfg(feature = "rust_decimal")]
ordered!(rust_decimal::Decimal);
#[cfg(feature = "uuid")]
ordered!(uuid::Uuid);
#[cfg(feature = "ulid")]
ordered!(ulid::Ulid);
#[cfg(feature = "chrono")]
ordered!(chrono::NaiveDate, chrono::NaiveDateTime);
#[cfg(feature = "jiff")]
ordered!(jiff::civil::Date, jiff::civil::DateTime);

/// Values of type `T` in a field of this role sort as they are stored.
#[diagnostic::on_unimplemented(
    message = "a field with a form of its own (`serde(with)`) cannot be compared by order",
    label = "only `eq`, `ne`, `is_in` and the like",
    note = "DynamoDB would compare the stored forms; `#[serde(with = \"dynamo_orm::sorted\")]` stores a form that sorts"
)]
pub trait Comparable<T>: Role<T> {}

/// A form that sorts: that of `#[serde(with = "dynamo_orm::sorted")]`.
#[doc(hidden)]
pub trait OrderedForm {}

macro_rules! by_type {
    ($($name:ident),*) => {$(
        impl<T: OrderedAttribute> Comparable<T> for $name where $name: Role<T> {}
    )*};
}
by_type!(Plain, Optional, Element, AsField);

macro_rules! by_role {
    ($($name:ident),*) => { $(impl<T> Comparable<T> for $name where $name: Role<T> {})* };
}
by_role!(
    CreatedAt,
    UpdatedAt,
    TimeToLive,
    OptionalTimeToLive,
    VersionNumber
);

macro_rules! by_key {
    ($($name:ident),*) => {$(
        impl<T: OrderedKeyPart> Comparable<T> for $name where $name: Role<T> {}
    )*};
}
by_key!(AsKey, NaturalKey, OptionalNaturalKey);

macro_rules! by_inner {
    ($($name:ident),*) => {$(
        impl<T, F: Comparable<T>> Comparable<T> for $name<F> where $name<F>: Role<T> {}
    )*};
}
by_inner!(PrimaryKey, IndexKey, OptionalIndexKey, Judged, Unique);

impl<T, G, K: Comparable<T>> Comparable<T> for PartOf<G, K> {}

impl<T, M: CustomForm<T> + OrderedForm> Comparable<T> for Custom<M> {}
