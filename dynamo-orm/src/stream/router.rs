//! Which function gets which change.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::num::NonZeroUsize;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use crate::codec::Reader;
use crate::error::{Error, Result};
use crate::schema::{Entity, Table, decode_item, read_any};

use super::change::{Cause, Change, Inserted, Modified, Removed};
use super::collect::Collector;
use super::dead_letter::{DeadLetter, DeadLetters};
use super::failure::Failure;
use super::metrics::Metrics;
use super::process::{FirstFailure, Found};
use super::raw::RawRecord;
use super::record::Record;
use super::view::{Carries, Keys, NewAndOldImages, NewImages, OldImages, View};

/// A handler's work on one record.
pub(super) type Work<'a> = Pin<Box<dyn Future<Output = Result<(), Failure>> + Send + 'a>>;
/// Reads a record as a handler wants it; `None` where it does not concern the handler.
pub(super) type Route<'a> =
    Box<dyn Fn(&Arc<RawRecord>, &Found) -> Result<Option<Work<'a>>> + Send + Sync + 'a>;
/// Puts a letter away.
pub(super) type Sink<'a> = Box<dyn Fn(DeadLetter) -> Work<'a> + Send + Sync + 'a>;
type Raw<'a> = Box<dyn Fn(Arc<RawRecord>) -> Work<'a> + Send + Sync + 'a>;
type Observer<'a> = Box<dyn Fn(&RawRecord, &Failure) + Send + Sync + 'a>;

/// What is done with items that are of no entity of the table: a newer deployment may have written them.
pub(super) enum Unknown<'a> {
    Ignore,
    Fail,
    Raw(Raw<'a>),
}

/// A stream processor: functions for the changes of a table's entities.
///
/// Every function that a change concerns is called, in the order they were added. A failure that may pass ends that, and
/// the record comes again; what one function refuses [for good](Failure::permanent) is still given to the others, before
/// it goes to the dead letters. A change that concerns none goes to the [`fallback`](Router::fallback), or is counted and
/// left. Items that the library keeps beside yours (guards of
/// unique values, marks of [`Once`](super::Once)) are left out.
///
/// Records may be delivered more than once, so an effect must be one that can be repeated, or be made with
/// [`Transaction::once`](crate::Transaction::once).
///
/// # Examples
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/model.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> dynamo_orm::Result<()> {
/// use dynamo_orm::Transaction;
/// use dynamo_orm::stream::{Change, Deadline, Inserted, Record, Router};
///
/// let db = Db::<Shop>::local().await?;
/// let shop = &db;
/// let router = Router::<Shop>::new()
///     .on_insert(move |page: Record<Inserted<Customer>>| async move {
///         let visits = Visits::update(&page.change.new.id).add(|v| v.count(), 1).or_create();
///         Transaction::new().update(visits).once(&page.once("visits")).send(shop).await?;
///         Ok(())
///     })
///     .fallback(|other: Record<Change<Shop>>| async move {
///         println!("{:?}", other.change);
///         Ok(())
///     });
///
/// let event = r#"{"Records":[{"eventID":"e1","eventName":"INSERT","dynamodb":{"SequenceNumber":"100",
///     "Keys":{"PK":{"S":"CUSTOMER#ada"},"SK":{"S":"PROFILE"}},
///     "NewImage":{"PK":{"S":"CUSTOMER#ada"},"SK":{"S":"PROFILE"},"_type":{"S":"Customer"},
///                 "id":{"S":"ada"},"name":{"S":"Ada"}}}}]}"#;
/// for _ in 0..3 {
///     let outcome = router.process(event, Deadline::none()).await?;
///     assert_eq!(outcome.response().to_json(), r#"{"batchItemFailures":[]}"#);
/// }
/// assert_eq!(Visits::get("ada").send(&db).await?.map(|v| v.count), Some(1));
/// # Ok(()) }
/// ```
pub struct Router<'a, T, V = NewAndOldImages> {
    pub(super) routes: Vec<Route<'a>>,
    pub(super) fallback: Option<Route<'a>>,
    pub(super) unknown: Unknown<'a>,
    pub(super) sink: Option<Sink<'a>>,
    pub(super) observer: Option<Observer<'a>>,
    pub(super) metrics: Option<Metrics<'a>>,
    pub(super) collectors: Vec<Box<dyn Collector + 'a>>,
    pub(super) concurrency: usize,
    pub(super) margin: Duration,
    pub(super) writing: Duration,
    pub(super) first: FirstFailure,
    /// Names that marks carry.
    names: Vec<String>,
    /// A name that was given twice.
    pub(super) twice: Option<String>,
    marker: PhantomData<fn() -> (T, V)>,
}

impl<T: Table> Router<'_, T, NewAndOldImages> {
    /// A processor of a stream with the view `NEW_AND_OLD_IMAGES`, or of Kinesis.
    ///
    /// A table declared with another `stream = …` does not compile.
    #[must_use]
    pub fn new() -> Self
    where
        T: Carries<NewAndOldImages>,
    {
        Self::of_view()
    }
}

