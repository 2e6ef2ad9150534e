//! Reading a table's stream without Lambda: [`Consumer`].

mod book;
#[cfg(feature = "aws")]
mod connect;
mod delivered;
mod failing;
mod item;
mod lease;
mod notice;
mod progress;
mod run;
mod settings;
mod shard;
mod shared;
mod source;
mod store;

use std::fmt;
use std::time::Duration;

use aws_sdk_dynamodbstreams::Client;

use super::router::Router;
use super::view::{NewAndOldImages, View};
use crate::client::Db;
use crate::error::{Error, Result};
use crate::op::concurrently;
use crate::schema::Table;
use book::{Book, Ended};
use shard::{Shard, Step};
use shared::Shared;

#[cfg(feature = "aws")]
pub use connect::connect;
pub use notice::{Lost, Notice};
pub use progress::Progress;
pub use settings::{StartingPosition, Trimmed};

/// Reads a table's stream in a long-running service, with the same [`Router`] as a function on Lambda.
///
/// Every record is delivered at least once, those of an item in order: a shard is begun when its parent is read to its
/// end, and shards without such a relation are read side by side. How far each is read stands in the table, under the
/// consumer's name, as items of the library's own that no read and no stream processor sees. A record that fails is tried
/// again after a wait, and nothing behind it in its shard is begun; give [`attempts`](Consumer::attempts) or
/// [`max_age`](Consumer::max_age) to put it into the router's [dead letters](Router::dead_letters) instead of trying for
/// ever.
///
/// Several workers with one name share the shards: each goes to the worker that takes it first, and is that worker's
/// until it ends or the worker does. A worker has a lease of the shards it reads, and prolongs it; the shards of a worker
/// that died are taken over when their lease is over. Checkpoints are written on the condition that the lease
/// is still held, so a worker that was thought dead cannot move them. Clocks of workers should agree to within a small
/// part of the [lease](Consumer::lease): a worker whose clock is ahead takes shards that are others' still. A lease that a
/// clock ahead has dated too far counts as over once nobody has prolonged it for its own length.
///
/// **Cost**: one `GetRecords` for each shard and [pause](Consumer::pause), and a call of `DescribeStream` every ten
/// seconds for each hundred shards. For each shard 1 write capacity unit for each page with records that are not the
/// library's own, and one three times in each lease. These writes are records of the stream, too; where that matters,
/// keep them elsewhere with [`checkpoints_in`](Consumer::checkpoints_in).
///
/// **Limits**: `GetRecords` gives up to 1,000 records or 1 MB. At most two readers of a shard at a time, those of Lambda
/// among them; `DescribeStream` may be called ten times a second. Records are gone after 24 hours: what a consumer has
/// not read by then is lost, and said so ([`Trimmed`]). Keys of type `S`, unless the checkpoints are in another table.
///
/// Permissions: `dynamodb:DescribeStream`, `dynamodb:GetShardIterator` and `dynamodb:GetRecords` on the stream;
/// `dynamodb:DescribeTable`, `dynamodb:GetItem`, `dynamodb:UpdateItem` and, where the table has no time to live,
/// `dynamodb:DeleteItem` on the table.
///
/// # Examples
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/model.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use dynamo_orm::local::Engine;
/// use dynamo_orm::stream::{Consumer, Inserted, Record, Router};
///
/// # #[derive(Table, Debug)]
/// # #[table(pk = "PK", sk = "SK", stream = NewAndOldImages)]
/// # enum Notes { Note(Note) }
/// # #[derive(Entity, Serialize, Deserialize, Debug, Clone)]
/// # #[entity(table = Notes, pk = "NOTE#{id}", sk = "NOTE")]
/// # struct Note { id: u32, text: String }
/// let engine = Engine::memory()?;
/// let db = Db::<Notes>::on_engine(&engine).await?;
/// let streams = engine.streams_client(); // on AWS: stream::connect().await
///
/// let router = Router::<Notes>::new().on_insert(|note: Record<Inserted<Note>>| async move {
///     println!("to the search index: {}", note.change.new.text);
///     Ok(())
/// });
/// let mut consumer = Consumer::new(&db, &streams, "search-index", router).batch(200);
///
/// Note { id: 1, text: "hello".into() }.put().send(&db).await?;
/// # let mut processed = 0;
/// while processed == 0 {
///     processed += consumer.poll().await?.processed;
/// }
/// // In a service, until it is to end:
/// # let ctrl_c = async {};
/// consumer.run(ctrl_c).await?;
/// # Ok(()) }
/// ```
#[must_use = "a consumer reads nothing until it is run"]
pub struct Consumer<'a, T, V = NewAndOldImages> {
    shared: Shared<'a, T, V>,
    book: Book,
    shards: Vec<Shard>,
}

impl<'a, T: Table, V: View> Consumer<'a, T, V> {
    /// A consumer of the table's stream. The name is that of its checkpoints: another name reads the stream again.
    pub fn new(db: &Db<T>, streams: &Client, name: &str, router: Router<'a, T, V>) -> Self {
        Self {
            shared: Shared::new(db, name, router),
            book: Book::new(streams.clone()),
            shards: Vec::new(),
        }
    }

    /// The most records in one batch: 100 unless said otherwise, 1 to 1,000.
    pub fn batch(mut self, records: u16) -> Self {
        self.shared.settings.batch = i32::from(records.clamp(1, 1000));
        self
    }

    /// How long a shard rests in which nothing new was: a second unless said otherwise.
    pub fn pause(mut self, time: Duration) -> Self {
        self.shared.settings.pause = time;
        self
    }

    /// Where to begin, the first time a consumer of this name runs. Later starts go on where it stopped.
    pub fn start(mut self, position: StartingPosition) -> Self {
        self.shared.settings.start = position;
        self
    }

