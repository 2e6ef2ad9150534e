//! A collection as data, and what its members must be part of.

use crate::schema::{EntityModel, IndexModel, KeySpec, Table};

/// An item collection.
#[derive(Debug)]
#[non_exhaustive]
pub struct CollectionModel {
    /// The name of the struct.
    pub name: &'static str,
    /// How its partition key is made, one for each attribute; parts count through `arguments`.
    pub pk: &'static [KeySpec],
    /// The names of the partition key's parts.
    pub arguments: &'static [&'static str],
}

impl CollectionModel {
    /// A collection.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        name: &'static str,
        pk: &'static [KeySpec],
        arguments: &'static [&'static str],
    ) -> Self {
        Self {
            name,
            pk,
            arguments,
        }
    }
}

/// The members of a collection, one after the other.
#[doc(hidden)]
#[derive(Debug)]
pub struct Chain {
    /// The entity, or that of a nested collection's required member.
    pub(crate) entity: &'static EntityModel,
    /// The members of a nested collection.
    pub(crate) nested: Option<&'static Chain>,
    pub(crate) next: Option<&'static Chain>,
}

/// What tells the members of a nested collection apart.
#[doc(hidden)]
#[derive(Debug)]
pub struct Grouping {
    pub(crate) collection: &'static CollectionModel,
    pub(crate) index: Option<&'static IndexModel>,
    pub(crate) root: &'static EntityModel,
    pub(crate) members: Option<&'static Chain>,
}

/// `Self` has a place in the index `I`; `Primary` is the table.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not in the index `{I}`",
    label = "has no key in `{I}`",
    note = "give it one: `#[entity(…, index({I}, pk = \"…\", sk = \"…\"))]`, or take it out of the collection"
)]
pub trait InIndex<I> {
    /// The types of the partition key's parts, as `(A, (B, ()))`.
    type Key;
}

/// `Self` is the table `T`.
#[diagnostic::on_unimplemented(
    message = "this member is of the table `{Self}`, and the collection of the table `{T}`",
    label = "of the table `{Self}`",
    note = "the members of an item collection share one partition of one table"
)]
pub trait SameTable<T> {}

impl<T> SameTable<T> for T {}

/// The types of a partition key's parts, one after the other.
pub trait Typed {
    /// The type of the first part.
    type Head;
    /// The types of the others.
    type Tail;
}

impl<H, T> Typed for (H, T) {
    type Head = H;
    type Tail = T;
}

/// A part too many: `check_member` says so.
impl Typed for () {
    type Head = String;
    type Tail = ();
}

/// Names a table in a bound.
pub(super) type TableOf<E> = <E as crate::schema::Entity>::Table;

/// Are the two models of one entity?
pub(super) fn is_same(a: &EntityModel, b: &EntityModel) -> bool {
    a.name == b.name && a.kind == b.kind
}

/// Position of the entity in its table.
pub(super) fn model_at<T: Table>(position: usize) -> Option<&'static EntityModel> {
    T::MODEL.entities.get(position).copied()
}
