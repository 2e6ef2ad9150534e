//! `BatchWriteItem`: puts and deletes, each for itself.

use std::fmt;
use std::marker::PhantomData;
use std::time::SystemTime;

use aws_sdk_dynamodb::operation::batch_write_item::builders::BatchWriteItemFluentBuilder;

use crate::client::{Db, Metered};
use crate::error::{Error, Result};
use crate::op::request::key::Key;
use crate::op::request::size;
use crate::schema::keys::wire;
use crate::schema::keys::{KeyValue, describe};
use crate::schema::{Entity, Table, Unguarded, Writing, write_item};
use crate::wire::Request;

use super::sdk::batch_write_item;
use super::unwritten::Unwritten;
use super::write_send::{Rendered, chunks, render, request};

/// Writes and deletes items, each for itself: some may be written when others are not.
///
/// For entities that may be written without a look at what stands there (see [`Unguarded`]): a batch has no
/// conditions. Everything is checked before anything is sent. What the service leaves unprocessed is sent again, after
/// waits that grow, as long as something gets through and for [`attempts`](BatchWrite::attempts) more; what then
/// remains is given back.
///
/// **Cost**: that of writing each item by itself: one write capacity unit per KB, and for each index touched.
///
/// **Limits**: one request takes 25 items and 16 MB; the library makes the requests.
///
/// # Examples
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/model.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> dynamo_orm::Result<()> {
/// use dynamo_orm::BatchWrite;
///
/// let db = Db::<Shop>::local().await?;
/// let orders = [order("ada", 1), order("ada", 2)];
/// BatchWrite::new().put_all(&orders).delete(Order::key("ada", 3)).write_all(&db).await?;
/// assert_eq!(Order::by_customer("ada").count(&db).await?, 2);
///
/// // What did not get through can be sent again.
/// if let Err(unwritten) = BatchWrite::new().put(&order("ada", 4)).write_all(&db).await {
///     println!("{}", unwritten.error());
///     unwritten.into_remaining().write_all(&db).await?;
/// }
/// # Ok(()) }
/// ```
#[must_use = "a request does nothing until it is sent"]
pub struct BatchWrite<'a, T> {
    pub(in crate::op) writes: Vec<Write<'a>>,
    pub(in crate::op) options: Options,
    marker: PhantomData<fn() -> T>,
}

/// How a batch is written.
#[derive(Clone, Copy, Debug)]
pub(in crate::op) struct Options {
    pub(in crate::op) concurrency: usize,
    pub(in crate::op) attempts: u32,
}

/// One write.
pub(in crate::op) enum Write<'a> {
    Put(&'a dyn Putting),
    Delete(Result<Vec<KeyValue>>, &'static str),
    /// Ready to be sent, as it was sent before.
    Again(Rendered),
}

/// An entity of whichever type.
pub(in crate::op) trait Putting: Sync {
    /// The item, checked, at this time.
    fn render(&self, now: SystemTime) -> Result<Rendered>;
    /// The entity type.
    fn name(&self) -> &'static str;
}

impl<E: Entity> Putting for E {
    fn render(&self, now: SystemTime) -> Result<Rendered> {
        let written = write_item(self, Writing::Next(now))?;
        size::check::<E>(&written.item)?;
        Ok(Rendered {
            json: format!("{{\"PutRequest\":{{\"Item\":{}}}}}", written.item),
            key: written.key,
            entity: E::MODEL.name,
        })
    }

    fn name(&self) -> &'static str {
        E::MODEL.name
    }
}

impl<T: Table> BatchWrite<'_, T> {
    /// A batch of nothing yet.
    pub fn new() -> Self {
        Self::of(
            Vec::new(),
            Options {
                concurrency: 4,
                attempts: 8,
            },
        )
    }
}

impl<'a, T: Table> BatchWrite<'a, T> {
    pub(in crate::op) fn of(writes: Vec<Write<'a>>, options: Options) -> Self {
        Self {
            writes,
            options,
            marker: PhantomData,
        }
    }

    /// Writes this item in place of whatever stands under its key.
    pub fn put<E: Entity<Table = T> + Unguarded>(mut self, entity: &'a E) -> Self {
        self.writes.push(Write::Put(entity));
        self
    }

    /// Writes each of these items in place of whatever stands under its key.
    pub fn put_all<E: Entity<Table = T> + Unguarded>(
        self,
        entities: impl IntoIterator<Item = &'a E>,
    ) -> Self {
        entities.into_iter().fold(self, Self::put)
    }

