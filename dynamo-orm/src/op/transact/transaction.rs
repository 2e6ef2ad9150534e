//! `TransactWriteItems`: writes of several items, all or none.

use std::fmt;
use std::marker::PhantomData;

use crate::client::{Capacity, Db, Metered};
use crate::error::Result;
use crate::op::answer::returning::Nothing;
use crate::op::write::action::Write;
use crate::op::write::actions;
use crate::op::write::delete::{Delete, Deletes};
use crate::op::write::put::Put;
use crate::op::write::relocate::Relocate;
use crate::op::write::remove::Remove;
use crate::op::write::save::Save;
use crate::op::write::update::Update;
use crate::op::write::upsert::Upsert;
use crate::schema::{Entity, Table, WithoutUnique};
use crate::wire::Request;

use super::check::Check;

/// Writes several items of a table, all or none.
///
/// An error of the transaction is of kind `TransactionCanceled`; what was wrong with which operation (`AlreadyExists`,
/// `UniqueViolation`, `VersionConflict`, …) is in its [reasons](crate::Error::reasons).
///
/// **Cost**: twice that of the single writes, and 2 write capacity units per KB for each check.
///
/// **Limits**: 100 actions, one for each item, 4 MB together; checked before anything is sent. Guards of unique values
/// are actions, too. A transaction that meets another one on an item, or is throttled, is sent again up to 8 times
/// with jittered waits; it carries a token, so that it is carried out once.
///
/// # Examples
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/model.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> dynamo_orm::Result<()> {
/// use dynamo_orm::Transaction;
///
/// let db = Db::<Shop>::local().await?;
/// let ada = Customer { id: "ada".to_owned(), name: "Ada".to_owned() };
/// ada.create().send(&db).await?;
///
/// let first = order("ada", 1);
/// let transaction = Transaction::new()
///     .check(Customer::exists("ada"))
///     .create(&first)
///     .update(Visits::update("home").add(|v| v.count(), 1).or_create());
/// transaction.send(&db).await?;
///
/// // Again: nothing is written, and the error says why.
/// let error = Transaction::new()
///     .create(&first)
///     .update(Visits::update("home").add(|v| v.count(), 1))
///     .send(&db)
///     .await
///     .unwrap_err();
/// assert_eq!(error.reasons().len(), 1);
/// assert_eq!(error.reasons()[0].operation, 0);
/// assert!(error.reasons()[0].error.is_already_exists());
/// assert_eq!(Visits::get("home").send(&db).await?.map(|v| v.count), Some(1));
/// # Ok(()) }
/// ```
#[must_use = "a transaction does nothing until it is sent"]
pub struct Transaction<'a, T> {
    operations: Vec<Box<dyn Operation<T> + 'a>>,
    token: Option<String>,
    marker: PhantomData<fn() -> T>,
}

/// Renders an operation when the transaction is sent; `None` where there is nothing to write.
trait Operation<T>: Send + Sync {
    fn prepare(&self, db: &Db<T>) -> Result<Option<Write>>;
}

impl<T, F: Fn(&Db<T>) -> Result<Option<Write>> + Send + Sync> Operation<T> for F {
    fn prepare(&self, db: &Db<T>) -> Result<Option<Write>> {
        self(db)
    }
}

