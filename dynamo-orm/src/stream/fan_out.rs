//! Work on every item that a query finds, in several invocations if need be.

use std::future::Future;
use std::pin::Pin;

use crate::client::Db;
use crate::error::{ErrorKind, Result};
use crate::op::{Access, Bookmark, Cursor, Key, Page, Query};
use crate::schema::Entity;

/// How many targets are read at a time: between two pages the place can be kept.
const PAGE: u32 = 64;
/// How many targets are written in one transaction. With the check of the source even items of 400 KB stay within 4 MB.
const TOGETHER: usize = 8;

/// A page of the targets of a source.
pub(super) type Pages<S, P> =
    Box<dyn Fn(&S, Option<Cursor>, &Db<<S as Entity>::Table>) -> PageOf<P> + Send + Sync>;
type PageOf<P> = Pin<Box<dyn Future<Output = Result<Page<Key<P>>>> + Send>>;

/// The pages of a query.
pub(super) fn pages<S, P, A>(
    targets: impl Fn(&S) -> Query<A> + Send + Sync + 'static,
) -> Pages<S, P>
where
    S: Entity,
    P: Entity<Table = S::Table>,
    A: Access<Entity = P>,
{
    Box::new(move |source, cursor, db| {
        let (query, db) = (targets(source), db.clone());
        Box::pin(async move { query.limit(PAGE).start_at(cursor).keys().page(&db).await })
    })
}

/// The work of one record of a source.
pub(super) struct FanOut<'a, S: Entity, P> {
    pub(super) pages: &'a Pages<S, P>,
    pub(super) effect: &'a str,
    pub(super) event: &'a str,
}

impl<S: Entity, P: Entity<Table = S::Table>> FanOut<'_, S, P> {
    /// Calls `write` with all targets, some at a time, until it gives `false`.
    pub(super) async fn run<F>(
        &self,
        source: &S,
        db: &Db<S::Table>,
        write: impl Fn(Vec<Key<P>>) -> F,
    ) -> Result<()>
    where
        F: Future<Output = Result<bool>>,
    {
        // A table that can keep no place begins anew each time.
        let bookmark = Bookmark::new::<S::Table>(self.effect, self.event).ok();
        let mut page = (self.pages)(source, None, db).await?;
        let mut several = false;
        loop {
            let mut items = page.items.into_iter();
            loop {
                let some: Vec<Key<P>> = items.by_ref().take(TOGETHER).collect();
                if some.is_empty() {
                    break;
                }
                if !write(some).await? {
                    return self.end(bookmark.filter(|_| several), db).await;
                }
            }
            let Some(next) = page.cursor else {
                return self.end(bookmark.filter(|_| several), db).await;
            };
            page = match &bookmark {
                Some(bookmark) if several => {
                    bookmark.keep(db, next.as_str()).await?;
                    (self.pages)(source, Some(next), db).await?
                }
                // An invocation before this one may have come further.
                Some(bookmark) => self.resume(source, db, bookmark, next).await?,
                None => (self.pages)(source, Some(next), db).await?,
            };
            several = true;
        }
    }

    async fn resume(
        &self,
        source: &S,
        db: &Db<S::Table>,
        bookmark: &Bookmark,
        next: Cursor,
    ) -> Result<Page<Key<P>>> {
        let place = bookmark.read(db).await?;
        if let Some(place) = place.and_then(|place| place.parse().ok()) {
            match (self.pages)(source, Some(place), db).await {
                // Signed with a key that is no longer known, or of another query.
                Err(error) if error.kind() == ErrorKind::InvalidCursor => {}
                page => return page,
            }
        }
        (self.pages)(source, Some(next), db).await
    }

    async fn end(&self, bookmark: Option<Bookmark>, db: &Db<S::Table>) -> Result<()> {
        match bookmark {
            Some(bookmark) => bookmark.forget(db).await,
            None => Ok(()),
        }
    }
}
