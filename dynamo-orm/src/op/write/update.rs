//! `UpdateItem`: change some attributes of one item, index keys kept in step.

use std::fmt;
use std::marker::PhantomData;

use serde::Serialize;

use crate::client::{Db, Metered};
use crate::codec::{Hint, Presence};
use crate::error::{Error, Result};
use crate::expr::render::{Placeholders, copy};
use crate::expr::role::AsField;
use crate::expr::{
    Actions, Addable, Assigned, Condition, Expr, Number, Operand, Path, RawPath, Removable, Role,
    SetAttribute, SetTarget, Settable, Term, Verb, plain_term,
};
use crate::key::KeyPart;
use crate::op::answer::returning::{New, Nothing, Old, Returning, UpdatedNew, UpdatedOld};
use crate::op::request::body::Body;
use crate::op::request::key::Key;
use crate::schema::keys;
use crate::schema::{Entity, Expected, Parts, Table, Version, Versioned};
use crate::wire::Request;

use super::action::{Action, Verb as WriteVerb, Write};
use super::conditions::{self, Conditions};
use super::step;

/// Changes some attributes of one item.
///
/// The item must exist, unless [`or_create`](Update::or_create) says otherwise. Attributes of indexes that the changed
/// fields feed are set or removed in the same request; a change that would leave one stale does not compile.
///
/// **Cost**: 1 write capacity unit per KB of the larger of the old and the new item, and for each index touched.
///
/// # Examples
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/model.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> dynamo_orm::Result<()> {
/// let db = Db::<Shop>::local().await?;
/// order("ada", 1).put().send(&db).await?;
/// let order = Order::update("ada", 1)
///     .set(|o| o.status(), Status::Shipped) // and the key of its index with it
///     .set(|o| o.lines().at(0).fields().count(), 3)
///     .insert(|o| o.tags(), ["gift"])
///     .sub(|o| o.cents(), 50)
///     .remove(|o| o.note())
///     .when(|o| o.status().eq(Status::Open) & o.cents().ge(50))
///     .returning_new()
///     .send(&db)
///     .await?;
/// assert_eq!(order.cents, 1200);
///
/// // A counter that begins with its first count.
/// Visits::update("home").add(|v| v.count(), 1).or_create().send(&db).await?;
/// assert_eq!(Visits::get("home").send(&db).await?.map(|v| v.count), Some(1));
/// # Ok(()) }
/// ```
#[must_use = "a request does nothing until it is sent"]
pub struct Update<E, R = Nothing> {
    key: Key<E>,
    actions: Actions,
    conditions: Conditions,
    key_fields: Option<KeyFields>,
    returning: PhantomData<fn() -> R>,
}

/// [`Creatable::key_fields`] of an entity.
type KeyFields = fn(&Parts<'_>, &mut Actions) -> Result<()>;

/// An entity that an update can create: every field outside the key is an `Option` or has a default.
#[diagnostic::on_unimplemented(
    message = "an update cannot create a `{Self}`: it has required fields",
    label = "the fields that are not set would be missing",
    note = "make the fields outside the primary key `Option`s or give them `#[entity(default)]`, or write the whole item with `put` or `upsert`"
)]
pub trait Creatable {
    /// Sets the fields of the primary key, which a new item needs beside its key.
    #[doc(hidden)]
    fn key_fields(parts: &Parts<'_>, actions: &mut Actions) -> Result<()>;
}

/// Sets the field of a part of the primary key.
///
/// # Errors
/// The part is no such value.
#[doc(hidden)]
pub fn key_field<T: KeyPart, K: Role<T>>(
    parts: &Parts<'_>,
    part: usize,
    attribute: &'static str,
    hint: Hint,
    actions: &mut Actions,
) -> Result<()> {
    let mut wire = String::new();
    if K::write(&parts.value::<T>(part)?, hint, &mut wire)? == Presence::Present {
        actions.push(RawPath::name(attribute), Verb::Set(Term::Value(wire)));
    }
    Ok(())
}

impl<E: Entity> Update<E> {
    /// Changes the item under a key.
    pub fn new(key: Key<E>) -> Self {
        Self {
            key,
            actions: Actions::default(),
            conditions: Conditions::existing(),
            key_fields: None,
            returning: PhantomData,
        }
    }

    /// Gives the whole item as it is afterwards.
    pub fn returning_new(self) -> Update<E, New> {
        self.returning()
    }

    /// Gives the whole item as it was before; `None` when it did not exist.
    pub fn returning_old(self) -> Update<E, Old> {
        self.returning()
    }

    /// Gives the changed attributes as they are afterwards.
    pub fn returning_updated(self) -> Update<E, UpdatedNew> {
        self.returning()
    }

