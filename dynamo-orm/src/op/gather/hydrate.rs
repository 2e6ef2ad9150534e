//! `Query` and then `BatchGetItem`: the whole items behind an index that carries only part of them.

use std::fmt;

use crate::client::{Capacity, Db, Metered};
use crate::error::Result;
use crate::op::answer::read_as::Whole;
use crate::op::query::access::Access;
use crate::op::query::builder::{Query, TableOf};
use crate::op::query::page::Page;
use crate::op::request::key::Key;
use crate::schema::Entity;

use super::fill::Fill;
use super::keys_of::KeysOf;

/// Whole items found through an index: two kinds of request, a `Query` of the index for the keys, and `BatchGetItem`s
/// for the items.
///
/// The items are as they are when the second request reads them, in the order of the index; items that are gone by
/// then, or whose time to live has passed, are left out.
///
/// **Cost**: that of the query, and that of reading each item by itself (see [`BatchGet`](crate::op::BatchGet)).
#[must_use = "a request does nothing until it is sent"]
pub struct Hydrate<A: Access> {
    query: Query<A, KeysOf<A::Entity>>,
    fill: Fill,
}

impl<A: Access> Query<A, Whole<A::Entity>> {
    /// Fetches the whole items that the query finds: a second kind of request, `BatchGetItem`, behind each page.
    ///
    /// For indexes that carry only part of their items (`KeysOnly`, `Include`).
    ///
    /// # Examples
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/model.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> dynamo_orm::Result<()> {
    /// let db = Db::<Shop>::local().await?;
    /// order("ada", 1).put().send(&db).await?;
    /// let open: Vec<Order> = Order::by_status(Status::Open).hydrate().all(&db).await?;
    /// assert_eq!(open, [order("ada", 1)]);
    /// # Ok(()) }
    /// ```
    pub fn hydrate(self) -> Hydrate<A> {
        Hydrate {
            query: self.keys(),
            fill: Fill::default(),
        }
    }
}

impl<A: Access> Hydrate<A> {
    /// Reads the whole items consistently, at twice the cost of that part. What the index finds stays as late as it is.
    pub fn consistent(mut self) -> Self {
        self.fill.consistent = true;
        self
    }

    /// Gives items whose time to live has passed, too, until the service deletes them.
    pub fn including_expired(mut self) -> Self {
        self.fill.including_expired = true;
        self.query = self.query.including_expired();
        self
    }

    /// Reads one page of the index and its items.
    ///
    /// A page may be empty and still have a cursor: only its absence is the end. The cursor fits the query by itself,
    /// too.
    ///
    /// # Errors
    /// As [`Query::page`] and [`BatchGet::load`](crate::op::BatchGet::load).
    pub async fn page(self, db: &Db<TableOf<A>>) -> Result<Page<A::Entity>> {
        let page = self.query.page(db).await?;
        Ok(fill(self.fill, db, page, false).await?.value)
    }

    /// Gives as many items as the query's [`take`](Query::take) wants, with as many requests as it needs, and the
    /// cursor behind the last of them.
    ///
    /// # Errors
    /// As [`Query::page`] and [`BatchGet::load`](crate::op::BatchGet::load).
    pub async fn load(self, db: &Db<TableOf<A>>) -> Result<Page<A::Entity>> {
        Ok(self.run(db, false).await?.value)
    }

    /// As [`load`](Hydrate::load), with the number of requests of both kinds and the capacity they consumed together.
    ///
    /// # Errors
    /// As [`load`](Hydrate::load).
    pub async fn load_metered(self, db: &Db<TableOf<A>>) -> Result<Metered<Page<A::Entity>>> {
        self.run(db, true).await
    }

    /// Gives every item, with as many requests as it needs.
    ///
    /// # Errors
    /// As [`load`](Hydrate::load).
    pub async fn all(self, db: &Db<TableOf<A>>) -> Result<Vec<A::Entity>> {
        Ok(self.load(db).await?.items)
    }

    async fn run(self, db: &Db<TableOf<A>>, metered: bool) -> Result<Metered<Page<A::Entity>>> {
        let mut state = self.query.access.into_state();
        let take = state.take;
        let mut all = Metered::with_capacity(Page::empty(), Capacity::default(), 0);
        loop {
            // What is gone is made up for from what follows.
            state.take = take.map(|take| take.saturating_sub(all.value.items.len()));
            let query = Query {
                access: A::from_state(state.clone()),
                read: KeysOf::<A::Entity>::new(),
            };
            let keys = if metered {
                query.load_metered(db).await?
            } else {
                Metered::with_capacity(query.load(db).await?, Capacity::default(), 1)
            };
            let items = fill(self.fill, db, keys.value, metered).await?;
            all.requests += keys.requests + items.requests;
            all.capacity.add(&keys.capacity);
            all.capacity.add(&items.capacity);
            all.value.items.extend(items.value.items);
            all.value.scanned += items.value.scanned;
            all.value.cursor.clone_from(&items.value.cursor);
            state.start = items.value.cursor;
            let full = take.is_some_and(|take| all.value.items.len() >= take);
            if full || state.start.is_none() {
                return Ok(all);
            }
        }
    }
}

/// The items of a page of keys.
async fn fill<E: Entity>(
    fill: Fill,
    db: &Db<E::Table>,
    page: Page<Key<E>>,
    metered: bool,
) -> Result<Metered<Page<E>>> {
    let found = fill.run(db, page.items, metered).await?;
    let page = Page {
        items: found.value.into_iter().flatten().collect(),
        cursor: page.cursor,
        scanned: page.scanned,
        unknown: page.unknown,
    };
    Ok(Metered::with_capacity(page, found.capacity, found.requests))
}

impl<A: Access> fmt::Debug for Hydrate<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Hydrate").field(&self.query).finish()
    }
}