    /// What happens where records were deleted before they were read: an error unless said otherwise.
    pub fn on_trimmed(mut self, what: Trimmed) -> Self {
        self.shared.settings.trimmed = what;
        self
    }

    /// How often a record is tried before it goes to the dead letters; without a place for them the consumer stops with
    /// an error. For ever unless said otherwise: an outage of what a handler calls then only makes the consumer wait.
    ///
    /// A failure that is [permanent](super::Failure::permanent) is not tried again.
    pub fn attempts(mut self, most: u32) -> Self {
        self.shared.settings.attempts = Some(most.max(1));
        self
    }

    /// How old a record that fails may get before it goes to the dead letters, as [`attempts`](Consumer::attempts).
    pub fn max_age(mut self, most: Duration) -> Self {
        self.shared.settings.age = Some(most);
        self
    }

    /// How long the handlers of a record, and its way into the dead letters, may take: five minutes unless said
    /// otherwise, at least a millisecond. Then they are dropped where they wait, and the record has failed, as by an error.
    ///
    /// A batch is worked on for so long at a time, and goes on behind what is done; only the record that is first in it
    /// then counts an attempt, since it alone had all of the time. Handlers that block their thread cannot be ended.
    /// A consumer that is told to stop waits for what has begun, so this is also how long that can take.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use dynamo_orm::{Table, stream::Consumer};
    /// # fn of<T: Table>(consumer: Consumer<'_, T>) {
    /// let consumer = consumer.handler_timeout(Duration::from_secs(20)).attempts(5);
    /// # }
    /// ```
    pub fn handler_timeout(mut self, time: Duration) -> Self {
        self.shared.settings.handler = time.max(Duration::from_millis(1));
        self
    }

    /// For how long a worker has a shard before it must prolong its lease: 30 seconds unless said otherwise, at least
    /// one. It is also how long the shards of a worker that died are read by nobody.
    pub fn lease(mut self, time: Duration) -> Self {
        self.shared.settings.lease = time.max(Duration::from_secs(1));
        self
    }

    /// How often the shards are listed: every ten seconds unless said otherwise, and whenever one ends. At most ten times
    /// a second, which is the service's limit for all who ask.
    pub fn discover_every(mut self, time: Duration) -> Self {
        self.shared.settings.discover = time.max(Duration::from_millis(100));
        self
    }

    /// Keeps checkpoints and leases in another table, whose keys are of type `S`.
    ///
    /// For tables with other keys, or where the library's own items are not to show in the stream.
    pub fn checkpoints_in<C: Table>(mut self, db: &Db<C>) -> Self {
        self.shared.keep_in(db);
        self
    }

    /// Reads this stream, and does not ask for the table's: without `dynamodb:DescribeTable`.
    pub fn stream_arn(mut self, arn: impl Into<String>) -> Self {
        self.shared.settings.arn = Some(arn.into());
        self
    }

    /// Is told what happens beside the work: [`Notice`]. A panic in it is caught, and the consumer goes on.
    pub fn observe(mut self, observer: impl Fn(&Notice<'_>) + Send + Sync + 'a) -> Self {
        self.shared.observer = Some(Box::new(observer));
        self
    }

    /// One step: finds and takes shards where that is due, reads and processes a page of each of its shards, and writes
    /// the checkpoints. For services with a loop of their own, and for tests.
    ///
    /// Nothing waits: a record that failed is tried again by the next step. Leases are prolonged while a step runs, so
    /// the next one should follow before they are over.
    ///
    /// # Errors
    /// `InvalidRequest` where the table has no stream or cannot have checkpoints. `Throttled`, `Timeout` and `Transport`
    /// after the SDK's own retries: the next step goes on. `Service` for a record that cannot be processed, records that
    /// were deleted before they were read ([`Trimmed::Fail`]), and other refusals of the service.
    pub async fn poll(&mut self) -> Result<Progress> {
        let looked = self.book.look(&self.shared).await;
        let mut progress = Progress {
            taken: self.book.claimed.len(),
            ..Progress::default()
        };
        self.shards.append(&mut self.book.claimed);
        let shared = &self.shared;
        let steps = self.shards.iter_mut().map(|shard| async move {
            let mut progress = Progress::default();
            let step = shard.step(shared, &mut progress).await;
            (progress, step)
        });
        let steps = concurrently(usize::MAX, steps).await;
        let mut first: Option<Error> = looked.err();
        let mut kept = Vec::new();
        for (shard, (own, step)) in std::mem::take(&mut self.shards).into_iter().zip(steps) {
            progress += own;
            match step {
                Ok(Step::Finished) => self.book.ended(shard.id(), Ended::Finished),
                Ok(Step::Lost) => self.book.ended(shard.id(), Ended::Lost),
                Ok(_) => kept.push(shard),
                Err(error) => {
                    first.get_or_insert(error);
                    kept.push(shard);
                }
            }
        }
        self.shards = kept;
        first.map_or(Ok(progress), Err)
    }

    /// Gives the shards back to other workers, with their checkpoints. [`run`](Consumer::run) does so by itself; after
    /// the last [`poll`](Consumer::poll) it saves others the time of the lease.
    ///
    /// # Errors
    /// The service's errors. The leases that could not be given back end by themselves.
    pub async fn close(self) -> Result<()> {
        let store = self.shared.store()?;
        let given_back = self.shards.iter().map(|shard| shard.lease().release(store));
        let answers = concurrently(usize::MAX, given_back).await;
        answers.into_iter().collect()
    }
}

impl<T, V> fmt::Debug for Consumer<'_, T, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Consumer")
            .field("settings", &self.shared.settings)
            .field("shards", &self.shards.len())
            .finish_non_exhaustive()
    }
}
