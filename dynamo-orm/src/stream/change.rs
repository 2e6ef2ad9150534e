//! What happened to an item, with the images that the stream's view carries.

/// A change of an item whose stream carries `NEW_AND_OLD_IMAGES`.
///
/// `S` is an entity, or the table's enum for any of them.
#[derive(Clone, Debug, PartialEq)]
pub enum Change<S> {
    /// A new item.
    Insert {
        /// The item.
        new: S,
    },
    /// A change of an item that was there. Old and new can be equal in all their fields.
    Modify {
        /// The item before.
        old: S,
        /// The item after.
        new: S,
    },
    /// The item is gone.
    Remove {
        /// The item before.
        old: S,
        /// Why it is gone.
        cause: Cause,
    },
}

/// Why an item is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cause {
    /// A writer deleted it. In the replicas of a global table this includes items that expired in another Region.
    Deleted,
    /// Its time to live passed, and `DynamoDB` deleted it.
    Expired,
    /// An item of another entity was written under its key.
    Replaced,
}

/// A change of an item whose stream carries `NEW_IMAGE`.
#[derive(Clone, Debug, PartialEq)]
pub enum NewImage<S> {
    /// A new item.
    Insert {
        /// The item.
        new: S,
    },
    /// A change of an item that was there.
    Modify {
        /// The item after.
        new: S,
    },
    /// The item is gone: its key is the record's.
    Remove {
        /// Why it is gone.
        cause: Cause,
    },
}

/// A change of an item whose stream carries `OLD_IMAGE`.
#[derive(Clone, Debug, PartialEq)]
pub enum OldImage<S> {
    /// A new item: its key is the record's.
    Insert,
    /// A change of an item that was there.
    Modify {
        /// The item before.
        old: S,
    },
    /// The item is gone.
    Remove {
        /// The item before.
        old: S,
        /// Why it is gone.
        cause: Cause,
    },
}

/// A change of an item whose stream carries `KEYS_ONLY`: the key is the record's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeysOnly {
    /// A new item.
    Insert,
    /// A change of an item that was there.
    Modify,
    /// The item is gone.
    Remove {
        /// Why it is gone.
        cause: Cause,
    },
}

/// A new item.
#[derive(Clone, Debug, PartialEq)]
pub struct Inserted<E> {
    /// The item.
    pub new: E,
}

/// An item before and after a change.
#[derive(Clone, Debug, PartialEq)]
pub struct Modified<E> {
    /// The item before.
    pub old: E,
    /// The item after.
    pub new: E,
}

/// An item that is gone.
#[derive(Clone, Debug, PartialEq)]
pub struct Removed<E> {
    /// The item before.
    pub old: E,
    /// Why it is gone.
    pub cause: Cause,
}

impl<S> Change<S> {
    /// The item after the change.
    pub fn new_item(&self) -> Option<&S> {
        match self {
            Self::Insert { new } | Self::Modify { new, .. } => Some(new),
            Self::Remove { .. } => None,
        }
    }

    /// The item before the change.
    pub fn old_item(&self) -> Option<&S> {
        match self {
            Self::Modify { old, .. } | Self::Remove { old, .. } => Some(old),
            Self::Insert { .. } => None,
        }
    }
}