impl<T: Table> Default for Transaction<'_, T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<'a, T: Table> Transaction<'a, T> {
    /// An empty transaction.
    pub fn new() -> Self {
        Self {
            operations: Vec::new(),
            token: None,
            marker: PhantomData,
        }
    }

    fn push(
        mut self,
        prepare: impl Fn(&Db<T>) -> Result<Option<Write>> + Send + Sync + 'a,
    ) -> Self {
        self.operations.push(Box::new(prepare));
        self
    }

    /// Writes a new item; cancels the transaction with `AlreadyExists` when there is one under its key.
    pub fn create<E: Entity<Table = T>>(self, entity: &'a E) -> Self {
        self.put_when(entity.create())
    }

    /// Writes an item in place of whatever stands under its key.
    pub fn put<E: WithoutUnique + Entity<Table = T>>(self, entity: &'a E) -> Self {
        self.put_when(entity.put())
    }

    /// A [`create`](Entity::create) or [`put`](Entity::put) with conditions of its own.
    pub fn put_when<E: Entity<Table = T>>(self, put: Put<'a, E, Nothing>) -> Self {
        self.push(move |db| put.prepare(db).map(Some))
    }

    /// Writes every attribute of a value and keeps those its type does not know.
    pub fn upsert<E: WithoutUnique + Entity<Table = T>>(self, upsert: Upsert<'a, E>) -> Self {
        self.push(move |db| upsert.prepare(db).map(Some))
    }

    /// Changes attributes of an item.
    pub fn update<E: Entity<Table = T>>(self, update: Update<E>) -> Self {
        self.push(move |db| update.prepare(db).map(Some))
    }

    /// Writes what changed; nothing where nothing did.
    pub fn save<E: Entity<Table = T>>(self, save: Save<'a, E>) -> Self {
        self.push(move |db| Ok(save.prepare(db)?.0))
    }

    /// Moves an item to another key: two actions.
    pub fn relocate<E: Entity<Table = T>>(self, relocate: Relocate<'a, E>) -> Self {
        self.push(move |db| Ok(Some(relocate.prepare(db)?.0)))
    }

    /// Deletes an item by its key.
    pub fn delete<E, V>(self, delete: Delete<E, Nothing, V>) -> Self
    where
        E: Entity<Table = T>,
        V: Deletes<E> + 'static,
    {
        self.push(move |db| delete.prepare(db).map(Some))
    }

    /// Deletes the item of a value that was read.
    pub fn remove<E: Entity<Table = T>>(self, remove: Remove<'a, E>) -> Self {
        self.push(move |db| remove.prepare(db).map(Some))
    }

    /// Asks something of an item without writing it.
    pub fn check<E: Entity<Table = T>>(self, check: impl Into<Check<E>>) -> Self {
        let check = check.into();
        self.push(move |db| check.prepare(db).map(Some))
    }

    /// Carries the transaction out once, however often it is sent with this token within 10 minutes.
    ///
    /// The same token with other operations is refused by the service (`IdempotentParameterMismatchException`); that
    /// includes timestamps, so a repeated send needs the very same values. Without a token of yours each `send` has its
    /// own, which covers the repetitions inside it.
    pub fn idempotent(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// Adds a write that is not the user's, and gives its position among the operations.
    pub(in crate::op) fn add_own(
        self,
        prepare: impl Fn(&Db<T>) -> Result<Option<Write>> + Send + Sync + 'a,
    ) -> (Self, usize) {
        let position = self.operations.len();
        (self.push(prepare), position)
    }

    /// How many operations were added.
    #[must_use]
    pub fn len(&self) -> usize {
        self.operations.len()
    }

    /// Was nothing added?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty()
    }

    /// The request exactly as it would be sent at the time of the `db`'s clock, but for a token that is not yours.
    ///
    /// # Errors
    /// `InvalidRequest` when there is nothing to write, a limit is broken or two operations are about one item, with the figures; `InvalidKey` and
    /// `Encode` when an operation cannot be expressed.
    pub fn to_request(&self, db: &Db<T>) -> Result<Request> {
        self.request(db, &self.writes(db)?, false)
    }

    /// The request as the SDK's own builder.
    ///
    /// # Errors
    /// As [`to_request`](Transaction::to_request).
    pub fn into_sdk(
        self,
        db: &Db<T>,
    ) -> Result<
        aws_sdk_dynamodb::operation::transact_write_items::builders::TransactWriteItemsFluentBuilder,
    >{
        super::sdk::transact_write_items(db.client(), &self.to_request(db)?)
    }

    /// What there is to write.
    fn writes(&self, db: &Db<T>) -> Result<Vec<Write>> {
        let mut writes = Vec::with_capacity(self.operations.len());
        for (position, operation) in self.operations.iter().enumerate() {
            if let Some(mut write) = operation.prepare(db)? {
                write.operation = position;
                writes.push(write);
            }
        }
        Ok(writes)
    }

    fn request(&self, db: &Db<T>, writes: &[Write], metered: bool) -> Result<Request> {
        let token = match &self.token {
            Some(token) => {
                actions::check_token(token)?;
                token.clone()
            }
            None => actions::token(),
        };
        actions::request(db, writes, &token, metered)
    }

    /// Writes all, or nothing. Where there is nothing to write, nothing is sent.
    ///
    /// # Errors
    /// `TransactionCanceled` with a [reason](crate::Error::reasons) for each operation that failed; `TransactionConflict` and
    /// `Throttled` after all attempts; those of [`to_request`](Transaction::to_request), and the service's errors.
    pub async fn send(self, db: &Db<T>) -> Result<()> {
        self.run(db, false).await.map(|_| ())
    }

    /// As [`send`](Transaction::send), with the capacity it consumed.
    ///
    /// # Errors
    /// As [`send`](Transaction::send).
    pub async fn send_metered(self, db: &Db<T>) -> Result<Metered<()>> {
        self.run(db, true).await
    }

    async fn run(self, db: &Db<T>, metered: bool) -> Result<Metered<()>> {
        let writes = self.writes(db)?;
        if writes.is_empty() {
            return Ok(Metered::with_capacity((), Capacity::default(), 0));
        }
        let request = self.request(db, &writes, metered)?;
        drop(self);
        actions::send(db, &request, &writes).await
    }
}

impl<T> fmt::Debug for Transaction<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction")
            .field("operations", &self.operations.len())
            .field("token", &self.token)
            .finish()
    }
}
