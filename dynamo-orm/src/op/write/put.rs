//! `PutItem`: write a whole item, new or in place of another.

use std::fmt;
use std::marker::PhantomData;

use crate::client::{Db, Metered};
use crate::error::Result;
use crate::expr::Condition;
use crate::expr::render::Placeholders;
use crate::op::answer::returning::{New, Nothing, Old, Returning};
use crate::op::request::body::Body;
use crate::op::request::size;
use crate::schema::{Entity, WithoutUnique, Writing, decode_item, write_item};
use crate::wire::Request;

use super::action::{Action, Verb, Write};
use super::conditions::Conditions;
use super::unique;

/// Writes a whole item.
///
/// # Examples
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/model.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> dynamo_orm::Result<()> {
/// let db = Db::<Shop>::local().await?;
/// order("ada", 1).create().send(&db).await?;
/// let error = order("ada", 1).create().send(&db).await.unwrap_err();
/// assert!(error.is_already_exists());
///
/// let mut changed = order("ada", 1);
/// changed.note = Some("gift".to_owned());
/// let old = changed.put().when(|o| o.note().not_exists()).returning_old().send(&db).await?;
/// assert_eq!(old, Some(order("ada", 1)));
/// # Ok(()) }
/// ```
#[must_use = "a request does nothing until it is sent"]
pub struct Put<'a, E, R = Nothing> {
    entity: &'a E,
    conditions: Conditions,
    returning: PhantomData<fn() -> R>,
}

impl<'a, E: Entity> Put<'a, E> {
    /// Writes the item in place of whatever stands under its key.
    ///
    /// With a version, only if that is still the value's.
    pub fn new(entity: &'a E) -> Self
    where
        E: WithoutUnique,
    {
        Self {
            entity,
            conditions: Conditions::default().version_of(entity),
            returning: PhantomData,
        }
    }

    /// Writes the item only if nothing stands under its key.
    pub fn create(entity: &'a E) -> Self {
        Self {
            entity,
            conditions: Conditions::absent(),
            returning: PhantomData,
        }
    }

    /// Gives the item that was replaced.
    pub fn returning_old(self) -> Put<'a, E, Old>
    where
        E: WithoutUnique,
    {
        self.returning()
    }

    /// Gives the item as it was written, timestamps set. Nothing more is read.
    pub fn returning_new(self) -> Put<'a, E, New> {
        self.returning()
    }

    fn returning<R>(self) -> Put<'a, E, R> {
        Put {
            entity: self.entity,
            conditions: self.conditions,
            returning: PhantomData,
        }
    }
}

impl<E: Entity, R: PutReturning<E>> Put<'_, E, R> {
    /// Writes only if this holds for the item that stands under the key. Several add up.
    pub fn when(mut self, condition: impl FnOnce(E::Fields) -> Condition<E>) -> Self {
        self.conditions.and(condition(E::fields()).expr);
        self
    }

    /// An item whose time to live has passed counts like any other: `create` fails over it.
    pub fn including_expired(mut self) -> Self {
        self.conditions.including_expired = true;
        self
    }

    /// The request exactly as it would be sent at the time of the `db`'s clock.
    ///
    /// With unique values it is a `TransactWriteItems` of the item and its guards, with a token of its own each time.
    ///
    /// # Errors
    /// `InvalidKey`, `Encode` or `InvalidRequest` when the value cannot be written.
    pub fn to_request(&self, db: &Db<E::Table>) -> Result<Request> {
        self.prepare(db)?.request(db, R::API, false)
    }

    pub(in crate::op) fn prepare(&self, db: &Db<E::Table>) -> Result<Write> {
        let writing = match self.conditions.exists {
            Some(false) => Writing::First(db.now()),
            _ => Writing::Next(db.now()),
        };
        let written = write_item(self.entity, writing)?;
        size::check::<E>(&written.item)?;
        let mut body = Body::new(db.table_name());
        body.json("Item", &written.item);
        let names = Placeholders::default();
        let guards = unique::changes::<E>(db, None, Some(&written))?;
        let mut main = Action::new::<E>(
            db,
            Verb::Put,
            body,
            names,
            &self.conditions,
            &[],
            written.key,
        )?;
        main.sent = Some(written.item);
        let mut write = Write::alone(main);
        write.guards = guards;
        Ok(write)
    }

    /// The request as the SDK's own builder.
    ///
    /// # Errors
    /// As [`to_request`](Put::to_request).
    pub fn into_sdk(
        self,
        db: &Db<E::Table>,
    ) -> Result<aws_sdk_dynamodb::operation::put_item::builders::PutItemFluentBuilder>
    where
        E: WithoutUnique,
    {
        crate::op::request::sdk::put_item(db.client(), &self.to_request(db)?)
    }

    /// Writes the item.
    ///
    /// # Errors
    /// `AlreadyExists` from `create`, `UniqueViolation`, `VersionConflict` and `ConditionFailed` with the item that
    /// stands there, `InvalidKey` and `Encode` before anything is sent, and the service's errors.
    pub async fn send(self, db: &Db<E::Table>) -> Result<R::Output> {
        Ok(self.run(db, false).await?.value)
    }

    /// As [`send`](Put::send), with the capacity it consumed.
    ///
    /// # Errors
    /// As [`send`](Put::send).
    pub async fn send_metered(self, db: &Db<E::Table>) -> Result<Metered<R::Output>> {
        self.run(db, true).await
    }

    async fn run(self, db: &Db<E::Table>, metered: bool) -> Result<Metered<R::Output>> {
        let write = self.prepare(db)?;
        let answer = write.send(db, R::API, metered).await?;
        let sent = write.main.sent.as_deref().unwrap_or("{}");
        answer.try_map(|attributes| R::put_output(attributes, sent))
    }
}

/// What a `Put` can give back.
pub trait PutReturning<E> {
    /// The type that `send` gives.
    type Output;
    /// The `ReturnValues` parameter.
    #[doc(hidden)]
    const API: Option<&'static str>;
    /// Reads the answer, or the item as sent.
    #[doc(hidden)]
    fn put_output(attributes: Option<String>, sent: &str) -> Result<Self::Output>;
}

impl<E> PutReturning<E> for Nothing {
    type Output = ();
    const API: Option<&'static str> = None;

    fn put_output(_: Option<String>, _: &str) -> Result<()> {
        Ok(())
    }
}

impl<E: Entity> PutReturning<E> for Old {
    type Output = Option<E>;
    const API: Option<&'static str> = Some("ALL_OLD");

    fn put_output(attributes: Option<String>, _: &str) -> Result<Option<E>> {
        <Self as Returning<E>>::output(attributes)
    }
}

impl<E: Entity> PutReturning<E> for New {
    type Output = E;
    const API: Option<&'static str> = None;

    fn put_output(_: Option<String>, sent: &str) -> Result<E> {
        decode_item(sent)
    }
}

impl<E: Entity, R> fmt::Debug for Put<'_, E, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = if self.conditions.exists == Some(false) {
            "Create"
        } else {
            "Put"
        };
        f.debug_tuple(name).field(&E::MODEL.name).finish()
    }
}
