//! `UpdateItem` with a whole entity: every field written, unknown attributes kept.

use std::fmt;
use std::marker::PhantomData;

use crate::client::{Db, Metered};
use crate::codec::Reader;
use crate::error::Result;
use crate::expr::render::Placeholders;
use crate::expr::{Actions, Condition, RawPath, Term, Verb};
use crate::op::answer::returning::{New, Nothing, Old, Returning};
use crate::op::request::body::Body;
use crate::op::request::size;
use crate::schema::{Entity, Table, WithoutUnique, Writing, keys, write_item};
use crate::wire::Request;

use super::action::{Action, Verb as WriteVerb, Write};
use super::conditions::Conditions;

/// Writes every attribute of a value, creating the item when there is none.
///
/// Unlike [`Put`](crate::op::Put), attributes that the type does not know stay as they are.
///
/// # Examples
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/model.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> dynamo_orm::Result<()> {
/// let db = Db::<Shop>::local().await?;
/// order("ada", 1).upsert().send(&db).await?;
/// let stored = order("ada", 1).upsert().returning_new().send(&db).await?;
/// assert_eq!(stored, order("ada", 1));
/// # Ok(()) }
/// ```
#[must_use = "a request does nothing until it is sent"]
pub struct Upsert<'a, E, R = Nothing> {
    entity: &'a E,
    conditions: Conditions,
    returning: PhantomData<fn() -> R>,
}

impl<'a, E: Entity + WithoutUnique> Upsert<'a, E> {
    /// Writes this value. With a version, only if that is still the value's.
    pub fn new(entity: &'a E) -> Self {
        Self {
            entity,
            conditions: Conditions {
                or_create: true,
                ..Conditions::default()
            }
            .version_of(entity),
            returning: PhantomData,
        }
    }

    /// Gives the item as it was before; `None` when it was created.
    pub fn returning_old(self) -> Upsert<'a, E, Old> {
        self.returning()
    }

    /// Gives the item as it is afterwards.
    pub fn returning_new(self) -> Upsert<'a, E, New> {
        self.returning()
    }

    fn returning<R>(self) -> Upsert<'a, E, R> {
        Upsert {
            entity: self.entity,
            conditions: self.conditions,
            returning: PhantomData,
        }
    }
}

impl<E: Entity, R: Returning<E>> Upsert<'_, E, R> {
    /// Writes only if this holds for the item that stands under the key. Several add up.
    pub fn when(mut self, condition: impl FnOnce(E::Fields) -> Condition<E>) -> Self {
        self.conditions.and(condition(E::fields()).expr);
        self
    }

    /// An item whose time to live has passed counts like any other. Otherwise it is in the way: `ConditionFailed`.
    pub fn including_expired(mut self) -> Self {
        self.conditions.including_expired = true;
        self
    }

    /// The request exactly as it would be sent at the time of the `db`'s clock.
    ///
    /// # Errors
    /// `InvalidKey`, `Encode` or `InvalidRequest` when the value cannot be written.
    pub fn to_request(&self, db: &Db<E::Table>) -> Result<Request> {
        self.prepare(db)?.request(db, R::API, false)
    }

    pub(in crate::op) fn prepare(&self, db: &Db<E::Table>) -> Result<Write> {
        let now = db.now();
        let written = write_item(self.entity, Writing::Next(now))?;
        size::check::<E>(&written.item)?;
        let mut body = Body::new(db.table_name());
        body.json("Key", &keys::wire(&written.key));
        let mut names = Placeholders::default();
        let update = Self::actions(&written.item, now)?
            .render(&[], &mut names)
            .map_err(|e| e.with_entity(E::MODEL.name))?;
        // An item of nothing but its key needs no expression, and DynamoDB refuses an empty one.
        body.text_if("UpdateExpression", Some(&*update).filter(|u| !u.is_empty()));
        let mut main = Action::new::<E>(
            db,
            WriteVerb::Update,
            body,
            names,
            &self.conditions,
            &[],
            written.key,
        )?;
        main.sent = Some(written.item);
        Ok(Write::alone(main))
    }

    /// SET for every attribute of the item, REMOVE for every attribute the entity could have and this value has not.
    fn actions(item: &str, now: std::time::SystemTime) -> Result<Actions> {
        let (table, model) = (<E::Table as Table>::MODEL, E::MODEL);
        let key_names: Vec<&str> = table.keys().map(|k| k.name).collect();
        // Where the stamp is in a key, attribute and key must agree, so the value decides.
        let created = model.created.filter(|c| c.part.is_none());
        let mut actions = Actions::default();
        let mut present: Vec<String> = Vec::new();
        let read = Reader::new(item).object(&mut |reader, name| {
            let raw = reader.raw_value()?;
            if key_names.contains(&&*name) {
                return Ok(());
            }
            present.push(name.clone().into_owned());
            if created.is_none_or(|c| c.attribute != name) {
                actions.push(
                    RawPath::name(name.into_owned()),
                    Verb::Set(Term::Value(raw.to_owned())),
                );
            }
            Ok(())
        });
        debug_assert!(read.is_ok(), "an item of our own is well-formed");
        if let Some(created) = created {
            let (wire, _) = created.wire(now)?;
            actions.push(
                RawPath::name(created.attribute),
                Verb::SetIfAbsent(Term::Value(wire)),
            );
            present.push(created.attribute.to_owned());
        }
        let fields = model
            .fields
            .iter()
            .filter(|f| !f.unnamed)
            .map(|f| f.attribute);
        let indexed = model
            .indexes
            .iter()
            .flat_map(|used| keys::index_attribute_names(table, used));
        for name in fields.chain(indexed) {
            if key_names.contains(&name) || present.iter().any(|p| p == name) {
                continue;
            }
            present.push(name.to_owned());
            actions.push(RawPath::name(name), Verb::Remove);
        }
        Ok(actions)
    }

    /// The request as the SDK's own builder.
    ///
    /// # Errors
    /// As [`to_request`](Upsert::to_request).
    pub fn into_sdk(
        self,
        db: &Db<E::Table>,
    ) -> Result<aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder> {
        crate::op::request::sdk::update_item(db.client(), &self.to_request(db)?)
    }

    /// Writes the value.
    ///
    /// # Errors
    /// `VersionConflict` and `ConditionFailed` with the item that stands there, `InvalidKey` and `Encode` before anything is sent, and the
    /// service's errors.
    pub async fn send(self, db: &Db<E::Table>) -> Result<R::Output> {
        Ok(self.run(db, false).await?.value)
    }

    /// As [`send`](Upsert::send), with the capacity it consumed.
    ///
    /// # Errors
    /// As [`send`](Upsert::send).
    pub async fn send_metered(self, db: &Db<E::Table>) -> Result<Metered<R::Output>> {
        self.run(db, true).await
    }

    async fn run(self, db: &Db<E::Table>, metered: bool) -> Result<Metered<R::Output>> {
        let write = self.prepare(db)?;
        write.send(db, R::API, metered).await?.try_map(R::output)
    }
}

impl<E: Entity, R> fmt::Debug for Upsert<'_, E, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Upsert").field(&E::MODEL.name).finish()
    }
}
