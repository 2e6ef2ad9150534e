//! A rendered read on its way: pages, loads, streams and counts, for queries and scans alike.

use std::sync::Arc;

use crate::client::{Capacity, Db, Metered};
use crate::codec::Reader;
use crate::error::{Error, Result};
use crate::op::answer::read_as::ReadAs;
use crate::schema::Table;

use super::cursor::Cursor;
use super::page::{Items, Page};
use super::piece::{Piece, decode, no_place};
use super::prepared::{Mode, Prepared, Segment};

/// A rendered read, and where it goes.
#[derive(Debug)]
pub(in crate::op) struct Reading<T, O> {
    pub(in crate::op) db: Db<T>,
    pub(in crate::op) prepared: Prepared,
    pub(in crate::op) how: O,
    pub(in crate::op) limit: Option<u32>,
    pub(in crate::op) take: Option<usize>,
    pub(in crate::op) start: Option<Cursor>,
}

/// One request of a reading.
#[derive(Clone, Copy, Debug)]
pub(in crate::op) struct Ask<'a> {
    pub(in crate::op) start: Option<&'a str>,
    /// So many items are wanted, and no more can be used.
    pub(in crate::op) wanted: Option<usize>,
    /// How many pages came before this one.
    pub(in crate::op) round: u32,
    pub(in crate::op) segment: Option<Segment>,
    /// The place behind each item is wanted.
    pub(in crate::op) keys: bool,
    pub(in crate::op) mode: Mode,
}

impl<'a> Ask<'a> {
    pub(in crate::op) fn page(start: Option<&'a str>, mode: Mode) -> Self {
        Self {
            start,
            wanted: None,
            round: 0,
            segment: None,
            keys: false,
            mode,
        }
    }
}

impl<T: Table, O: ReadAs> Reading<T, O> {
    /// Sends one request.
    pub(in crate::op) async fn piece(&self, ask: Ask<'_>) -> Result<Piece<O::Item>> {
        let prepared = &self.prepared;
        let limit = self.page_limit(ask.wanted, ask.round);
        let request = prepared.request(&self.db, ask.start, limit, ask.segment, ask.mode);
        let how = self.how.clone();
        let grows = self.is_thinned() && ask.round > 0;
        let trims = ask.wanted.is_some() && (prepared.narrows() || grows);
        let names = (trims || ask.keys).then(|| prepared.key_names.clone());
        let classify = prepared.classify;
        let answer = self
            .db
            .call(
                &request,
                "Items",
                Arc::new(move |text: &str, offset| {
                    let mut reader = Reader::new(text);
                    reader.seek(offset);
                    let piece = decode::<T, O>(&how, &mut reader, names.as_deref(), classify)?;
                    Ok((piece, reader.position()))
                }),
            )
            .await
            .map_err(|e| e.with_entity(prepared.name))?;
        let mut piece = answer.value.unwrap_or_else(Piece::empty);
        piece.next = answer.meta.last_evaluated_key;
        piece.scanned = unsigned(answer.meta.scanned);
        piece.capacity = Capacity::of(&answer.meta.capacity);
        match ask.wanted {
            Some(wanted) if !piece.cut(wanted) => Err(no_place(prepared.name)),
            _ => Ok(piece),
        }
    }

    /// There is no need to evaluate more than is wanted, unless most of it may be left out.
    ///
    /// Few items are expired or unknown. Where many are, together, the pages grow.
    fn page_limit(&self, wanted: Option<usize>, round: u32) -> Option<u32> {
        if self.prepared.narrows() {
            return self.limit;
        }
        let grown = if self.is_thinned() {
            1 << round.min(16)
        } else {
            1
        };
        let wanted = wanted.and_then(|n| u32::try_from(n.saturating_mul(grown)).ok());
        self.limit.into_iter().chain(wanted).min()
    }

    /// Few items are missing from a page.
    fn is_thinned(&self) -> bool {
        self.prepared.filter.text.is_some() || O::LEAVES_OUT
    }

