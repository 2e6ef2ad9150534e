//! The partition of a collection as an access path.

use std::marker::PhantomData;

use crate::op::{Access, QueryState};

use super::Collection;

/// The partition of a collection.
#[derive(Debug)]
pub(super) struct PartitionOf<C> {
    state: QueryState,
    marker: PhantomData<fn() -> C>,
}

impl<C: Collection> Access for PartitionOf<C> {
    type Entity = C::Anchor;
    type Index = C::Index;

    fn from_state(state: QueryState) -> Self {
        Self {
            state,
            marker: PhantomData,
        }
    }

    fn state(&self) -> &QueryState {
        &self.state
    }

    fn into_state(self) -> QueryState {
        self.state
    }
}