impl<T: Table + Carries<NewAndOldImages>> Default for Router<'_, T, NewAndOldImages> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Table> Router<'_, T, NewImages> {
    /// A processor of a stream with the view `NEW_IMAGE` (or both).
    #[must_use]
    pub fn new_images() -> Self
    where
        T: Carries<NewImages>,
    {
        Self::of_view()
    }
}

impl<T: Table> Router<'_, T, OldImages> {
    /// A processor of a stream with the view `OLD_IMAGE` (or both).
    #[must_use]
    pub fn old_images() -> Self
    where
        T: Carries<OldImages>,
    {
        Self::of_view()
    }
}

impl<T: Table> Router<'_, T, Keys> {
    /// A processor that needs no images: for a stream with the view `KEYS_ONLY`, or any other.
    #[must_use]
    pub fn keys_only() -> Self
    where
        T: Carries<Keys>,
    {
        Self::of_view()
    }
}

impl<'a, T: Table, V: View> Router<'a, T, V> {
    fn of_view() -> Self {
        Self {
            routes: Vec::new(),
            fallback: None,
            unknown: Unknown::Ignore,
            sink: None,
            observer: None,
            metrics: None,
            collectors: Vec::new(),
            concurrency: 1,
            margin: Duration::from_millis(500),
            writing: Duration::from_secs(2),
            first: FirstFailure::Checkpoint,
            names: Vec::new(),
            twice: None,
            marker: PhantomData,
        }
    }

    /// Takes a name for marks: two parts of one name would each take the other's marks for theirs.
    pub(super) fn name(&mut self, name: &str) {
        if self.names.iter().any(|known| known == name) {
            self.twice = Some(name.to_owned());
        }
        self.names.push(name.to_owned());
    }

