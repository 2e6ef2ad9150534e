//! A member of a collection: an entity, or a collection that is grouped under its required member.

use std::fmt;
use std::marker::PhantomData;

use crate::codec::{Fault, Reader};
use crate::error::Result;
use crate::schema::{Entity, EntityModel, Index, read};

use super::Rooted;
use super::groups::{Groups, identity, signature};
use super::list::{Members, Outputs, Slots};
use super::model::{Chain, Grouping, is_same};

/// What can be a member of an item collection, plain, in an `Option` or in a `Vec`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a member of an item collection",
    label = "neither an entity nor a collection that can be grouped",
    note = "a member is an entity (`#[derive(Entity)]`), `Option` or `Vec` of one, or a collection with a required member"
)]
pub trait CollectionMember: Sized + Send + 'static {
    /// How it is one.
    #[doc(hidden)]
    type As: MemberAs<Self>;
}

#[diagnostic::do_not_recommend]
impl<E: Entity> CollectionMember for E {
    type As = AsEntity;
}

/// What the derives and the assembly need of a member.
#[doc(hidden)]
pub trait MemberAs<M> {
    /// The entity by whose key it is found.
    type Anchor: Entity;
    /// One item of it.
    type Item: Send + 'static;
    /// What is found of it before it is put together.
    type Slot: Default + Send;
    /// The same, named.
    type Parts;
    /// How many entities it is made of.
    const LEAVES: usize;
    /// The members of a nested collection.
    const NESTED: Option<&'static Chain>;
    /// What tells the members of a nested collection apart.
    const GROUPING: Option<&'static Grouping>;
    fn leaf(entity: &EntityModel) -> Option<usize>;
    fn entity(leaf: usize) -> &'static EntityModel;
    fn read(leaf: usize, reader: &mut Reader<'_>) -> Result<Self::Item, Fault>;
    fn put(slot: &mut Self::Slot, item: Self::Item);
    fn is_empty(slot: &Self::Slot) -> bool;
    /// What tells its items apart.
    fn signatures(slot: &Self::Slot, names: &[&'static str]) -> Result<Vec<String>>;
    fn gather(slot: Self::Slot) -> Result<Vec<M>>;
    fn anchor(member: &M) -> &Self::Anchor;
    fn parts(slot: Self::Slot) -> Self::Parts;
    /// How many there are, for debug output.
    fn tally(parts: &Self::Parts) -> Box<dyn fmt::Debug + '_>;
}

/// The entity by whose key a member is found.
pub type AnchorOf<M> = <<M as CollectionMember>::As as MemberAs<M>>::Anchor;
/// One item of a member.
pub(super) type ItemOf<M> = <<M as CollectionMember>::As as MemberAs<M>>::Item;
/// What is found of a member.
pub type SlotOf<M> = <<M as CollectionMember>::As as MemberAs<M>>::Slot;
/// What is found of a member, named.
pub type PartsOf<M> = <<M as CollectionMember>::As as MemberAs<M>>::Parts;

/// Names what was found of a member.
#[must_use]
pub fn parts_of<M: CollectionMember>(slot: SlotOf<M>) -> PartsOf<M> {
    <M::As as MemberAs<M>>::parts(slot)
}

/// How many were found of a member, for debug output.
#[must_use]
pub fn tally<M: CollectionMember>(parts: &PartsOf<M>) -> Box<dyn fmt::Debug + '_> {
    <M::As as MemberAs<M>>::tally(parts)
}

/// An entity as a member.
#[doc(hidden)]
#[derive(Debug)]
pub struct AsEntity;

impl<E: Entity> MemberAs<E> for AsEntity {
    type Anchor = E;
    type Item = E;
    type Slot = Vec<E>;
    type Parts = Vec<E>;
    const LEAVES: usize = 1;
    const NESTED: Option<&'static Chain> = None;
    const GROUPING: Option<&'static Grouping> = None;

    fn leaf(entity: &EntityModel) -> Option<usize> {
        is_same(entity, E::MODEL).then_some(0)
    }

    fn entity(_: usize) -> &'static EntityModel {
        E::MODEL
    }

    fn read(_: usize, reader: &mut Reader<'_>) -> Result<E, Fault> {
        read(reader)
    }

    fn put(slot: &mut Vec<E>, item: E) {
        slot.push(item);
    }

    fn is_empty(slot: &Vec<E>) -> bool {
        slot.is_empty()
    }

    fn signatures(slot: &Vec<E>, names: &[&'static str]) -> Result<Vec<String>> {
        slot.iter().map(|entity| signature(entity, names)).collect()
    }

    fn gather(slot: Vec<E>) -> Result<Vec<E>> {
        Ok(slot)
    }

    fn anchor(member: &E) -> &E {
        member
    }

    fn parts(slot: Vec<E>) -> Vec<E> {
        slot
    }

    fn tally(parts: &Vec<E>) -> Box<dyn fmt::Debug + '_> {
        Box::new(parts.len())
    }
}

/// A collection as a member.
#[doc(hidden)]
#[derive(Debug)]
pub struct AsCollection<C>(PhantomData<C>);

impl<C: Rooted> MemberAs<C> for AsCollection<C> {
    type Anchor = AnchorOf<C::Root>;
    type Item = <C::Members as Members>::Item;
    type Slot = Slots<C>;
    type Parts = C::Parts;
    const LEAVES: usize = <C::Members as Members>::LEAVES;
    const NESTED: Option<&'static Chain> = <C::Members as Members>::CHAIN;
    const GROUPING: Option<&'static Grouping> = Some(&Grouping {
        collection: C::MODEL,
        index: C::Index::MODEL,
        root: AnchorOf::<C::Root>::MODEL,
        members: <C::Members as Members>::CHAIN,
    });

    fn leaf(entity: &EntityModel) -> Option<usize> {
        <C::Members as Members>::leaf(entity)
    }

    fn entity(leaf: usize) -> &'static EntityModel {
        <C::Members as Members>::entity(leaf).unwrap_or(<C::Anchor as Entity>::MODEL)
    }

    fn read(leaf: usize, reader: &mut Reader<'_>) -> Result<Self::Item, Fault> {
        <C::Members as Members>::read(leaf, reader)
    }

    fn put(slot: &mut Slots<C>, item: Self::Item) {
        <C::Members as Members>::put(slot, item);
    }

    fn is_empty(slot: &Slots<C>) -> bool {
        <C::Members as Members>::is_empty(slot)
    }

    fn signatures(slot: &Slots<C>, names: &[&'static str]) -> Result<Vec<String>> {
        <C::Members as Members>::roots(slot, names)
    }

    fn gather(slot: Slots<C>) -> Result<Vec<C>> {
        let names = identity::<AnchorOf<C::Root>, C::Index>();
        let roots = Self::signatures(&slot, &names)?;
        let groups = Groups::under(C::MODEL, names, roots);
        let members: Vec<Outputs<C>> = <C::Members as Members>::deal(slot, &groups)?;
        Ok(members.into_iter().map(C::build).collect())
    }

    fn anchor(member: &C) -> &Self::Anchor {
        <<C::Root as CollectionMember>::As as MemberAs<C::Root>>::anchor(member.root())
    }

    fn parts(slot: Slots<C>) -> C::Parts {
        C::parts(slot)
    }

    fn tally(parts: &C::Parts) -> Box<dyn fmt::Debug + '_> {
        Box::new(parts)
    }
}
