//! Sending a query: pages, streams, single items and counts.

use std::sync::Arc;

use crate::client::{Capacity, Db, Metered};
use crate::codec::{Malformed, Reader};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{Entity, Table};

use super::access::Access;
use super::cursor::{Cursor, key_of};
use super::page::{Items, Page};
use super::prepared::{Mode, Prepared};
use super::query::{Query, TableOf};
use super::read_as::{ReadAs, ReadsFrom, read_one};

/// The items of one answer, each with its start key where that may be needed.
#[derive(Debug)]
struct Decoded<T> {
    items: Vec<Result<T, Error>>,
    keys: Vec<Option<String>>,
}

impl<A: Access, O: ReadAs> Query<A, O> {
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
        self.refuse_take()?;
        let prepared = self.prepare(db)?;
        let start = self.start_key(&prepared)?;
        let limit = self.access.state().limit;
        self.one_page(db, &prepared, start, limit, None, Mode::Items)
            .await
    }

    /// As [`page`](Query::page), with the capacity it consumed.
    ///
    /// # Errors
    /// As [`page`](Query::page).
    pub async fn page_metered(self, db: &Db<TableOf<A>>) -> Result<Metered<Page<O::Item>>>
    where
        O: ReadsFrom<A::Index>,
    {
        self.refuse_take()?;
        let prepared = self.prepare(db)?;
        let start = self.start_key(&prepared)?;
        let limit = self.access.state().limit;
        let mut page = self
            .one_page(db, &prepared, start, limit, None, Mode::Metered)
            .await?;
        let capacity = std::mem::take(&mut page.capacity);
        Ok(Metered::with_capacity(page, capacity, 1))
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
        Ok(self.pages(db, Mode::Items).await?.value)
    }

    /// As [`load`](Query::load), with the number of requests and the capacity they consumed together.
    ///
    /// # Errors
    /// As [`page`](Query::page).
    pub async fn load_metered(self, db: &Db<TableOf<A>>) -> Result<Metered<Page<O::Item>>>
    where
        O: ReadsFrom<A::Index>,
    {
        self.pages(db, Mode::Metered).await
    }

    async fn pages(self, db: &Db<TableOf<A>>, mode: Mode) -> Result<Metered<Page<O::Item>>> {
        let prepared = self.prepare(db)?;
        let take = self.access.state().take;
        let mut all = Metered::with_capacity(Page::empty(), Capacity::default(), 0);
        let mut start = self.start_key(&prepared)?;
        loop {
            let missing = take.map(|take| take.saturating_sub(all.value.items.len()));
            if missing == Some(0) {
                // Nothing wanted, nothing read: the place stays as it was.
                if all.requests == 0 {
                    all.value.cursor.clone_from(&self.access.state().start);
                }
                break;
            }
            let limit = self.page_limit(&prepared, missing);
            let next = self
                .one_page(db, &prepared, start, limit, missing, mode)
                .await?;
            all.requests += 1;
            all.capacity.add(&next.capacity);
            all.value.items.extend(next.items);
            all.value.scanned += next.scanned;
            all.value.cursor = next.cursor;
            match &all.value.cursor {
                Some(cursor) => {
                    start = Some(cursor.start_key(prepared.fingerprint, &prepared.key_names)?);
                }
                None => break,
            }
        }
        Ok(all)
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
        let db = db.clone();
        let wanted = self.access.state().take;
        let query = Arc::new(self);
        Items::new(wanted, move |cursor, missing| {
            let (query, db) = (Arc::clone(&query), db.clone());
            async move {
                let prepared = query.prepare(&db)?;
                let start = match cursor {
                    Some(cursor) => Some(Cursor::start_key(
                        &cursor,
                        prepared.fingerprint,
                        &prepared.key_names,
                    )?),
                    None => query.start_key(&prepared)?,
                };
                let limit = query.page_limit(&prepared, missing);
                query
                    .some_page(&db, &prepared, start, limit, missing, Mode::Items)
                    .await
            }
        })
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

    /// Without a filter there is no need to evaluate more than is wanted.
    fn page_limit(&self, prepared: &Prepared, missing: Option<usize>) -> Option<u32> {
        let limit = self.access.state().limit;
        if prepared.filtered || prepared.classify {
            return limit;
        }
        let missing = missing.and_then(|n| u32::try_from(n).ok());
        limit.into_iter().chain(missing).min()
    }

    async fn one_page(
        &self,
        db: &Db<TableOf<A>>,
        prepared: &Prepared,
        start: Option<String>,
        limit: Option<u32>,
        wanted: Option<usize>,
        mode: Mode,
    ) -> Result<Page<O::Item>> {
        let page = self
            .some_page(db, prepared, start, limit, wanted, mode)
            .await?;
        page.into_strict()
    }

    /// One page whose items may have failed one by one.
    async fn some_page(
        &self,
        db: &Db<TableOf<A>>,
        prepared: &Prepared,
        start: Option<String>,
        limit: Option<u32>,
        wanted: Option<usize>,
        mode: Mode,
    ) -> Result<Page<Result<O::Item>>> {
        let request = prepared.request(db, start.as_deref(), limit, mode);
        let how = self.read.clone();
        let names = (wanted.is_some() && (prepared.filtered || prepared.classify))
            .then(|| prepared.key_names.clone());
        let entity = prepared.classify.then_some(A::Entity::MODEL.name);
        let answer = db
            .call(
                &request,
                "Items",
                Arc::new(move |text: &str, offset| {
                    let mut reader = Reader::new(text);
                    reader.seek(offset);
                    let items =
                        decode::<TableOf<A>, O>(&how, &mut reader, names.as_deref(), entity)?;
                    Ok((items, reader.position()))
                }),
            )
            .await
            .map_err(|e| e.with_entity(A::Entity::MODEL.name))?;
        let meta = answer.meta;
        let decoded = answer.value.unwrap_or(Decoded {
            items: Vec::new(),
            keys: Vec::new(),
        });
        let mut page = Page {
            items: decoded.items,
            cursor: meta
                .last_evaluated_key
                .as_deref()
                .map(|key| Cursor::new(prepared.fingerprint, key)),
            scanned: meta
                .scanned
                .and_then(|n| u64::try_from(n).ok())
                .unwrap_or(0),
            capacity: Capacity::of(&meta.capacity),
        };
        if let Some(wanted) = wanted
            && page.items.len() > wanted
        {
            page.items.truncate(wanted);
            let last = wanted.checked_sub(1).and_then(|n| decoded.keys.get(n));
            // No cursor would mean the end, and the items cut off here would be lost.
            let key = last.and_then(Option::as_deref).ok_or_else(|| {
                Error::new(
                    ErrorKind::Decode,
                    "an item lacks the keys to continue behind it",
                )
                .with_entity(A::Entity::MODEL.name)
            })?;
            page.cursor = Some(Cursor::new(prepared.fingerprint, key));
        }
        Ok(page)
    }
}

