//! Pages, and streams of items over pages.

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use crate::error::{Error, Result};

use super::cursor::Cursor;
use super::piece::Piece;

/// The items of one read, and where to continue.
///
/// # Examples
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/model.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> dynamo_orm::Result<()> {
/// let db = Db::<Shop>::local().await?;
/// order("ada", 1).put().send(&db).await?;
/// let mut cursor = None;
/// loop {
///     let page = Order::by_customer("ada").limit(10).start_at(cursor).page(&db).await?;
///     for order in page.items {
///         assert_eq!(order.customer, "ada");
///     }
///     cursor = page.cursor;
///     if cursor.is_none() {
///         break;
///     }
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Page<T> {
    /// The items, in order.
    pub items: Vec<T>,
    /// Where to continue; `None` is the end, and the only sign of it.
    pub cursor: Option<Cursor>,
    /// How many items were evaluated and paid for, before the filter.
    pub scanned: u64,
    /// How many items of types unknown to the table's enum were left out: see
    /// [`ignore_unknown`](crate::op::Query::ignore_unknown).
    pub unknown: u64,
}

impl<T> Page<T> {
    pub(crate) fn empty() -> Self {
        Self {
            items: Vec::new(),
            cursor: None,
            scanned: 0,
            unknown: 0,
        }
    }

    /// Is this the last page?
    #[must_use]
    pub fn is_last(&self) -> bool {
        self.cursor.is_none()
    }
}

impl<T> IntoIterator for Page<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

type PieceFuture<T> = Pin<Box<dyn Future<Output = Result<Piece<T>>> + Send>>;
type Fetch<T> = Box<dyn Fn(Option<String>, Option<usize>, u32) -> PieceFuture<T> + Send + Sync>;

/// Items one by one; pages are asked for as they are wanted.
///
/// A [`Stream`], and usable without any stream library through [`next`](Items::next). An item that does not fit its
/// type is one error; the items behind it follow.
#[must_use = "a stream does nothing until it is polled"]
pub struct Items<T> {
    /// Asks for a page; `None` when all were asked for.
    fetch: Option<Fetch<T>>,
    pending: Option<PieceFuture<T>>,
    ready: VecDeque<Result<T>>,
    start: Option<String>,
    round: u32,
    missing: Option<usize>,
    unknown: u64,
}

impl<T: Send + 'static> Items<T> {
    pub(in crate::op) fn new<F>(
        start: Option<String>,
        wanted: Option<usize>,
        fetch: impl Fn(Option<String>, Option<usize>, u32) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<Piece<T>>> + Send + 'static,
    {
        Self {
            fetch: Some(Box::new(move |start, missing, round| {
                Box::pin(fetch(start, missing, round))
            })),
            pending: None,
            ready: VecDeque::new(),
            start,
            round: 0,
            missing: wanted,
            unknown: 0,
        }
    }

    /// A stream of nothing but an error.
    pub(in crate::op) fn failed(error: Error) -> Self {
        Self {
            fetch: None,
            pending: None,
            ready: VecDeque::from([Err(error)]),
            start: None,
            round: 0,
            missing: None,
            unknown: 0,
        }
    }

    /// The next item; `None` at the end.
    ///
    /// # Errors
    /// As the `page` of the query or scan.
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
}

impl<T> Items<T> {
    /// How many items of unknown types were left out of the pages read so far: see
    /// [`ignore_unknown`](crate::op::Query::ignore_unknown).
    #[must_use]
    pub fn unknown(&self) -> u64 {
        self.unknown
    }
}

impl<T> Unpin for Items<T> {}

impl<T: Send + 'static> Stream for Items<T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        let this = &mut *self;
        loop {
            if this.missing == Some(0) {
                return Poll::Ready(None);
            }
            if let Some(item) = this.ready.pop_front() {
                if let Some(missing) = &mut this.missing {
                    *missing -= 1;
                }
                return Poll::Ready(Some(item));
            }
            let pending = match (&mut this.pending, &this.fetch) {
                (Some(pending), _) => pending,
                (pending, Some(fetch)) => {
                    let asked = fetch(this.start.take(), this.missing, this.round);
                    this.round = this.round.saturating_add(1);
                    pending.insert(asked)
                }
                (None, None) => return Poll::Ready(None),
            };
            let Poll::Ready(piece) = pending.as_mut().poll(cx) else {
                return Poll::Pending;
            };
            this.pending = None;
            match piece {
                Ok(piece) => {
                    this.unknown += piece.left_out();
                    this.ready = piece.items.into();
                    this.start = piece.next;
                    if this.start.is_none() {
                        this.fetch = None;
                    }
                }
                Err(error) => {
                    this.fetch = None;
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
    }
}

impl<T> fmt::Debug for Items<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items")
            .field("ready", &self.ready.len())
            .field("pages", &self.round)
            .finish_non_exhaustive()
    }
}