    /// Gives the changed attributes as they were before.
    pub fn returning_updated_old(self) -> Update<E, UpdatedOld> {
        self.returning()
    }

    fn returning<R>(self) -> Update<E, R> {
        Update {
            key: self.key,
            actions: self.actions,
            conditions: self.conditions,
            key_fields: self.key_fields,
            returning: PhantomData,
        }
    }
}

impl<E: Entity, R: Returning<E>> Update<E, R> {
    /// Sets a field, or a group of fields that make one index key: `SET a = :v`.
    ///
    /// An empty set removes the attribute, since DynamoDB has no empty sets.
    pub fn set<P, V>(mut self, field: impl FnOnce(E::Fields) -> P, value: V) -> Self
    where
        P: SetTarget<E, V>,
    {
        field(E::fields()).set(value, &mut self.actions);
        self
    }

    /// Sets a field that may be absent, or removes it for `None`.
    pub fn set_or_remove<T, K, V>(
        mut self,
        field: impl FnOnce(E::Fields) -> Path<E, T, K>,
        value: Option<V>,
    ) -> Self
    where
        K: Settable<T> + Removable,
        V: Operand<T>,
    {
        let path = field(E::fields());
        match value {
            Some(value) => path.set(value, &mut self.actions),
            None => self.actions.remove(path.raw, path.part),
        }
        self
    }

    /// Sets a field only if it is absent: `SET a = if_not_exists(a, :v)`. Not for fields in an index key.
    pub fn set_if_absent<T, K, V>(
        mut self,
        field: impl FnOnce(E::Fields) -> Path<E, T, K>,
        value: V,
    ) -> Self
    where
        K: Settable<T> + Addable,
        V: Operand<T>,
    {
        let path = field(E::fields());
        if path.part.is_some() {
            self.actions.error.get_or_insert(Error::invalid(format!(
                "`{}` is an index key, which `set_if_absent` cannot keep in step; use `set`",
                path.raw
            )));
        }
        let value = value.into_assigned::<K>(path.hint);
        self.actions.push(path.raw, Verb::SetIfAbsent(value.term));
        self
    }

    /// Removes a field that may be absent: `REMOVE a`, and with it the keys of the indexes it is in.
    pub fn remove<T, K: Removable>(
        mut self,
        field: impl FnOnce(E::Fields) -> Path<E, T, K>,
    ) -> Self {
        let path = field(E::fields());
        self.actions.remove(path.raw, path.part);
        self
    }

    /// Adds to a number, from 0 when it is absent: `ADD n :v`.
    pub fn add<T, K>(mut self, field: impl FnOnce(E::Fields) -> Path<E, T, K>, number: T) -> Self
    where
        T: Number,
        K: Role<T> + Addable,
    {
        let path = field(E::fields());
        let term = number.into_assigned::<AsField>(number_hint(path.hint)).term;
        self.actions.push(path.raw, Verb::Add(term));
        self
    }

    /// Adds a number of either sign, whatever the type of the field.
    pub(crate) fn add_number(mut self, path: RawPath, number: i128) -> Self {
        let mut wire = String::new();
        crate::key::Part::Number(number.to_string().into()).to_wire(&mut wire);
        self.actions.push(path, Verb::Add(Term::Value(wire)));
        self
    }

    /// Changes the item only if this attribute is a number of at least so much.
    pub(crate) fn at_least(mut self, path: RawPath, number: u128) -> Self {
        let mut wire = String::new();
        crate::key::Part::Number(number.to_string().into()).to_wire(&mut wire);
        let least = Expr::Compare(Term::Path(path), ">=", Term::Value(wire));
        self.conditions.and(least);
        self
    }

    /// Adds to a number that must be there: `SET n = n + :v`. An absent number fails the request.
    pub fn increment<T, K>(
        mut self,
        field: impl FnOnce(E::Fields) -> Path<E, T, K>,
        number: T,
    ) -> Self
    where
        T: Number,
        K: Role<T> + Addable,
    {
        let path = field(E::fields());
        let term = number.into_assigned::<AsField>(number_hint(path.hint)).term;
        self.actions.push(path.raw, Verb::Increment(term));
        self
    }

    /// Subtracts from a number that must be there: `SET n = n - :v`. An absent number fails the request.
    ///
    /// DynamoDB's numbers have a sign, so an unsigned field can fall below zero and then no longer be read: guard it
    /// with `.when(|s| s.left().ge(n))`.
    pub fn sub<T, K>(mut self, field: impl FnOnce(E::Fields) -> Path<E, T, K>, number: T) -> Self
    where
        T: Number,
        K: Role<T> + Addable,
    {
        let path = field(E::fields());
        let term = number.into_assigned::<AsField>(number_hint(path.hint)).term;
        self.actions.push(path.raw, Verb::Decrement(term));
        self
    }