    /// Deletes the item under this key; that there is none is fine.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "keys are made to be given away, here as elsewhere"
    )]
    pub fn delete<E: Entity<Table = T> + Unguarded>(mut self, key: Key<E>) -> Self {
        self.writes.push(Write::Delete(key.values(), E::MODEL.name));
        self
    }

    /// Deletes the item under each of these keys.
    pub fn delete_all<E: Entity<Table = T> + Unguarded>(
        self,
        keys: impl IntoIterator<Item = Key<E>>,
    ) -> Self {
        keys.into_iter().fold(self, Self::delete)
    }

    /// Sends at most this many requests at a time; 4 unless told otherwise.
    pub fn concurrency(mut self, requests: usize) -> Self {
        self.options.concurrency = requests;
        self
    }

    /// Gives up after this many attempts in a row that wrote nothing; 8 unless told otherwise.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.options.attempts = attempts;
        self
    }

    /// How many writes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.writes.len()
    }

    /// Is there nothing to write?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.writes.is_empty()
    }

    /// The requests exactly as they would be sent at the time of the `db`'s clock; each write is in one of them.
    ///
    /// # Errors
    /// `InvalidKey`, `Encode` or `InvalidRequest` when something cannot be written, or two writes have one key.
    pub fn to_requests(&self, db: &Db<T>) -> Result<Vec<Request>> {
        let writes = render(&self.writes, db.now())?;
        let all: Vec<usize> = (0..writes.len()).collect();
        Ok(chunks(&writes, &all)
            .map(|chunk| request(db, &writes, chunk, false))
            .collect())
    }

    /// The requests as the SDK's own builders.
    ///
    /// # Errors
    /// As [`to_requests`](BatchWrite::to_requests).
    pub fn into_sdk(self, db: &Db<T>) -> Result<Vec<BatchWriteItemFluentBuilder>> {
        let requests = self.to_requests(db)?;
        let requests = requests.iter();
        requests.map(|r| batch_write_item(db.client(), r)).collect()
    }

    /// Writes everything, with as many requests as it needs. Without writes nothing is sent.
    ///
    /// # Errors
    /// [`Unwritten`] holds what remains to be written and the error, which `?` takes out: `InvalidKey`, `Encode` and
    /// `InvalidRequest` before anything is sent, also when two writes have one key; `Unprocessed` when the service
    /// did not get to everything; and the service's errors.
    pub async fn write_all(self, db: &Db<T>) -> Result<(), Unwritten<T>> {
        self.run(db, false).await.map(|done| done.value)
    }

    /// As [`write_all`](BatchWrite::write_all), with the number of requests and the capacity they consumed together.
    ///
    /// # Errors
    /// As [`write_all`](BatchWrite::write_all).
    pub async fn write_all_metered(self, db: &Db<T>) -> Result<Metered<()>, Unwritten<T>> {
        self.run(db, true).await
    }
}

impl Write<'_> {
    /// The write as it is, without its entity: rendered, or with what keeps it from being.
    pub(in crate::op) fn keep(&self, now: SystemTime) -> Write<'static> {
        let entity = match self {
            Self::Put(entity) => entity.name(),
            Self::Delete(_, entity) => entity,
            Self::Again(rendered) => rendered.entity,
        };
        match self.render(now) {
            Ok(rendered) => Write::Again(rendered),
            Err(error) => Write::Delete(Err(error), entity),
        }
    }

    /// The write as it will be sent, with its key.
    pub(in crate::op) fn render(&self, now: SystemTime) -> Result<Rendered> {
        match self {
            Self::Put(entity) => entity.render(now).map_err(|e| e.with_entity(entity.name())),
            Self::Delete(Ok(key), entity) => Ok(Rendered {
                json: format!("{{\"DeleteRequest\":{{\"Key\":{}}}}}", wire(key)),
                key: key.clone(),
                entity,
            }),
            Self::Delete(Err(error), entity) => {
                Err(crate::expr::render::copy(error).with_entity(entity))
            }
            Self::Again(rendered) => Ok(rendered.clone()),
        }
    }
}

/// Two writes of one batch have the same key.
pub(in crate::op) fn twice(write: &Rendered) -> Error {
    Error::invalid("two writes of the batch have the same key, and their order is not defined; keep one of them")
        .with_entity(write.entity)
        .with_key(describe(&write.key))
}

impl<T: Table> Default for BatchWrite<'_, T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> fmt::Debug for BatchWrite<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BatchWrite")
            .field("writes", &self.writes.len())
            .finish_non_exhaustive()
    }
}
