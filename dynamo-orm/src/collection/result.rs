//! What a read of a collection gives beside its members.

use std::fmt;

use crate::op::Cursor;

use super::Collection;

/// A collection, and what was met beside its members.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Counted<C> {
    /// The collection; `None` when none of its members is there.
    pub collection: Option<C>,
    /// Items of the table's other entities.
    pub others: u64,
    /// Items of types that the table does not know.
    pub unknown: u64,
    /// Those items as DynamoDB JSON, if [`Unknown::Raw`](super::Unknown::Raw) was chosen.
    pub raw: Vec<String>,
}

/// The members that one request found, and where to continue.
#[non_exhaustive]
pub struct CollectionPage<C: Collection> {
    /// What this page has of each member: a struct of the same fields, each of them a list.
    pub members: C::Parts,
    /// Where to continue; `None` is the end, and the only sign of it.
    pub cursor: Option<Cursor>,
    /// How many items were evaluated and paid for.
    pub scanned: u64,
    /// Items of the table's other entities.
    pub others: u64,
    /// Items of types that the table does not know.
    pub unknown: u64,
    /// Those items as DynamoDB JSON, if [`Unknown::Raw`](super::Unknown::Raw) was chosen.
    pub raw: Vec<String>,
}

impl<C: Collection> CollectionPage<C> {
    /// Is this the last page?
    #[must_use]
    pub fn is_last(&self) -> bool {
        self.cursor.is_none()
    }
}

impl<C: Collection> fmt::Debug for CollectionPage<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CollectionPage")
            .field("members", &self.members)
            .field("cursor", &self.cursor)
            .field("scanned", &self.scanned)
            .field("others", &self.others)
            .field("unknown", &self.unknown)
            .finish_non_exhaustive()
    }
}