    /// Appends to a list, which is created when it is absent.
    pub fn append<T, K>(
        mut self,
        field: impl FnOnce(E::Fields) -> Path<E, Vec<T>, K>,
        items: impl IntoIterator<Item = T>,
    ) -> Self
    where
        T: Serialize,
        K: Role<Vec<T>> + Addable,
    {
        let path = field(E::fields());
        let term = plain_term(&items.into_iter().collect::<Vec<T>>(), Hint::Auto);
        self.actions.push(path.raw, Verb::Append(term));
        self
    }

    /// Puts elements in front of a list, which is created when it is absent.
    pub fn prepend<T, K>(
        mut self,
        field: impl FnOnce(E::Fields) -> Path<E, Vec<T>, K>,
        items: impl IntoIterator<Item = T>,
    ) -> Self
    where
        T: Serialize,
        K: Role<Vec<T>> + Addable,
    {
        let path = field(E::fields());
        let term = plain_term(&items.into_iter().collect::<Vec<T>>(), Hint::Auto);
        self.actions.push(path.raw, Verb::Prepend(term));
        self
    }

    /// Adds elements to a set, which is created when it is absent: `ADD s :v`.
    pub fn insert<T, K, V>(
        mut self,
        field: impl FnOnce(E::Fields) -> Path<E, T, K>,
        elements: impl IntoIterator<Item = V>,
    ) -> Self
    where
        T: SetAttribute<Element: Serialize>,
        K: Addable,
        V: Into<T::Element>,
    {
        let path = field(E::fields());
        let elements: Vec<T::Element> = elements.into_iter().map(Into::into).collect();
        match plain_term(&elements, path.hint) {
            Term::Absent => {}
            term => self.actions.push(path.raw, Verb::Add(term)),
        }
        self
    }

    /// Deletes elements from a set, which goes when none is left: `DELETE s :v`.
    pub fn discard<T, K, V>(
        mut self,
        field: impl FnOnce(E::Fields) -> Path<E, T, K>,
        elements: impl IntoIterator<Item = V>,
    ) -> Self
    where
        T: SetAttribute<Element: Serialize>,
        K: Addable,
        V: Into<T::Element>,
    {
        let path = field(E::fields());
        let elements: Vec<T::Element> = elements.into_iter().map(Into::into).collect();
        match plain_term(&elements, path.hint) {
            Term::Absent => {}
            term => self.actions.push(path.raw, Verb::Delete(term)),
        }
        self
    }

    /// Changes the item only if this holds. Several add up.
    pub fn when(mut self, condition: impl FnOnce(E::Fields) -> Condition<E>) -> Self {
        self.conditions.and(condition(E::fields()).expr);
        self
    }

    /// Changes the item only if it has this version; fails with `VersionConflict` otherwise.
    ///
    /// Every update counts the version up, so that whoever read the item before notices.
    pub fn if_version(mut self, version: impl Version) -> Self
    where
        E: Versioned,
    {
        self.conditions.version = Some(Expected::of(version.number()));
        self
    }

    /// An item whose time to live has passed counts like any other. Otherwise it is as if it were deleted already.
    pub fn including_expired(mut self) -> Self {
        self.conditions.including_expired = true;
        self
    }

    /// Creates the item when it does not exist, with the fields set here.
    ///
    /// An item whose time to live has passed, and which DynamoDB has not deleted yet, is in the way: `ConditionFailed`,
    /// unless [`including_expired`](Update::including_expired) goes on with it.
    pub fn or_create(mut self) -> Self
    where
        E: Creatable,
    {
        self.conditions.exists = None;
        self.conditions.or_create = true;
        self.key_fields = Some(E::key_fields);
        self
    }

    /// The request exactly as it would be sent at the time of the `db`'s clock.
    ///
    /// # Errors
    /// `InvalidKey`, `Encode` or `InvalidRequest` when the update cannot be expressed.
    pub fn to_request(&self, db: &Db<E::Table>) -> Result<Request> {
        self.prepare(db)?.request(db, R::API, false)
    }

    /// The update may create the item.
    fn creates(&self) -> bool {
        self.conditions.exists.is_none()
    }

