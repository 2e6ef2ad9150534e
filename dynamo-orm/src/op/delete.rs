//! `DeleteItem`: remove one item by its primary key.

use std::fmt;
use std::marker::PhantomData;

use crate::client::{Db, Metered};
use crate::error::Result;
use crate::expr::Condition;
use crate::expr::render::Placeholders;
use crate::schema::Entity;
use crate::wire::{Operation, Request};

use super::body::Body;
use super::key::Key;
use super::returning::{Nothing, Old, Returning};
use super::write::{Conditions, Prepared};

/// Deletes one item.
///
/// Deleting what is not there succeeds, unless [`existing`](Delete::existing) or [`when`](Delete::when) asks for more.
///
/// **Cost**: 1 write capacity unit per KB of the deleted item, and for each index it was in.
///
/// # Examples
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/model.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> dynamo_orm::Result<()> {
/// let db = Db::<Shop>::local().await?;
/// Order::delete("ada", 1).send(&db).await?;
/// let error = Order::delete("ada", 1).existing().send(&db).await.unwrap_err();
/// assert!(error.is_not_found());
/// # Ok(()) }
/// ```
#[must_use = "a request does nothing until it is sent"]
pub struct Delete<E, R = Nothing> {
    key: Key<E>,
    conditions: Conditions,
    returning: PhantomData<fn() -> R>,
}

impl<E: Entity> Delete<E> {
    /// Deletes the item under a key.
    pub fn new(key: Key<E>) -> Self {
        Self {
            key,
            conditions: Conditions::default(),
            returning: PhantomData,
        }
    }

    /// Gives the item that was deleted.
    pub fn returning_old(self) -> Delete<E, Old> {
        Delete {
            key: self.key,
            conditions: self.conditions,
            returning: PhantomData,
        }
    }
}

impl<E: Entity, R: Returning<E>> Delete<E, R> {
    /// Fails with `NotFound` when there is no item under the key.
    pub fn existing(mut self) -> Self {
        self.conditions.exists = Some(true);
        self
    }

    /// Deletes only if this holds. Several add up.
    pub fn when(mut self, condition: impl FnOnce(E::Fields) -> Condition<E>) -> Self {
        self.conditions.and(condition(E::fields()).expr);
        self
    }

    /// The request exactly as it would be sent.
    ///
    /// # Errors
    /// `InvalidKey` or `InvalidRequest`.
    pub fn to_request(&self, db: &Db<E::Table>) -> Result<Request> {
        Ok(self.prepare(db, false)?.request)
    }

    fn prepare(&self, db: &Db<E::Table>, metered: bool) -> Result<Prepared> {
        let (wire, key) = self.key.wire()?;
        let mut body = Body::new(db.table_name());
        body.json("Key", &wire);
        let names = Placeholders::default();
        let request =
            self.conditions
                .finish::<E>(Operation::DeleteItem, db, body, names, R::API, metered)?;
        Ok(Prepared { request, key })
    }

    /// The request as the SDK's own builder.
    ///
    /// # Errors
    /// As [`to_request`](Delete::to_request).
    pub fn into_sdk(
        self,
        db: &Db<E::Table>,
    ) -> Result<aws_sdk_dynamodb::operation::delete_item::builders::DeleteItemFluentBuilder> {
        super::sdk::delete_item(db.client(), &self.to_request(db)?)
    }

    /// Deletes the item.
    ///
    /// # Errors
    /// `NotFound`, `ConditionFailed` with the item that stands there, and the service's errors.
    pub async fn send(self, db: &Db<E::Table>) -> Result<R::Output> {
        Ok(self.run(db, false).await?.value)
    }

    /// As [`send`](Delete::send), with the capacity it consumed.
    ///
    /// # Errors
    /// As [`send`](Delete::send).
    pub async fn send_metered(self, db: &Db<E::Table>) -> Result<Metered<R::Output>> {
        self.run(db, true).await
    }

    async fn run(self, db: &Db<E::Table>, metered: bool) -> Result<Metered<R::Output>> {
        let prepared = self.prepare(db, metered)?;
        self.conditions.run::<E, R>(db, &prepared).await
    }
}

impl<E: Entity, R> fmt::Debug for Delete<E, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Delete").field(&self.key).finish()
    }
}