    fn cursor(&self, key: Option<&str>) -> Option<Cursor> {
        let keys = self.db.cursor_keys();
        key.map(|key| Cursor::new(self.prepared.fingerprint, key, keys))
    }

    fn start_key(&self) -> Result<Option<String>> {
        self.prepared.start_key(&self.db, self.start.as_ref())
    }

    /// A page is one request, and a count counts everything.
    fn refuse_take(&self) -> Result<()> {
        if self.take.is_none() {
            return Ok(());
        }
        Err(
            Error::invalid("`take` is for `load`, `all` and `stream`; a page is cut by `limit`")
                .with_entity(self.prepared.name),
        )
    }

    pub(in crate::op) async fn page(&self, mode: Mode) -> Result<Metered<Page<O::Item>>> {
        self.refuse_take()?;
        let start = self.start_key()?;
        let piece = self.piece(Ask::page(start.as_deref(), mode)).await?;
        let mut page = Page::empty();
        page.cursor = self.cursor(piece.next.as_deref());
        page.scanned = piece.scanned;
        page.unknown = piece.left_out();
        page.items = piece.items.into_iter().collect::<Result<_>>()?;
        Ok(Metered::with_capacity(page, piece.capacity, 1))
    }

    pub(in crate::op) async fn load(&self, mode: Mode) -> Result<Metered<Page<O::Item>>> {
        let mut page = Page::empty();
        let mut capacity = Capacity::default();
        let mut requests = 0;
        let mut start = self.start_key()?;
        loop {
            let missing = self.take.map(|take| take.saturating_sub(page.items.len()));
            if missing == Some(0) {
                // Nothing wanted, nothing read: the place stays as it was.
                page.cursor = match requests {
                    0 => self.start.clone(),
                    _ => self.cursor(start.as_deref()),
                };
                break;
            }
            let ask = Ask {
                wanted: missing,
                round: requests,
                ..Ask::page(start.as_deref(), mode)
            };
            let piece = self.piece(ask).await?;
            requests += 1;
            capacity.add(&piece.capacity);
            page.scanned += piece.scanned;
            page.unknown += piece.left_out();
            for item in piece.items {
                page.items.push(item?);
            }
            start = piece.next;
            if start.is_none() {
                break;
            }
        }
        Ok(Metered::with_capacity(page, capacity, requests))
    }

    pub(in crate::op) fn stream(self) -> Items<O::Item> {
        let start = match self.start_key() {
            Ok(start) => start,
            Err(error) => return Items::failed(error),
        };
        let wanted = self.take;
        let reading = Arc::new(self);
        Items::new(start, wanted, move |start, wanted, round| {
            let reading = Arc::clone(&reading);
            async move {
                let ask = Ask {
                    wanted,
                    round,
                    ..Ask::page(start.as_deref(), Mode::Items)
                };
                reading.piece(ask).await
            }
        })
    }

    pub(in crate::op) async fn count(&self) -> Result<u64> {
        self.refuse_take()?;
        if self.prepared.classify.is_some() {
            return Err(Error::invalid(
                "items of several entities are read here and carry no type attribute to count by; use `all`",
            )
            .with_entity(self.prepared.name));
        }
        let mut start = self.start_key()?;
        let mut total = 0;
        loop {
            let (start_key, limit) = (start.as_deref(), self.limit);
            let request = self
                .prepared
                .request(&self.db, start_key, limit, None, Mode::Count);
            let answer = self
                .db
                .call(&request, "Items", Arc::new(crate::op::raw_member))
                .await
                .map_err(|e| e.with_entity(self.prepared.name))?;
            total += unsigned(answer.meta.count);
            start = answer.meta.last_evaluated_key;
            if start.is_none() {
                return Ok(total);
            }
        }
    }
}

fn unsigned(count: Option<i32>) -> u64 {
    count.and_then(|n| u64::try_from(n).ok()).unwrap_or(0)
}
