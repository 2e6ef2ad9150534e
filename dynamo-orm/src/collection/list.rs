//! The members of a collection as a list of types: `(One<A>, (Many<B>, ()))`.

use std::convert::Infallible;

use crate::codec::{Fault, Reader};
use crate::error::Result;
use crate::schema::{Entity, EntityModel, no_such_entity};

use super::Collection;
use super::groups::Groups;
use super::member::{AnchorOf, CollectionMember, ItemOf, MemberAs, SlotOf};
use super::model::Chain;
use super::place::Place;

/// The fields of a collection.
pub type Outputs<C> = <<C as Collection>::Members as Members>::Outputs;
/// What was found of each member.
pub type Slots<C> = <<C as Collection>::Members as Members>::Slots;

/// A list of members.
#[doc(hidden)]
pub trait Members: 'static {
    /// One item of any of them.
    type Item: Send + 'static;
    /// What is found.
    type Slots: Default + Send;
    /// The fields.
    type Outputs: Send;
    const LEAVES: usize;
    const CHAIN: Option<&'static Chain>;
    /// The position of an entity among all those of the collection.
    fn leaf(entity: &EntityModel) -> Option<usize>;
    fn entity(leaf: usize) -> Option<&'static EntityModel>;
    fn read(leaf: usize, reader: &mut Reader<'_>) -> Result<Self::Item, Fault>;
    fn put(slots: &mut Self::Slots, item: Self::Item);
    fn is_empty(slots: &Self::Slots) -> bool;
    /// The signatures of the first required member.
    fn roots(slots: &Self::Slots, names: &[&'static str]) -> Result<Vec<String>>;
    /// The fields of each group.
    fn deal(slots: Self::Slots, groups: &Groups) -> Result<Vec<Self::Outputs>>;
}

/// An item of the first member, or of a later one.
#[doc(hidden)]
#[derive(Debug)]
pub enum Either<A, B> {
    First(A),
    Later(B),
}

impl Members for () {
    type Item = Infallible;
    type Slots = ();
    type Outputs = ();
    const LEAVES: usize = 0;
    const CHAIN: Option<&'static Chain> = None;

    fn leaf(_: &EntityModel) -> Option<usize> {
        None
    }

    fn entity(_: usize) -> Option<&'static EntityModel> {
        None
    }

    fn read(_: usize, _: &mut Reader<'_>) -> Result<Infallible, Fault> {
        Err(no_such_entity())
    }

    fn put((): &mut (), item: Infallible) {
        match item {}
    }

    fn is_empty((): &()) -> bool {
        true
    }

    fn roots((): &(), _: &[&'static str]) -> Result<Vec<String>> {
        Ok(Vec::new())
    }

    fn deal((): (), groups: &Groups) -> Result<Vec<()>> {
        Ok(vec![(); groups.count()])
    }
}

/// How the first member of a list is one.
type As<P> = <<P as Place>::Member as CollectionMember>::As;

impl<P: Place, T: Members> Members for (P, T) {
    type Item = Either<ItemOf<P::Member>, T::Item>;
    type Slots = (SlotOf<P::Member>, T::Slots);
    type Outputs = (P::Output, T::Outputs);
    const LEAVES: usize = <As<P> as MemberAs<P::Member>>::LEAVES + T::LEAVES;
    const CHAIN: Option<&'static Chain> = Some(&Chain {
        entity: AnchorOf::<P::Member>::MODEL,
        nested: <As<P> as MemberAs<P::Member>>::NESTED,
        next: T::CHAIN,
    });

    fn leaf(entity: &EntityModel) -> Option<usize> {
        let later = || Some(T::leaf(entity)? + <As<P> as MemberAs<P::Member>>::LEAVES);
        <As<P> as MemberAs<P::Member>>::leaf(entity).or_else(later)
    }

    fn entity(leaf: usize) -> Option<&'static EntityModel> {
        match leaf.checked_sub(<As<P> as MemberAs<P::Member>>::LEAVES) {
            None => Some(<As<P> as MemberAs<P::Member>>::entity(leaf)),
            Some(leaf) => T::entity(leaf),
        }
    }

    fn read(leaf: usize, reader: &mut Reader<'_>) -> Result<Self::Item, Fault> {
        match leaf.checked_sub(<As<P> as MemberAs<P::Member>>::LEAVES) {
            None => <As<P> as MemberAs<P::Member>>::read(leaf, reader).map(Either::First),
            Some(leaf) => T::read(leaf, reader).map(Either::Later),
        }
    }

    fn put((slot, later): &mut Self::Slots, item: Self::Item) {
        match item {
            Either::First(item) => <As<P> as MemberAs<P::Member>>::put(slot, item),
            Either::Later(item) => T::put(later, item),
        }
    }

    fn is_empty((slot, later): &Self::Slots) -> bool {
        <As<P> as MemberAs<P::Member>>::is_empty(slot) && T::is_empty(later)
    }

    fn roots((slot, later): &Self::Slots, names: &[&'static str]) -> Result<Vec<String>> {
        if P::REQUIRED {
            <As<P> as MemberAs<P::Member>>::signatures(slot, names)
        } else {
            T::roots(later, names)
        }
    }

    fn deal((slot, later): Self::Slots, groups: &Groups) -> Result<Vec<Self::Outputs>> {
        let mut dealt: Vec<Vec<P::Member>> = Vec::new();
        dealt.resize_with(groups.count(), Vec::new);
        for member in <As<P> as MemberAs<P::Member>>::gather(slot)? {
            let group = groups.of(<As<P> as MemberAs<P::Member>>::anchor(&member))?;
            if let Some(group) = dealt.get_mut(group) {
                group.push(member);
            }
        }
        let later = T::deal(later, groups)?;
        let pairs = dealt.into_iter().zip(later);
        pairs
            .map(|(found, later)| Ok((P::fill(found, groups)?, later)))
            .collect()
    }
}