    pub(in crate::op) fn prepare(&self, db: &Db<E::Table>) -> Result<Write> {
        let in_context = |e: Error| e.with_entity(E::MODEL.name);
        if let Some(error) = &self.actions.error {
            return Err(in_context(copy(error)));
        }
        step::require_unjudged::<E>().map_err(in_context)?;
        let key = self.key.values()?;
        let mut derived = self.derived(db)?;
        if self.actions.list.is_empty() && derived.is_empty() {
            let empty = Error::invalid("the update changes nothing; add `set` or another action");
            return Err(in_context(empty));
        }
        if let Some(version) = E::MODEL.version {
            derived.push(crate::expr::Action {
                path: RawPath::name(version),
                verb: Verb::Add(Term::Value(conditions::wire(1))),
            });
        }
        let mut body = Body::new(db.table_name());
        body.json("Key", &keys::wire(&key));
        let mut names = Placeholders::default();
        let update = self.actions.render(&derived, &mut names);
        body.text("UpdateExpression", &update.map_err(in_context)?);
        let conditions = &self.conditions;
        Action::new::<E>(db, WriteVerb::Update, body, names, conditions, &[], key).map(Write::alone)
    }

    /// What follows from the actions asked for: stamps, index keys, and what a created item needs.
    fn derived(&self, db: &Db<E::Table>) -> Result<Vec<crate::expr::Action>> {
        let model = E::MODEL;
        let table = <E::Table as Table>::MODEL;
        let mut out = Actions::default();
        let mut parts: Vec<Option<crate::key::Part<'_>>> = self.key.parts()?.0.to_vec();
        let mut touched: Vec<usize> = Vec::new();
        for (part, value) in &self.actions.touched {
            touched.push(*part);
            if let Some(slot) = parts.get_mut(*part) {
                slot.clone_from(value);
            }
        }
        if let Some(stamp) = model.updated {
            let (wire, part) = stamp.wire(db.now())?;
            out.push(RawPath::name(stamp.attribute), Verb::Set(Term::Value(wire)));
            if let Some(position) = stamp.part {
                touched.push(position);
                if let Some(slot) = parts.get_mut(position) {
                    *slot = part;
                }
            }
        }
        if self.creates() {
            if let Some(kind) = table.kind {
                let wire = model.kind_wire();
                out.push(RawPath::name(kind), Verb::Set(Term::Value(wire)));
            }
            if let Some(stamp) = model.created {
                let (wire, part) = stamp.wire(db.now())?;
                if let Some(slot) = stamp.part.and_then(|p| parts.get_mut(p)) {
                    *slot = part;
                }
                out.push(
                    RawPath::name(stamp.attribute),
                    Verb::SetIfAbsent(Term::Value(wire)),
                );
            }
        }
        let parts = Parts(&parts);
        if let Some(key_fields) = self.key_fields {
            key_fields(&parts, &mut out)?;
        }
        let created = model.created.and_then(|stamp| stamp.part);
        for (name, value) in step::index_changes::<E>(&parts, &touched, self.creates())? {
            match value {
                Some(value) => {
                    let mut wire = String::new();
                    value.to_wire(&mut wire);
                    // As the stamp in it, the key keeps its first value.
                    if created.is_some_and(|part| step::holds_part::<E>(name, part)) {
                        out.push(RawPath::name(name), Verb::SetIfAbsent(Term::Value(wire)));
                        continue;
                    }
                    out.assign(
                        RawPath::name(name),
                        None,
                        Assigned {
                            term: Term::Value(wire),
                            part: None,
                        },
                    );
                }
                None => out.remove(RawPath::name(name), None),
            }
        }
        Ok(out.list)
    }

    /// The request as the SDK's own builder.
    ///
    /// # Errors
    /// As [`to_request`](Update::to_request).
    pub fn into_sdk(
        self,
        db: &Db<E::Table>,
    ) -> Result<aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder> {
        crate::op::request::sdk::update_item(db.client(), &self.to_request(db)?)
    }

    /// Changes the item.
    ///
    /// # Errors
    /// `NotFound` when there is no item, `VersionConflict` and `ConditionFailed` with the item that stands there, `InvalidRequest` before
    /// anything is sent, and the service's errors.
    pub async fn send(self, db: &Db<E::Table>) -> Result<R::Output> {
        Ok(self.run(db, false).await?.value)
    }

    /// As [`send`](Update::send), with the capacity it consumed.
    ///
    /// # Errors
    /// As [`send`](Update::send).
    pub async fn send_metered(self, db: &Db<E::Table>) -> Result<Metered<R::Output>> {
        self.run(db, true).await
    }

    async fn run(self, db: &Db<E::Table>, metered: bool) -> Result<Metered<R::Output>> {
        let write = self.prepare(db)?;
        write.send(db, R::API, metered).await?.try_map(R::output)
    }
}

fn number_hint(hint: Hint) -> Hint {
    match hint {
        Hint::Number => Hint::Number,
        _ => Hint::Auto,
    }
}

impl<E: Entity, R> fmt::Debug for Update<E, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Update")
            .field("key", &self.key)
            .field("actions", &self.actions.list)
            .finish_non_exhaustive()
    }
}
