//! `DeleteItem` of a value that was read: its version is checked, its unique values are freed.

use std::fmt;

use crate::client::{Db, Metered};
use crate::error::Result;
use crate::expr::Condition;
use crate::expr::render::Placeholders;
use crate::op::request::body::Body;
use crate::schema::{Entity, Writing, keys, write_item};
use crate::wire::Request;

use super::action::{Action, Verb, Write};
use super::conditions::Conditions;
use super::unchanged;
use super::unique;

/// Deletes the item that this value was read from: `DeleteItem`, with unique values a `TransactWriteItems`.
///
/// Fails with `NotFound` when it is gone already. A version must still be the one that was read, and so must `created_at`
/// and the fields of unique values, whose guards are deleted with the item.
///
/// **Cost**: 1 write capacity unit per KB of the deleted item, and for each index it was in; with unique values twice
/// that, and 2 for each guard.
///
/// # Examples
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/model.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> dynamo_orm::Result<()> {
/// let db = Db::<Shop>::local().await?;
/// order("ada", 1).create().send(&db).await?;
/// order("ada", 1).remove().send(&db).await?;
/// assert!(order("ada", 1).remove().send(&db).await.unwrap_err().is_not_found());
/// # Ok(()) }
/// ```
#[must_use = "a request does nothing until it is sent"]
pub struct Remove<'a, E> {
    entity: &'a E,
    conditions: Conditions,
}

impl<'a, E: Entity> Remove<'a, E> {
    /// Deletes the item of this value.
    pub fn new(entity: &'a E) -> Self {
        Self {
            entity,
            conditions: Conditions::existing().version_of(entity),
        }
    }

    /// Deletes only if this holds. Several add up.
    pub fn when(mut self, condition: impl FnOnce(E::Fields) -> Condition<E>) -> Self {
        self.conditions.and(condition(E::fields()).expr);
        self
    }

    /// An item whose time to live has passed counts like any other. Otherwise it is as if it were deleted already.
    pub fn including_expired(mut self) -> Self {
        self.conditions.including_expired = true;
        self
    }

    /// The request exactly as it would be sent.
    ///
    /// # Errors
    /// `InvalidKey` or `Encode` when the value could not have been stored.
    pub fn to_request(&self, db: &Db<E::Table>) -> Result<Request> {
        self.prepare(db)?.request(db, None, false)
    }

    /// Deletes the item.
    ///
    /// # Errors
    /// `NotFound`, `VersionConflict` and `ConditionFailed` with the item as it is now, and the service's errors.
    pub async fn send(self, db: &Db<E::Table>) -> Result<()> {
        self.run(db, false).await.map(|_| ())
    }

    /// As [`send`](Remove::send), with the capacity it consumed.
    ///
    /// # Errors
    /// As [`send`](Remove::send).
    pub async fn send_metered(self, db: &Db<E::Table>) -> Result<Metered<()>> {
        self.run(db, true).await
    }

    async fn run(self, db: &Db<E::Table>, metered: bool) -> Result<Metered<()>> {
        let write = self.prepare(db)?;
        write.send(db, None, metered).await?.try_map(|_| Ok(()))
    }

    pub(in crate::op) fn prepare(&self, db: &Db<E::Table>) -> Result<Write> {
        let stored = write_item(self.entity, Writing::Stored)?;
        let unchanged = unchanged::of_life::<E>(&stored.item);
        let guards = unique::changes::<E>(db, Some(&stored), None)?;
        let mut body = Body::new(db.table_name());
        body.json("Key", &keys::wire(&stored.key));
        let names = Placeholders::default();
        let conditions = &self.conditions;
        let main = Action::new::<E>(
            db,
            Verb::Delete,
            body,
            names,
            conditions,
            &unchanged,
            stored.key,
        )?;
        let mut write = Write::alone(main);
        write.guards = guards;
        Ok(write)
    }
}

impl<E: Entity> fmt::Debug for Remove<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Remove").field(&E::MODEL.name).finish()
    }
}
