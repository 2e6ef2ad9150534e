//! Sending a query: pages, streams, single items and counts.

use crate::client::{Db, Metered};
use crate::error::{Error, ErrorKind, Result};
use crate::op::answer::read_as::{ReadAs, ReadsFrom};
use crate::schema::Entity;

use super::access::Access;
use super::builder::{Query, TableOf};
use super::page::{Items, Page};
use super::prepared::Mode;
use super::reading::Reading;

impl<A: Access, O: ReadAs> Query<A, O> {
    fn reading(self, db: &Db<TableOf<A>>) -> Result<Reading<TableOf<A>, O>> {
        let prepared = self.prepare(db)?;
        let state = self.access.into_state();
        Ok(Reading {
            db: db.clone(),
            prepared,
            how: self.read,
            limit: state.limit,
            take: state.take,
            start: state.start,
        })
    }

    /// Sends one request and gives its items, with a cursor unless the end was reached.
    ///
    /// A page may be empty and still have a cursor: only its absence is the end.
    ///
    /// # Errors
    /// `Decode` for the first item that does not fit its type (see [`results`](Query::results)), and the service's
    /// errors.
    pub async fn page(self, db: &Db<TableOf<A>>) -> Result<Page<O::Item>>
    where
        O: ReadsFrom<A::Index>,
    {
        Ok(self.reading(db)?.page(Mode::Items).await?.value)
    }

    /// As [`page`](Query::page), with the capacity it consumed.
    ///
    /// # Errors
    /// As [`page`](Query::page).
    pub async fn page_metered(self, db: &Db<TableOf<A>>) -> Result<Metered<Page<O::Item>>>
    where
        O: ReadsFrom<A::Index>,
    {
        self.reading(db)?.page(Mode::Metered).await
    }

    /// Gives as many items as [`take`](Query::take) wants, with as many requests as it needs, and the cursor behind
    /// the last of them.
    ///
    /// # Errors
    /// As [`page`](Query::page).
    pub async fn load(self, db: &Db<TableOf<A>>) -> Result<Page<O::Item>>
    where
        O: ReadsFrom<A::Index>,
    {
        Ok(self.reading(db)?.load(Mode::Items).await?.value)
    }

    /// As [`load`](Query::load), with the number of requests and the capacity they consumed together.
    ///
    /// # Errors
    /// As [`page`](Query::page).
    pub async fn load_metered(self, db: &Db<TableOf<A>>) -> Result<Metered<Page<O::Item>>>
    where
        O: ReadsFrom<A::Index>,
    {
        self.reading(db)?.load(Mode::Metered).await
    }

    /// Gives every item, with as many requests as it needs.
    ///
    /// # Errors
    /// As [`page`](Query::page).
    pub async fn all(self, db: &Db<TableOf<A>>) -> Result<Vec<O::Item>>
    where
        O: ReadsFrom<A::Index>,
    {
        Ok(self.load(db).await?.items)
    }

    /// Gives the items one by one, asking for pages as they are wanted.
    pub fn stream(self, db: &Db<TableOf<A>>) -> Items<O::Item>
    where
        O: ReadsFrom<A::Index>,
    {
        self.reading(db).map_or_else(Items::failed, Reading::stream)
    }

    /// Gives the only item, or `None`. Usually one request.
    ///
    /// # Errors
    /// `NotUnique` when there are more, otherwise as [`page`](Query::page).
    pub async fn one(self, db: &Db<TableOf<A>>) -> Result<Option<O::Item>>
    where
        O: ReadsFrom<A::Index>,
    {
        let page = self.take(2).load(db).await?;
        let mut items = page.items.into_iter();
        let first = items.next();
        if items.next().is_some() {
            return Err(Error::new(
                ErrorKind::NotUnique,
                "expected at most one item and found more",
            )
            .with_entity(A::Entity::MODEL.name));
        }
        Ok(first)
    }

    /// Gives the first item in order, or `None`. One request, unless a filter leaves its page empty.
    ///
    /// # Errors
    /// As [`page`](Query::page).
    pub async fn first(self, db: &Db<TableOf<A>>) -> Result<Option<O::Item>>
    where
        O: ReadsFrom<A::Index>,
    {
        Ok(self.take(1).load(db).await?.items.into_iter().next())
    }

    /// Counts the items, with as many requests as it needs. Nothing but the number travels; the cost is that of
    /// reading them.
    ///
    /// # Errors
    /// The service's errors.
    pub async fn count(self, db: &Db<TableOf<A>>) -> Result<u64> {
        self.reading(db)?.count().await
    }
}
