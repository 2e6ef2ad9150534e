//! `UpdateItem` with what differs between two states of an entity.

use std::fmt;

use crate::client::{Capacity, Db, Metered};
use crate::error::{Error, Result};
use crate::expr::render::Placeholders;
use crate::expr::{Actions, Condition, RawPath, Term, Verb};
use crate::op::request::body::Body;
use crate::op::request::same::same_value;
use crate::op::request::size;
use crate::schema::{Entity, Table, Writing, Written, decode_item, keys, write_item};
use crate::wire::Request;

use super::action::{Action, Verb as WriteVerb, Write};
use super::conditions::Conditions;
use super::unchanged::{self, attributes};
use super::unique;

/// Writes what changed from the state that was read to this one: `UpdateItem`.
///
/// Only attributes that differ are sent; attributes this type does not know stay as they are. The item must still be
/// there. With a version it must have the version that was read, and gets the next one. Without one, whoever saves
/// later wins attribute by attribute. Changed keys of indexes and unique values are compared with what was read, so that
/// none is left stale. Changed unique values move their guards: that is a `TransactWriteItems`.
///
/// **Cost**: as [`put`](Entity::put); with a changed unique value twice that, and 2 write capacity units for each guard.
///
/// # Examples
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/model.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> dynamo_orm::Result<()> {
/// let db = Db::<Shop>::local().await?;
/// order("ada", 1).create().send(&db).await?;
///
/// let Some(read) = Order::get("ada", 1).send(&db).await? else { unreachable!() };
/// let mut changed = read.clone();
/// changed.status = Status::Shipped;
/// let saved = changed.save(&read).send(&db).await?; // SET status, and the key of its index
/// assert_eq!(saved, changed);
/// # Ok(()) }
/// ```
#[must_use = "a request does nothing until it is sent"]
pub struct Save<'a, E> {
    before: &'a E,
    after: &'a E,
    conditions: Conditions,
}

impl<'a, E: Entity> Save<'a, E> {
    /// Writes what differs between the two.
    pub fn new(before: &'a E, after: &'a E) -> Self {
        Self {
            before,
            after,
            conditions: Conditions::existing().version_of(before),
        }
    }

    /// Writes only if this holds for the stored item. Several add up.
    pub fn when(mut self, condition: impl FnOnce(E::Fields) -> Condition<E>) -> Self {
        self.conditions.and(condition(E::fields()).expr);
        self
    }

    /// An item whose time to live has passed counts like any other. Otherwise it is as if it were deleted already.
    pub fn including_expired(mut self) -> Self {
        self.conditions.including_expired = true;
        self
    }

    /// The request exactly as it would be sent at the time of the `db`'s clock; `None` when nothing changed.
    ///
    /// # Errors
    /// `InvalidRequest` when the two have different keys; `InvalidKey` and `Encode` when the value cannot be written.
    pub fn to_request(&self, db: &Db<E::Table>) -> Result<Option<Request>> {
        let (write, _) = self.prepare(db)?;
        write
            .map(|w| w.request(db, Some("ALL_NEW"), false))
            .transpose()
    }

    /// Writes the changes and gives the value as it is stored now. Nothing is sent when nothing changed.
    ///
    /// # Errors
    /// `VersionConflict` with the item as it is now, `NotFound`, `ConditionFailed`, `UniqueViolation`; `InvalidRequest`
    /// when the two have different keys; `InvalidKey` and `Encode`, and the service's errors.
    pub async fn send(self, db: &Db<E::Table>) -> Result<E> {
        Ok(self.run(db, false).await?.value)
    }

    /// As [`send`](Save::send), with the capacity it consumed.
    ///
    /// # Errors
    /// As [`send`](Save::send).
    pub async fn send_metered(self, db: &Db<E::Table>) -> Result<Metered<E>> {
        self.run(db, true).await
    }