    /// Calls `handler` with every change of an `E`.
    ///
    /// An item that becomes one of another entity is removed for the one ([`Cause::Replaced`]) and inserted for the
    /// other.
    #[must_use]
    pub fn on<E, F>(mut self, handler: impl Fn(Record<V::Of<E>>) -> F + Send + Sync + 'a) -> Self
    where
        E: Entity<Table = T>,
        F: Future<Output = Result<(), Failure>> + Send + 'a,
    {
        self.routes
            .push(route::<T, V, E, _, _>(move |record| Some(handler(record))));
        self
    }

    /// Calls `handler` with every change of a known entity, whichever it is.
    #[must_use]
    pub fn on_any<F>(mut self, handler: impl Fn(Record<V::Of<T>>) -> F + Send + Sync + 'a) -> Self
    where
        F: Future<Output = Result<(), Failure>> + Send + 'a,
    {
        self.routes.push(any_route::<T, V, F>(handler));
        self
    }

    /// Calls `handler` with the changes that concern no other function.
    #[must_use]
    pub fn fallback<F>(mut self, handler: impl Fn(Record<V::Of<T>>) -> F + Send + Sync + 'a) -> Self
    where
        F: Future<Output = Result<(), Failure>> + Send + 'a,
    {
        self.fallback = Some(any_route::<T, V, F>(handler));
        self
    }

    /// Calls `handler` with the records of items that are of no entity of the table. Otherwise they are counted and
    /// left.
    #[must_use]
    pub fn on_unknown<F>(mut self, handler: impl Fn(Arc<RawRecord>) -> F + Send + Sync + 'a) -> Self
    where
        F: Future<Output = Result<(), Failure>> + Send + 'a,
    {
        self.unknown = Unknown::Raw(Box::new(move |raw| Box::pin(handler(raw))));
        self
    }

    /// Lets the records of items that are of no entity of the table fail for good.
    #[must_use]
    pub fn fail_on_unknown(mut self) -> Self {
        self.unknown = Unknown::Fail;
        self
    }

    /// Where records go that can never be processed. Without it such a record holds the shard up until the event source
    /// mapping gives it up.
    ///
    /// A letter that is written to the same table comes through its stream, too: give letters a type that no failing
    /// function takes, or keep them elsewhere, or they make letters of their own.
    #[must_use]
    pub fn dead_letters(mut self, sink: impl DeadLetters + 'a) -> Self {
        let sink = Arc::new(sink);
        self.sink = Some(Box::new(move |letter| {
            let sink = Arc::clone(&sink);
            Box::pin(async move { sink.put(letter).await })
        }));
        self
    }

    /// Is told of every failure, for logs of your own; [`metrics`](Router::metrics) writes them as lines of JSON.
    ///
    /// Event id, keys and sequence number are the record's. Images are user data. An observer that panics is not heard; the
    /// record's failure stands.
    #[must_use]
    pub fn on_failure(
        mut self,
        observer: impl Fn(&RawRecord, &Failure) + Send + Sync + 'a,
    ) -> Self {
        self.observer = Some(Box::new(observer));
        self
    }

    /// How many records are worked on at a time: 1 unless said otherwise, which is the order of the batch. Those of one
    /// item are never worked on at a time.
    #[must_use]
    pub fn concurrency(mut self, records: NonZeroUsize) -> Self {
        self.concurrency = records.get();
        self
    }

    /// How long before the deadline work stops, so that what is done can still be told: half a second unless said
    /// otherwise.
    #[must_use]
    pub fn margin(mut self, margin: Duration) -> Self {
        self.margin = margin;
        self
    }

    /// How much of the time is left for writing what was [collected](Router::collect), before the margin: two seconds unless
    /// said otherwise. Without collectors it is none.
    #[must_use]
    pub fn write_margin(mut self, time: Duration) -> Self {
        self.writing = time;
        self
    }

    /// What the answer is when the first record of several fails.
    #[must_use]
    pub fn first_failure(mut self, first: FirstFailure) -> Self {
        self.first = first;
        self
    }
}

impl<'a, T: Table> Router<'a, T, NewAndOldImages> {
    fn part<E, C, F>(
        mut self,
        choose: impl Fn(Change<E>) -> Option<C> + Send + Sync + 'a,
        handler: impl Fn(Record<C>) -> F + Send + Sync + 'a,
    ) -> Self
    where
        E: Entity<Table = T>,
        F: Future<Output = Result<(), Failure>> + Send + 'a,
    {
        self.routes
            .push(route::<T, NewAndOldImages, E, _, _>(move |record| {
                let raw = record.shared();
                choose(record.change).map(|chosen| handler(Record::new(chosen, raw)))
            }));
        self
    }

    /// Calls `handler` with new items.
    #[must_use]
    pub fn on_insert<E, F>(
        self,
        handler: impl Fn(Record<Inserted<E>>) -> F + Send + Sync + 'a,
    ) -> Self
    where
        E: Entity<Table = T>,
        F: Future<Output = Result<(), Failure>> + Send + 'a,
    {
        self.part(
            |change: Change<E>| match change {
                Change::Insert { new } => Some(Inserted { new }),
                _ => None,
            },
            handler,
        )
    }

    /// Calls `handler` with items before and after a change.
    #[must_use]
    pub fn on_modify<E, F>(
        self,
        handler: impl Fn(Record<Modified<E>>) -> F + Send + Sync + 'a,
    ) -> Self
    where
        E: Entity<Table = T>,
        F: Future<Output = Result<(), Failure>> + Send + 'a,
    {
        self.part(
            |change: Change<E>| match change {
                Change::Modify { old, new } => Some(Modified { old, new }),
                _ => None,
            },
            handler,
        )
    }

    /// Calls `handler` with items that are gone, whatever the cause.
    #[must_use]
    pub fn on_remove<E, F>(
        self,
        handler: impl Fn(Record<Removed<E>>) -> F + Send + Sync + 'a,
    ) -> Self
    where
        E: Entity<Table = T>,
        F: Future<Output = Result<(), Failure>> + Send + 'a,
    {
        self.part(
            |change: Change<E>| match change {
                Change::Remove { old, cause } => Some(Removed { old, cause }),
                _ => None,
            },
            handler,
        )
    }

    /// Calls `handler` with items that are gone because their time to live passed.
    #[must_use]
    pub fn on_expire<E, F>(
        self,
        handler: impl Fn(Record<Removed<E>>) -> F + Send + Sync + 'a,
    ) -> Self
    where
        E: Entity<Table = T>,
        F: Future<Output = Result<(), Failure>> + Send + 'a,
    {
        self.part(
            |change: Change<E>| match change {
                Change::Remove {
                    old,
                    cause: cause @ Cause::Expired,
                } => Some(Removed { old, cause }),
                _ => None,
            },
            handler,
        )
    }
}

fn route<'a, T, V, E, H, F>(handler: H) -> Route<'a>
where
    T: Table,
    V: View,
    E: Entity<Table = T>,
    H: Fn(Record<V::Of<E>>) -> Option<F> + Send + Sync + 'a,
    F: Future<Output = Result<(), Failure>> + Send + 'a,
{
    Box::new(move |raw, found| {
        let position = T::MODEL.entity_of_kind(E::MODEL.kind);
        let sides = found.sides(|entity| Some(entity) == position);
        let change = V::read(raw, sides, &|image| decode_item::<E>(image))?;
        let record = change.map(|change| Record::new(change, Arc::clone(raw)));
        let work = record.and_then(&handler);
        Ok(work.map(|work| Box::pin(work) as Work<'a>))
    })
}

fn any_route<'a, T, V, F>(handler: impl Fn(Record<V::Of<T>>) -> F + Send + Sync + 'a) -> Route<'a>
where
    T: Table,
    V: View,
    F: Future<Output = Result<(), Failure>> + Send + 'a,
{
    Box::new(move |raw, found| {
        let decode = |image: &str| {
            let mut last = 0;
            read_any::<T>(&mut Reader::new(image), &mut last)
                .map_err(|fault| Error::decode(T::MODEL.name, image, &fault))
        };
        let change = V::read(raw, found.sides(|_| true), &decode)?;
        let record = change.map(|change| Record::new(change, Arc::clone(raw)));
        Ok(record.map(|record| Box::pin(handler(record)) as Work<'a>))
    })
}

impl<T, V> fmt::Debug for Router<'_, T, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Router")
            .field("routes", &self.routes.len())
            .field("concurrency", &self.concurrency)
            .field("margin", &self.margin)
            .finish_non_exhaustive()
    }
}
