//! How many items a member takes: one, one or none, any number.

use std::marker::PhantomData;

use crate::error::{Error, ErrorKind, Result};
use crate::schema::Entity;

use super::groups::Groups;
use super::member::{AnchorOf, CollectionMember};

/// A member with its number.
pub trait Place: 'static {
    /// The member's type.
    type Member: CollectionMember;
    /// The field's type.
    type Output: Send;
    /// There must be one.
    const REQUIRED: bool;
    /// From the items found to the field.
    fn fill(found: Vec<Self::Member>, groups: &Groups) -> Result<Self::Output>;
}

/// A required member.
#[derive(Debug)]
pub struct One<M>(PhantomData<M>);

/// An `Option`.
#[derive(Debug)]
pub struct Maybe<M>(PhantomData<M>);

/// A `Vec`.
#[derive(Debug)]
pub struct Many<M>(PhantomData<M>);

impl<M: CollectionMember> Place for One<M> {
    type Member = M;
    type Output = M;
    const REQUIRED: bool = true;

    fn fill(found: Vec<M>, groups: &Groups) -> Result<M> {
        at_most_one(found, groups)?.ok_or_else(|| {
            Error::new(
                ErrorKind::MissingMember,
                format!(
                    "the required `{}` of the collection `{}` is missing while other items of it are there",
                    name::<M>(),
                    groups.collection.name
                ),
            )
            .with_entity(name::<M>())
        })
    }
}

impl<M: CollectionMember> Place for Maybe<M> {
    type Member = M;
    type Output = Option<M>;
    const REQUIRED: bool = false;

    fn fill(found: Vec<M>, groups: &Groups) -> Result<Option<M>> {
        at_most_one(found, groups)
    }
}

impl<M: CollectionMember> Place for Many<M> {
    type Member = M;
    type Output = Vec<M>;
    const REQUIRED: bool = false;

    fn fill(found: Vec<M>, _: &Groups) -> Result<Vec<M>> {
        Ok(found)
    }
}

fn name<M: CollectionMember>() -> &'static str {
    AnchorOf::<M>::MODEL.name
}

fn at_most_one<M: CollectionMember>(found: Vec<M>, groups: &Groups) -> Result<Option<M>> {
    let count = found.len();
    let mut found = found.into_iter();
    let first = found.next();
    if count > 1 {
        return Err(Error::new(
            ErrorKind::NotUnique,
            format!(
                "the collection `{}` takes one `{}` and found {count}; make the member a `Vec`, or narrow the range",
                groups.collection.name,
                name::<M>()
            ),
        )
        .with_entity(name::<M>()));
    }
    Ok(first)
}