    async fn run(self, db: &Db<E::Table>, metered: bool) -> Result<Metered<E>> {
        let (write, item) = self.prepare(db)?;
        let done = match write {
            Some(write) => write.send(db, Some("ALL_NEW"), metered).await?,
            None => Metered::with_capacity(None, Capacity::default(), 0),
        };
        // A transaction gives nothing back.
        done.try_map(|stored| decode_item(stored.as_deref().unwrap_or(&item)))
    }

    /// The write, and the item as it is known afterwards.
    pub(in crate::op) fn prepare(&self, db: &Db<E::Table>) -> Result<(Option<Write>, String)> {
        let before = write_item(self.before, Writing::Stored)?;
        let unstamped = write_item(self.after, Writing::Stored)?;
        if before.key != unstamped.key {
            return Err(Error::invalid(
                "the primary key changed, and the key of an item never does; use `relocate`, which deletes the old item and creates the new one",
            )
            .with_entity(E::MODEL.name)
            .with_key(keys::describe(&before.key)));
        }
        if differences::<E>(&before.item, &unstamped.item).is_empty() {
            return Ok((None, before.item));
        }
        let after = Self::next(self.before, self.after, db)?;
        size::check::<E>(&after.item)?;
        let changes = differences::<E>(&before.item, &after.item);
        let names_changed: Vec<&str> = changes.iter().map(|(name, _)| name.as_str()).collect();
        let unchanged = unchanged::of_changes::<E>(&before.item, &names_changed);
        let mut actions = Actions::default();
        for (name, value) in changes {
            let verb = match value {
                Some(value) => Verb::Set(Term::Value(value)),
                None => Verb::Remove,
            };
            actions.push(RawPath::name(name), verb);
        }
        let mut body = Body::new(db.table_name());
        body.json("Key", &keys::wire(&after.key));
        let mut names = Placeholders::default();
        let update = actions.render(&[], &mut names);
        body.text(
            "UpdateExpression",
            &update.map_err(|e| e.with_entity(E::MODEL.name))?,
        );
        let guards = unique::changes::<E>(db, Some(&before), Some(&after))?;
        let mut main = Action::new::<E>(
            db,
            WriteVerb::Update,
            body,
            names,
            &self.conditions,
            &unchanged,
            after.key,
        )?;
        main.sent = Some(after.item.clone());
        let mut write = Write::alone(main);
        write.guards = guards;
        Ok((Some(write), after.item))
    }

    /// The new state as it is stored: the version counts from what was read.
    fn next(before: &E, after: &E, db: &Db<E::Table>) -> Result<Written> {
        if before.version() != after.version() {
            return Err(Error::invalid(
                "the version is counted by the library; leave the field as it was read",
            )
            .with_entity(E::MODEL.name));
        }
        write_item(after, Writing::Next(db.now()))
    }
}

/// An attribute with its new value, `None` where it goes.
type Difference = (String, Option<String>);

/// The attributes in which two states of one item differ.
fn differences<E: Entity>(before: &str, after: &str) -> Vec<Difference> {
    let (old, new) = (attributes(before), attributes(after));
    let value = |of: &[(String, String)], name: &str| {
        let mut of = of.iter();
        of.find(|(n, _)| n == name).map(|(_, value)| value.clone())
    };
    let mut out: Vec<Difference> = new
        .iter()
        .filter(|(name, now)| !value(&old, name).is_some_and(|then| same_value(&then, now)))
        .map(|(name, now)| (name.clone(), Some(now.clone())))
        .collect();
    let gone = old.iter().filter(|(name, _)| value(&new, name).is_none());
    out.extend(gone.map(|(name, _)| (name.clone(), None)));
    let keys: Vec<&str> = <E::Table as Table>::MODEL.keys().map(|k| k.name).collect();
    out.retain(|(name, _)| !keys.contains(&name.as_str()));
    out
}

impl<E: Entity> fmt::Debug for Save<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Save").field(&E::MODEL.name).finish()
    }
}
