//! `DeleteItem`: remove one item by its primary key.

use std::fmt;
use std::marker::PhantomData;

use crate::client::{Db, Metered};
use crate::error::Result;
use crate::expr::Condition;
use crate::expr::render::Placeholders;
use crate::op::answer::returning::{Nothing, Old, Returning};
use crate::op::request::body::Body;
use crate::op::request::key::Key;
use crate::schema::keys;
use crate::schema::{Entity, Expected, Unguarded, Version, Versioned, WithoutUnique};
use crate::wire::Request;

use super::action::{Action, Verb, Write};
use super::conditions::Conditions;

/// Deletes one item.
///
/// Deleting what is not there succeeds, unless [`existing`](Delete::existing) or [`when`](Delete::when) asks for more.
///
/// Where the entity has a version, say which: [`if_version`](Delete::if_version) or
/// [`any_version`](Delete::any_version). Where it has unique values, only the loaded value can be deleted, with
/// [`remove`](Entity::remove), since its guards go with it.
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
pub struct Delete<E, R = Nothing, V = Unversioned> {
    key: Key<E>,
    conditions: Conditions,
    marker: PhantomData<fn() -> (R, V)>,
}

/// Nothing was said about the version of the item.
#[derive(Debug)]
pub struct Unversioned;

/// It was said which version may be deleted.
#[derive(Debug)]
pub struct VersionSaid;

/// A delete of an `E` by its key can be sent.
pub trait Deletes<E> {}

impl<E: Unguarded> Deletes<E> for Unversioned {}
impl<E: WithoutUnique> Deletes<E> for VersionSaid {}

impl<E: Entity> Delete<E> {
    /// Deletes the item under a key.
    pub fn new(key: Key<E>) -> Self {
        Self {
            key,
            conditions: Conditions::default(),
            marker: PhantomData,
        }
    }
}

impl<E: Entity, V> Delete<E, Nothing, V> {
    /// Gives the item that was deleted.
    pub fn returning_old(self) -> Delete<E, Old, V> {
        self.change()
    }
}

impl<E: Entity + Versioned, R> Delete<E, R> {
    /// Deletes the item only if it has this version; fails with `VersionConflict` otherwise.
    pub fn if_version(mut self, version: impl Version) -> Delete<E, R, VersionSaid> {
        self.conditions.version = Some(Expected::of(version.number()));
        self.change()
    }

    /// Deletes the item whatever was written to it in the meantime.
    pub fn any_version(self) -> Delete<E, R, VersionSaid> {
        self.change()
    }
}

impl<E: Entity, R, V> Delete<E, R, V> {
    fn change<S, W>(self) -> Delete<E, S, W> {
        Delete {
            key: self.key,
            conditions: self.conditions,
            marker: PhantomData,
        }
    }
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

    /// An item whose time to live has passed counts like any other.
    pub fn including_expired(mut self) -> Self {
        self.conditions.including_expired = true;
        self
    }
}

impl<E: Entity, R: Returning<E>, V> Delete<E, R, V> {
    /// The request exactly as it would be sent.
    ///
    /// # Errors
    /// `InvalidKey` or `InvalidRequest`.
    pub fn to_request(&self, db: &Db<E::Table>) -> Result<Request>
    where
        V: Deletes<E>,
    {
        self.prepare(db)?.request(db, R::API, false)
    }

    pub(in crate::op) fn prepare(&self, db: &Db<E::Table>) -> Result<Write> {
        let key = self.key.values()?;
        let mut body = Body::new(db.table_name());
        body.json("Key", &keys::wire(&key));
        let names = Placeholders::default();
        Action::new::<E>(db, Verb::Delete, body, names, &self.conditions, &[], key)
            .map(Write::alone)
    }

    /// The request as the SDK's own builder.
    ///
    /// # Errors
    /// As [`to_request`](Delete::to_request).
    pub fn into_sdk(
        self,
        db: &Db<E::Table>,
    ) -> Result<aws_sdk_dynamodb::operation::delete_item::builders::DeleteItemFluentBuilder>
    where
        V: Deletes<E>,
    {
        crate::op::request::sdk::delete_item(db.client(), &self.to_request(db)?)
    }

    /// Deletes the item.
    ///
    /// # Errors
    /// `NotFound`, `VersionConflict` and `ConditionFailed` with the item that stands there, and the service's errors.
    pub async fn send(self, db: &Db<E::Table>) -> Result<R::Output>
    where
        V: Deletes<E>,
    {
        Ok(self.run(db, false).await?.value)
    }

    /// As [`send`](Delete::send), with the capacity it consumed.
    ///
    /// # Errors
    /// As [`send`](Delete::send).
    pub async fn send_metered(self, db: &Db<E::Table>) -> Result<Metered<R::Output>>
    where
        V: Deletes<E>,
    {
        self.run(db, true).await
    }

    async fn run(self, db: &Db<E::Table>, metered: bool) -> Result<Metered<R::Output>> {
        let write = self.prepare(db)?;
        write.send(db, R::API, metered).await?.try_map(R::output)
    }
}

impl<E: Entity, R, V> fmt::Debug for Delete<E, R, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Delete").field(&self.key).finish()
    }
}
