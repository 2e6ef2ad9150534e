//! Pages, and streams of items over pages.

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::cursor::Cursor;
use crate::client::Capacity;
use crate::error::{Error, Result};

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
    pub(crate) capacity: Capacity,
}

impl<T> Page<T> {
    pub(crate) fn empty() -> Self {
        Self {
            items: Vec::new(),
            cursor: None,
            scanned: 0,
            capacity: Capacity::default(),
        }
    }

    /// Is this the last page?
    #[must_use]
    pub fn is_last(&self) -> bool {
        self.cursor.is_none()
    }
}

impl<T> Page<Result<T>> {
    /// The items, or the first error among them.
    pub(crate) fn into_strict(self) -> Result<Page<T>> {
        Ok(Page {
            items: self.items.into_iter().collect::<Result<_>>()?,
            cursor: self.cursor,
            scanned: self.scanned,
            capacity: self.capacity,
        })
    }
}

impl<T> IntoIterator for Page<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

type PageFuture<T> = Pin<Box<dyn Future<Output = Result<Page<Result<T>>>> + Send>>;
type Fetch<T> = Box<dyn Fn(Option<Cursor>, Option<usize>) -> PageFuture<T> + Send + Sync>;

/// Items one by one; pages are asked for as they are wanted.
///
/// A [`Stream`], and usable without any stream library through [`next`](Items::next). An item that does not fit its
/// type is one error; the items behind it follow.
#[must_use = "a stream does nothing until it is polled"]
pub struct Items<T> {
    fetch: Fetch<T>,
    pending: Option<PageFuture<T>>,
    ready: VecDeque<Result<T>>,
    cursor: Option<Cursor>,
    started: bool,
    missing: Option<usize>,
}

impl<T: Send + 'static> Items<T> {
    pub(crate) fn new<F>(
        wanted: Option<usize>,
        fetch: impl Fn(Option<Cursor>, Option<usize>) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<Page<Result<T>>>> + Send + 'static,
    {
        Self {
            fetch: Box::new(move |cursor, missing| Box::pin(fetch(cursor, missing))),
            pending: None,
            ready: VecDeque::new(),
            cursor: None,
            started: false,
            missing: wanted,
        }
    }

    /// The next item; `None` at the end.
    ///
    /// # Errors
    /// As the query's `page`.
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
            if this.pending.is_none() {
                if this.started && this.cursor.is_none() {
                    return Poll::Ready(None);
                }
                this.started = true;
                this.pending = Some((this.fetch)(this.cursor.take(), this.missing));
            }
            let Some(pending) = &mut this.pending else {
                continue;
            };
            match pending.as_mut().poll(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(page) => {
                    this.pending = None;
                    match page {
                        Ok(page) => {
                            this.ready = page.items.into();
                            this.cursor = page.cursor;
                        }
                        Err(error) => return Poll::Ready(Some(Err::<T, Error>(error))),
                    }
                }
            }
        }
    }
}

impl<T> fmt::Debug for Items<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items")
            .field("ready", &self.ready.len())
            .field("cursor", &self.cursor)
            .finish_non_exhaustive()
    }
}
