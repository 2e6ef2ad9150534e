//! The second kind of request of a read in two: items by the keys that a query found.

use crate::client::{Capacity, Db, Metered};
use crate::error::Result;
use crate::op::batch::get::BatchGet;
use crate::op::request::key::Key;
use crate::schema::Entity;

/// How the items are read.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::op) struct Fill {
    pub(in crate::op) consistent: bool,
    pub(in crate::op) including_expired: bool,
}

impl Fill {
    /// The request for the items.
    pub(in crate::op) fn get<E: Entity>(self, keys: Vec<Key<E>>) -> BatchGet<Vec<Key<E>>> {
        let mut get = BatchGet::new(keys);
        get.batch.consistent = self.consistent;
        get.batch.including_expired = self.including_expired;
        get
    }

    /// The items, `None` where there is none.
    pub(in crate::op) async fn run<E: Entity>(
        self,
        db: &Db<E::Table>,
        keys: Vec<Key<E>>,
        metered: bool,
    ) -> Result<Metered<Vec<Option<E>>>> {
        let get = self.get(keys);
        if metered {
            get.load_metered(db).await
        } else {
            let found = get.load(db).await?;
            Ok(Metered::with_capacity(found, Capacity::default(), 1))
        }
    }
}
