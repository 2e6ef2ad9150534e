//! What came of one key of a read of several.

use crate::error::Error;

use super::key::Key;

/// What came of one key: `V` is its item, `K` the key.
#[derive(Debug)]
#[must_use = "a key may have been left undone"]
pub enum Lookup<V, K = Key<V>> {
    /// The item.
    Found(V),
    /// There is no item under the key.
    Missing,
    /// The service did not get to this key, after all retries: ask again with it.
    Unprocessed(K),
    /// There is an item, and it does not fit its type.
    Unreadable(Error),
}

impl<V, K> Lookup<V, K> {
    /// The item, if it was found.
    #[must_use]
    pub fn found(self) -> Option<V> {
        match self {
            Self::Found(item) => Some(item),
            _ => None,
        }
    }

    /// Did the service say that there is no item?
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Missing)
    }

    /// The key, if it was left undone.
    #[must_use]
    pub fn unprocessed(self) -> Option<K> {
        match self {
            Self::Unprocessed(key) => Some(key),
            _ => None,
        }
    }
}
