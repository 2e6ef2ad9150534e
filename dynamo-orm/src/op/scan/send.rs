//! Sending a scan: pages, streams and counts.

use crate::client::{Db, Metered};
use crate::error::Result;
use crate::op::answer::read_as::{ReadAs, ReadsFrom};
use crate::op::query::page::{Items, Page};
use crate::op::query::prepared::Mode;
use crate::op::query::reading::Reading;

use super::builder::{Scan, Scanned};

impl<S: Scanned, I, O: ReadAs> Scan<S, I, O> {
    pub(in crate::op) fn reading(
        self,
        db: &Db<S::Table>,
        segments: Option<u32>,
    ) -> Result<Reading<S::Table, O>> {
        Ok(Reading {
            db: db.clone(),
            prepared: self.prepare(db, segments)?,
            how: self.read,
            limit: self.state.limit,
            take: self.state.take,
            start: self.state.start,
        })
    }

    /// Sends one request and gives its items, with a cursor unless the end was reached.
    ///
    /// A page may be empty and still have a cursor: only its absence is the end.
    ///
    /// # Errors
    /// `Decode` for the first item that does not fit its type (see [`results`](Scan::results)), and the service's
    /// errors.
    pub async fn page(self, db: &Db<S::Table>) -> Result<Page<O::Item>>
    where
        O: ReadsFrom<I>,
    {
        Ok(self.reading(db, None)?.page(Mode::Items).await?.value)
    }

    /// As [`page`](Scan::page), with the capacity it consumed.
    ///
    /// # Errors
    /// As [`page`](Scan::page).
    pub async fn page_metered(self, db: &Db<S::Table>) -> Result<Metered<Page<O::Item>>>
    where
        O: ReadsFrom<I>,
    {
        self.reading(db, None)?.page(Mode::Metered).await
    }

    /// Gives as many items as [`take`](Scan::take) wants, with as many requests as it needs, and the cursor behind
    /// the last of them.
    ///
    /// # Errors
    /// As [`page`](Scan::page).
    pub async fn load(self, db: &Db<S::Table>) -> Result<Page<O::Item>>
    where
        O: ReadsFrom<I>,
    {
        Ok(self.reading(db, None)?.load(Mode::Items).await?.value)
    }

    /// As [`load`](Scan::load), with the number of requests and the capacity they consumed together.
    ///
    /// # Errors
    /// As [`page`](Scan::page).
    pub async fn load_metered(self, db: &Db<S::Table>) -> Result<Metered<Page<O::Item>>>
    where
        O: ReadsFrom<I>,
    {
        self.reading(db, None)?.load(Mode::Metered).await
    }

    /// Gives every item, with as many requests as it needs.
    ///
    /// # Errors
    /// As [`page`](Scan::page).
    pub async fn all(self, db: &Db<S::Table>) -> Result<Vec<O::Item>>
    where
        O: ReadsFrom<I>,
    {
        Ok(self.load(db).await?.items)
    }

    /// Gives the items one by one, asking for pages as they are wanted.
    pub fn stream(self, db: &Db<S::Table>) -> Items<O::Item>
    where
        O: ReadsFrom<I>,
    {
        self.reading(db, None)
            .map_or_else(Items::failed, Reading::stream)
    }

    /// Counts the items, with as many requests as it needs. Nothing but the number travels; the cost is that of
    /// reading them all.
    ///
    /// In a scan of everything, marks of [`Transaction::once`](crate::Transaction::once) count; reading leaves them out.
    ///
    /// # Errors
    /// `InvalidRequest` where the items can be told apart by their keys alone; the service's errors.
    pub async fn count(self, db: &Db<S::Table>) -> Result<u64> {
        self.reading(db, None)?.count().await
    }
}