impl<A: Access, O: ReadAs> Query<A, O> {
    /// A page is one request, and a count counts everything.
    fn refuse_take(&self) -> Result<()> {
        if self.access.state().take.is_none() {
            return Ok(());
        }
        Err(
            Error::invalid("`take` is for `load`, `all` and `stream`; a page is cut by `limit`")
                .with_entity(A::Entity::MODEL.name),
        )
    }

    /// Counts the items, with as many requests as it needs. Nothing but the number travels; the cost is that of
    /// reading them.
    ///
    /// # Errors
    /// The service's errors.
    pub async fn count(self, db: &Db<TableOf<A>>) -> Result<u64> {
        self.refuse_take()?;
        let prepared = self.prepare(db)?;
        if prepared.classify {
            return Err(Error::invalid(
                "items of several entities share this index and it carries no type attribute to count by; use `all`",
            )
            .with_entity(A::Entity::MODEL.name));
        }
        let limit = self.access.state().limit;
        let mut start = self.start_key(&prepared)?;
        let mut total = 0;
        loop {
            let request = prepared.request(db, start.as_deref(), limit, Mode::Count);
            let answer = db
                .call(&request, "Items", Arc::new(super::raw_member))
                .await
                .map_err(|e| e.with_entity(A::Entity::MODEL.name))?;
            total += answer
                .meta
                .count
                .and_then(|n| u64::try_from(n).ok())
                .unwrap_or(0);
            match answer.meta.last_evaluated_key {
                Some(key) => start = Some(key),
                None => return Ok(total),
            }
        }
    }
}

/// Reads the array of items.
fn decode<T: Table, O: ReadAs>(
    how: &O,
    reader: &mut Reader<'_>,
    key_names: Option<&[&'static str]>,
    entity: Option<&'static str>,
) -> Result<Decoded<O::Item>, Malformed> {
    let mut out = Decoded {
        items: Vec::new(),
        keys: Vec::new(),
    };
    let mut memory = O::Memory::default();
    reader.array(&mut |reader| {
        let start = reader.position();
        if let Some(entity) = entity {
            let of = crate::schema::entity_name_of_keys::<T>(reader);
            if of.is_some_and(|of| of != entity) {
                return Ok(());
            }
            reader.seek(start);
        }
        out.items.push(read_one(how, &mut memory, reader)?);
        if let Some(names) = key_names {
            let raw = reader.text_between(start, reader.position());
            out.keys.push(key_of(raw, names));
        }
        Ok(())
    })?;
    Ok(out)
}
