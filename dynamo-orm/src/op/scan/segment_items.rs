//! The items of a parallel scan, page by page as the segments' pages come.

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::Stream;

use crate::error::Result;
use crate::op::answer::read_as::ReadAs;
use crate::op::query::piece::Piece;
use crate::op::query::prepared::{Mode, Segment};
use crate::op::query::reading::{Ask, Reading};
use crate::schema::Table;

use super::progress::{Place, ScanProgress};

type PieceFuture<T> = Pin<Box<dyn Future<Output = Result<Piece<T>>> + Send>>;

/// Asks for a page of a segment, and writes down how far all have come.
trait Source<T>: Send + Sync {
    fn fetch(self: Arc<Self>, segment: Segment, start: Option<String>) -> PieceFuture<T>;
    fn progress(&self, places: &[Place]) -> ScanProgress;
}

impl<T: Table, O: ReadAs> Source<O::Item> for Reading<T, O> {
    fn fetch(self: Arc<Self>, segment: Segment, start: Option<String>) -> PieceFuture<O::Item> {
        Box::pin(async move {
            let ask = Ask {
                segment: Some(segment),
                keys: true,
                ..Ask::page(start.as_deref(), Mode::Items)
            };
            self.piece(ask).await
        })
    }

    fn progress(&self, places: &[Place]) -> ScanProgress {
        let keys = self.db.cursor_keys();
        ScanProgress::new(self.prepared.fingerprint, places.iter(), keys)
    }
}

/// A page on its way, of the segment at this position.
struct Pending<T> {
    segment: usize,
    piece: PieceFuture<T>,
}

/// A page that has come: its items and the place behind each of them.
struct Ready<T> {
    segment: usize,
    items: VecDeque<(Result<T>, Option<String>)>,
    end: Place,
    /// It could not be read: its place stays, and nobody goes on there.
    is_failed: bool,
}

/// Items of a [parallel scan](crate::op::Segments), one by one.
///
/// A [`Stream`], and usable without any stream library through [`next`](SegmentItems::next). Between any two items
/// [`progress`](SegmentItems::progress) says how far it has come.
#[must_use = "a stream does nothing until it is polled"]
pub struct SegmentItems<T> {
    source: Arc<dyn Source<T>>,
    places: Vec<Place>,
    /// Segments that nobody has begun with, from here on.
    waiting: usize,
    concurrency: usize,
    pending: Vec<Pending<T>>,
    /// Some of them were not looked at yet.
    is_fresh: bool,
    ready: VecDeque<Ready<T>>,
    unknown: u64,
}

