//! A change of the primary key: the new item put and the old one deleted in one transaction.

use std::fmt;

use crate::client::{Db, Metered};
use crate::error::{Error, Result};
use crate::expr::render::Placeholders;
use crate::op::request::body::Body;
use crate::op::request::size;
use crate::schema::{Entity, Writing, Written, decode_item, keys, write_item};
use crate::wire::Request;

use super::action::{Action, Verb, Write};
use super::conditions::Conditions;
use super::unchanged;
use super::unique;

/// Moves an item to another primary key: `TransactWriteItems` of a `Put` and a `Delete`.
///
/// Nothing may stand under the new key, and the old item must be as it was read: its version and every attribute of this
/// type. `created_at` is kept. Attributes that this type does not know are not taken along.
///
/// **Cost**: 2 write capacity units per KB of the new item and of the old one, and for each index touched.
///
/// # Examples
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/model.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> dynamo_orm::Result<()> {
/// let db = Db::<Shop>::local().await?;
/// let old = order("ada", 1);
/// old.create().send(&db).await?;
/// let new = Order { customer: "bob".to_owned(), ..old.clone() };
/// new.relocate(&old).send(&db).await?;
/// assert!(!Order::exists("ada", 1).send(&db).await?);
/// assert_eq!(Order::get("bob", 1).send(&db).await?, Some(new));
/// # Ok(()) }
/// ```
#[must_use = "a request does nothing until it is sent"]
pub struct Relocate<'a, E> {
    before: &'a E,
    after: &'a E,
}

impl<'a, E: Entity> Relocate<'a, E> {
    /// Moves the item of the one value to the key of the other.
    pub fn new(before: &'a E, after: &'a E) -> Self {
        Self { before, after }
    }

    /// The request exactly as it would be sent at the time of the `db`'s clock, but for its token.
    ///
    /// # Errors
    /// `InvalidRequest` when the key is the same; `InvalidKey` and `Encode` when the value cannot be written.
    pub fn to_request(&self, db: &Db<E::Table>) -> Result<Request> {
        self.prepare(db)?.0.request(db, None, false)
    }

    /// Moves the item and gives it as it is stored now.
    ///
    /// # Errors
    /// `NotFound` and `VersionConflict` for the old item, `AlreadyExists` for the new one, `ConditionFailed` when the
    /// old one is no longer as it was read, `UniqueViolation`, and the service's errors.
    pub async fn send(self, db: &Db<E::Table>) -> Result<E> {
        Ok(self.run(db, false).await?.value)
    }

    /// As [`send`](Relocate::send), with the capacity it consumed.
    ///
    /// # Errors
    /// As [`send`](Relocate::send).
    pub async fn send_metered(self, db: &Db<E::Table>) -> Result<Metered<E>> {
        self.run(db, true).await
    }

    async fn run(self, db: &Db<E::Table>, metered: bool) -> Result<Metered<E>> {
        let (write, item) = self.prepare(db)?;
        write
            .send(db, None, metered)
            .await?
            .try_map(|_| decode_item(&item))
    }

    /// The write, and the new item.
    pub(in crate::op) fn prepare(&self, db: &Db<E::Table>) -> Result<(Write, String)> {
        let before = write_item(self.before, Writing::Stored)?;
        let after = write_item(self.after, Writing::Next(db.now()))?;
        if before.key == after.key {
            return Err(
                Error::invalid("the item would stay where it is; use `save` to change it")
                    .with_entity(E::MODEL.name)
                    .with_key(keys::describe(&before.key)),
            );
        }
        size::check::<E>(&after.item)?;
        let guards = unique::changes::<E>(db, Some(&before), Some(&after))?;
        let mut write = Write::alone(self.delete(db, before)?);
        let mut body = Body::new(db.table_name());
        body.json("Item", &after.item);
        let names = Placeholders::default();
        let conditions = Conditions::absent();
        let mut put = Action::new::<E>(db, Verb::Put, body, names, &conditions, &[], after.key)?;
        put.sent = Some(after.item.clone());
        write.second = Some(put);
        write.guards = guards;
        Ok((write, after.item))
    }

    fn delete(&self, db: &Db<E::Table>, before: Written) -> Result<Action> {
        let conditions = Conditions::existing().version_of(self.before);
        let unchanged = unchanged::of_everything::<E>(&before.item);
        let mut body = Body::new(db.table_name());
        body.json("Key", &keys::wire(&before.key));
        let names = Placeholders::default();
        Action::new::<E>(
            db,
            Verb::Delete,
            body,
            names,
            &conditions,
            &unchanged,
            before.key,
        )
    }
}

impl<E: Entity> fmt::Debug for Relocate<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Relocate").field(&E::MODEL.name).finish()
    }
}
