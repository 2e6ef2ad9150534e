//! Parallel `Scan`: the segments of a table or index, read at the same time.

use std::fmt;
use std::sync::Arc;

use crate::client::Db;
use crate::error::{Error, Result};
use crate::op::answer::read_as::{ReadAs, ReadsFrom};
use crate::op::query::prepared::{Mode, Prepared, Segment};
use crate::wire::Request;

use super::builder::{Scan, Scanned};
use super::progress::{Place, ScanProgress};
use super::segment_items::SegmentItems;

/// DynamoDB's limit on segments.
const MAX_SEGMENTS: u32 = 1_000_000;
const DEFAULT_CONCURRENCY: usize = 8;

/// A scan in segments, read at the same time and resumable.
///
/// **Cost**: that of the [`Scan`], used up faster: it can take all the capacity that other readers need.
///
/// **Limits**: 1 to 1 000 000 segments; [`limit`](Scan::limit) holds for each page of each of them.
///
/// # Examples
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/model.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> dynamo_orm::Result<()> {
/// # use dynamo_orm::Segments;
/// let db = Db::<Shop>::local().await?;
/// for number in 1..=9 {
///     order("ada", number).put().send(&db).await?;
/// }
/// let mut orders = Order::scan().segments(4).concurrency(2).stream(&db)?;
/// let mut numbers = Vec::new();
/// for _ in 0..5 {
///     numbers.extend(orders.next().await.transpose()?.map(|o| o.number));
/// }
/// // Kept somewhere safe between items, and continued by another process.
/// let progress = orders.progress();
/// drop(orders);
/// let mut rest = Order::scan().segments(4).resume(progress).stream(&db)?;
/// while let Some(order) = rest.next().await {
///     numbers.push(order?.number);
/// }
/// numbers.sort();
/// assert_eq!(numbers, Vec::from_iter(1..=9));
/// assert!(rest.progress().is_done());
/// # Ok(()) }
/// ```
#[must_use = "a request does nothing until it is sent"]
pub struct Segments<S: Scanned, I, O> {
    scan: Scan<S, I, O>,
    count: u32,
    concurrency: usize,
    progress: Option<ScanProgress>,
}

impl<S: Scanned, I, O: ReadAs> Segments<S, I, O> {
    pub(in crate::op) fn new(scan: Scan<S, I, O>, segments: u32) -> Self {
        Self {
            scan,
            count: segments,
            concurrency: DEFAULT_CONCURRENCY,
            progress: None,
        }
    }

    /// Reads at most so many segments at the same time, 8 by default.
    pub fn concurrency(mut self, segments: usize) -> Self {
        self.concurrency = segments;
        self
    }

    /// Continues where another run of the same scan was; `None` begins at the start.
    pub fn resume(mut self, progress: impl Into<Option<ScanProgress>>) -> Self {
        self.progress = progress.into();
        self
    }

    /// The requests of the first pages, one for each segment that is not done, exactly as they would be sent.
    ///
    /// # Errors
    /// `InvalidRequest` or `InvalidCursor` when the scan cannot be expressed.
    pub fn to_requests(&self, db: &Db<S::Table>) -> Result<Vec<Request>> {
        self.check()?;
        let prepared = self.scan.prepare(db, Some(self.count))?;
        let places = self.places(db, &prepared)?;
        let mut requests = Vec::new();
        for (number, place) in (0..).zip(&places) {
            let start = match place {
                Place::Start => None,
                Place::Behind(key) => Some(key.as_str()),
                Place::End => continue,
            };
            let segment = Segment {
                number,
                of: self.count,
            };
            let limit = self.scan.state.limit;
            requests.push(prepared.request(db, start, limit, Some(segment), Mode::Items));
        }
        Ok(requests)
    }

    /// Gives the items one by one: pages of the segments as they come, in no order.
    ///
    /// A page that cannot be read is one error, and the end of its segment; the others go on.
    /// [`progress`](SegmentItems::progress) then has the place where that segment continues.
    ///
    /// # Errors
    /// As [`to_requests`](Segments::to_requests).
    pub fn stream(self, db: &Db<S::Table>) -> Result<SegmentItems<O::Item>>
    where
        O: ReadsFrom<I>,
    {
        self.check()?;
        let (segments, concurrency) = (self.count, self.concurrency);
        let prepared = self.scan.prepare(db, Some(segments))?;
        let places = self.places(db, &prepared)?;
        let reading = Arc::new(self.scan.reading(db, Some(segments))?);
        Ok(SegmentItems::new(reading, places, concurrency))
    }

    fn places(&self, db: &Db<S::Table>, prepared: &Prepared) -> Result<Vec<Place>> {
        match &self.progress {
            None => Ok((0..self.count).map(|_| Place::Start).collect()),
            Some(progress) => progress
                .places(
                    prepared.fingerprint,
                    self.count,
                    &prepared.key_names,
                    db.cursor_keys(),
                )
                .map_err(|e| e.with_entity(S::NAME)),
        }
    }

    fn check(&self) -> Result<()> {
        let state = &self.scan.state;
        let refused = if !(1..=MAX_SEGMENTS).contains(&self.count) {
            "a scan has 1 to 1000000 segments"
        } else if self.concurrency == 0 {
            "with a concurrency of 0 nothing is read; use at least 1"
        } else if state.take.is_some() {
            "`take` is for scans without segments; stop reading when there are enough"
        } else if state.start.is_some() {
            "segments do not start at a cursor; continue them with `resume`"
        } else {
            return Ok(());
        };
        Err(Error::invalid(refused).with_entity(S::NAME))
    }
}

impl<S: Scanned, I, O> fmt::Debug for Segments<S, I, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Segments")
            .field("scan", &self.scan)
            .field("segments", &self.count)
            .field("concurrency", &self.concurrency)
            .finish_non_exhaustive()
    }
}