impl<T: Send + 'static> SegmentItems<T> {
    pub(in crate::op) fn new<S: Table, O: ReadAs<Item = T>>(
        reading: Arc<Reading<S, O>>,
        places: Vec<Place>,
        concurrency: usize,
    ) -> Self {
        Self {
            source: reading,
            places,
            waiting: 0,
            concurrency,
            pending: Vec::new(),
            is_fresh: false,
            ready: VecDeque::new(),
            unknown: 0,
        }
    }

    /// The next item; `None` at the end.
    ///
    /// # Errors
    /// As the scan's `page`.
    pub async fn next(&mut self) -> Option<Result<T>> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// All remaining items.
    ///
    /// # Errors
    /// The first error.
    pub async fn collect(mut self) -> Result<Vec<T>> {
        let mut items = Vec::new();
        while let Some(item) = self.next().await {
            items.push(item?);
        }
        Ok(items)
    }

    /// Asks for the page at a segment's place.
    fn ask(&mut self, segment: usize) {
        let start = match self.places.get(segment) {
            Some(Place::Start) => None,
            Some(Place::Behind(key)) => Some(key.clone()),
            Some(Place::End) | None => return,
        };
        let (Ok(number), Ok(of)) = (u32::try_from(segment), u32::try_from(self.places.len()))
        else {
            return;
        };
        let piece = Arc::clone(&self.source).fetch(Segment { number, of }, start);
        self.is_fresh = true;
        self.pending.push(Pending { segment, piece });
    }

    /// Begins with segments while there is room for more.
    fn fill(&mut self) {
        while self.pending.len() + self.ready.len() < self.concurrency
            && self.waiting < self.places.len()
        {
            let segment = self.waiting;
            self.waiting += 1;
            self.ask(segment);
        }
    }

    /// Hands out the next item of the pages that have come.
    fn hand_out(&mut self) -> Option<Result<T>> {
        loop {
            let page = self.ready.front_mut()?;
            let item = page.items.pop_front();
            let (segment, is_last) = (page.segment, page.items.is_empty());
            let goes_on = is_last && !page.is_failed;
            let place = match &item {
                _ if is_last => Some(std::mem::replace(&mut page.end, Place::End)),
                // Without its keys the item comes again, which is better than losing those behind it.
                Some((_, key)) => key.clone().map(Place::Behind),
                None => None,
            };
            if let (Some(place), Some(slot)) = (place, self.places.get_mut(segment)) {
                *slot = place;
            }
            if is_last {
                self.ready.pop_front();
            }
            if goes_on {
                self.ask(segment);
            }
            if let Some((item, _)) = item {
                return Some(item);
            }
        }
    }

    /// Takes the pages that have come.
    fn poll_pending(&mut self, cx: &mut Context<'_>) {
        self.is_fresh = false;
        let mut n = 0;
        while let Some(pending) = self.pending.get_mut(n) {
            let Poll::Ready(piece) = pending.piece.as_mut().poll(cx) else {
                n += 1;
                continue;
            };
            let segment = self.pending.swap_remove(n).segment;
            let page = match piece {
                Ok(piece) => {
                    self.unknown += piece.left_out();
                    let keys = piece.keys.into_iter();
                    Ready {
                        segment,
                        items: piece.items.into_iter().zip(keys).collect(),
                        end: piece.next.map_or(Place::End, Place::Behind),
                        is_failed: false,
                    }
                }
                Err(error) => Ready {
                    segment,
                    items: VecDeque::from([(Err(error), None)]),
                    // What could not be read is not skipped.
                    end: self.places.get(segment).cloned().unwrap_or(Place::Start),
                    is_failed: true,
                },
            };
            self.ready.push_back(page);
        }
    }
}

impl<T> SegmentItems<T> {
    /// How far the scan has come: every item handed out is covered, and none that was not.
    ///
    /// Items read but not handed out yet come again when the scan is [resumed](crate::op::Segments::resume). It is as long
    /// as there are segments, so take it now and then rather than behind every item.
    #[must_use]
    pub fn progress(&self) -> ScanProgress {
        self.source.progress(&self.places)
    }

    /// How many items of unknown types were left out of the pages read so far: see
    /// [`ignore_unknown`](crate::op::Scan::ignore_unknown).
    #[must_use]
    pub fn unknown(&self) -> u64 {
        self.unknown
    }
}

impl<T> Unpin for SegmentItems<T> {}

impl<T: Send + 'static> Stream for SegmentItems<T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        let this = &mut *self;
        loop {
            // While items are handed out, the pages behind them are on their way.
            if this.is_fresh {
                this.poll_pending(cx);
            }
            if let Some(item) = this.hand_out() {
                return Poll::Ready(Some(item));
            }
            this.fill();
            if this.is_fresh {
                continue;
            }
            if this.pending.is_empty() {
                return Poll::Ready(None);
            }
            this.poll_pending(cx);
            if this.ready.is_empty() {
                return Poll::Pending;
            }
        }
    }
}

impl<T> fmt::Debug for SegmentItems<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SegmentItems")
            .field("segments", &self.places.len())
            .field("pending", &self.pending.len())
            .field("ready", &self.ready.len())
            .finish_non_exhaustive()
    }
}
