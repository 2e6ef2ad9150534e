//! `BatchGetItem`: items by their keys, of one type or of several.

use std::fmt;
use std::sync::Arc;

use aws_sdk_dynamodb::operation::batch_get_item::builders::BatchGetItemFluentBuilder;

use crate::client::{Db, Metered};
use crate::error::Result;
use crate::schema::Table;
use crate::wire::Request;

use super::get_send::Batch;
use super::keys::Keys;
use super::sdk::batch_get_item;
use super::wanted::Wanted;

/// Reads items by their keys, with as many requests as it needs.
///
/// The answer has the order and the shape of the keys (see [`Keys`]), `None` where there is no item. A key given
/// twice is asked for once and answered in both places. What the service leaves unprocessed is asked for again, after
/// waits that grow, as long as something comes back and for [`attempts`](BatchGet::attempts) more.
///
/// An item whose time to live has passed counts as missing, unless
/// [`including_expired`](BatchGet::including_expired).
///
/// **Cost**: that of reading each item by itself: half a read capacity unit per 4 KB, at least half a unit each, also
/// for keys without an item; twice that when [consistent](BatchGet::consistent).
///
/// **Limits**: one request takes 100 keys and gives at most 16 MB; the library makes the requests.
///
/// # Examples
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/model.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> dynamo_orm::Result<()> {
/// use dynamo_orm::{BatchGet, Lookup};
///
/// let db = Db::<Shop>::local().await?;
/// order("ada", 1).put().send(&db).await?;
/// let keys = (Customer::key("ada"), vec![Order::key("ada", 1), Order::key("ada", 2)]);
/// let (customer, orders) = BatchGet::new(keys).load(&db).await?;
/// assert_eq!(customer, None);
/// assert_eq!(orders, [Some(order("ada", 1)), None]);
///
/// // Keeps what was read, whatever became of the rest.
/// for lookup in BatchGet::new([Order::key("ada", 1), Order::key("ada", 2)]).load_partial(&db).await? {
///     match lookup {
///         Lookup::Found(order) => assert_eq!(order.number, 1),
///         Lookup::Missing => {}
///         Lookup::Unprocessed(key) => println!("ask later for {key:?}"),
///         Lookup::Unreadable(error) => println!("{error}"),
///     }
/// }
/// # Ok(()) }
/// ```
#[must_use = "a request does nothing until it is sent"]
pub struct BatchGet<K> {
    keys: K,
    pub(in crate::op) batch: Batch,
}

impl<K> BatchGet<K> {
    /// Reads the items under these keys.
    pub fn new(keys: K) -> Self {
        Self {
            keys,
            batch: Batch::default(),
        }
    }

    /// Sees every write that came before, at twice the cost.
    pub fn consistent(mut self) -> Self {
        self.batch.consistent = true;
        self
    }

    /// Gives items whose time to live has passed, too, until the service deletes them.
    pub fn including_expired(mut self) -> Self {
        self.batch.including_expired = true;
        self
    }

    /// Sends at most this many requests at a time; 4 unless told otherwise.
    pub fn concurrency(mut self, requests: usize) -> Self {
        self.batch.concurrency = requests;
        self
    }

    /// Gives up after this many attempts in a row that brought nothing; 8 unless told otherwise.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.batch.attempts = attempts;
        self
    }

    /// The requests exactly as they would be sent; each key is in one of them.
    ///
    /// # Errors
    /// `InvalidKey` when the values cannot make a key.
    pub fn to_requests<T: Table>(&self, db: &Db<T>) -> Result<Vec<Request>>
    where
        K: Keys<T>,
    {
        let wanted = Wanted::of(&self.keys)?;
        Ok(self.batch.requests(db, &wanted))
    }

    /// The requests as the SDK's own builders.
    ///
    /// # Errors
    /// As [`to_requests`](BatchGet::to_requests).
    pub fn into_sdk<T: Table>(self, db: &Db<T>) -> Result<Vec<BatchGetItemFluentBuilder>>
    where
        K: Keys<T>,
    {
        let requests = self.to_requests(db)?;
        let requests = requests.iter();
        requests.map(|r| batch_get_item(db.client(), r)).collect()
    }

    /// Reads the items, `None` where there is none.
    ///
    /// # Errors
    /// `Unprocessed` when the service did not get to all keys (see [`load_partial`](BatchGet::load_partial)),
    /// `Decode` with the entity and the key for the first item that does not fit its type, `InvalidKey` before
    /// anything is sent, and the service's errors.
    pub async fn load<T: Table>(self, db: &Db<T>) -> Result<K::Items>
    where
        K: Keys<T>,
    {
        Ok(self.run(db, false).await?.value)
    }

    /// As [`load`](BatchGet::load), with the number of requests and the capacity they consumed together.
    ///
    /// # Errors
    /// As [`load`](BatchGet::load).
    pub async fn load_metered<T: Table>(self, db: &Db<T>) -> Result<Metered<K::Items>>
    where
        K: Keys<T>,
    {
        self.run(db, true).await
    }

    async fn run<T: Table>(self, db: &Db<T>, metered: bool) -> Result<Metered<K::Items>>
    where
        K: Keys<T>,
    {
        let wanted = Arc::new(Wanted::of(&self.keys)?);
        let done = self.batch.run(db, &wanted, metered, false).await;
        let mut answers = done.complete(&wanted, self.batch.attempts)?;
        let items = self.keys.items(&mut answers.value);
        answers.value.take_error()?;
        Ok(Metered::with_capacity(
            items,
            answers.capacity,
            answers.requests,
        ))
    }

    /// Says for each key what came of it: its item, that there is none, that the service did not get to it, or that
    /// the item does not fit its type. Nothing that was read is lost.
    ///
    /// # Errors
    /// `InvalidKey` before anything is sent, and errors of the service that another attempt would meet again.
    pub async fn load_partial<T: Table>(self, db: &Db<T>) -> Result<K::Lookups>
    where
        K: Keys<T>,
    {
        let wanted = Arc::new(Wanted::of(&self.keys)?);
        let done = self.batch.run(db, &wanted, false, true).await;
        let mut answers = done.partial(&wanted)?;
        Ok(self.keys.lookups(&mut answers))
    }
}

impl<K: fmt::Debug> fmt::Debug for BatchGet<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("BatchGet").field(&self.keys).finish()
    }
}
