//! Item collections: several entities of one partition, read by one query into one struct.

mod access;
mod check;
mod compare;
mod cover;
mod edge;
mod gather;
mod groups;
mod list;
mod member;
mod model;
mod place;
mod request;
mod result;
mod sort;

pub use check::{assert_in_index, assert_member, assert_whole, check_collection, check_member};
pub use edge::Edge;
pub use gather::Unknown;
pub use list::{Outputs, Slots};
pub use member::{AnchorOf, AsCollection, CollectionMember, PartsOf, SlotOf, parts_of, tally};
pub use model::{CollectionModel, InIndex, SameTable, Typed};
pub use place::{Many, Maybe, One};
pub use request::Collect;
pub use result::{CollectionPage, Counted};

use crate::schema::{Entity, Index};
use list::Members;

/// Several entities of one partition in one struct. Implemented by `#[derive(Collection)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an item collection",
    label = "not an item collection",
    note = "derive it: `#[derive(Collection)] #[collection(table = …, pk = \"…\")]`"
)]
pub trait Collection: Sized + Send + 'static {
    /// The index it is read through; [`Primary`](crate::Primary) is the table.
    type Index: Index;
    /// The entity whose key makes the partition key: the first member.
    type Anchor: Entity;
    /// The members' types.
    #[doc(hidden)]
    type Members: Members;
    /// What is found of each member: a struct of the same fields, each of them a list.
    type Parts: std::fmt::Debug;

    /// The collection as data.
    const MODEL: &'static CollectionModel;

    /// Puts the members together.
    #[doc(hidden)]
    fn build(members: Outputs<Self>) -> Self;

    /// Names what was found.
    #[doc(hidden)]
    fn parts(slots: Slots<Self>) -> Self::Parts;
}

/// A collection with a required member, under which the others are grouped where there are several.
pub trait Rooted: Collection {
    /// The required member.
    type Root: CollectionMember;

    /// The required member.
    #[doc(hidden)]
    fn root(&self) -> &Self::Root;
}
