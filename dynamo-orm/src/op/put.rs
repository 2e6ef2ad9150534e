//! `PutItem`: write a whole item, new or in place of another.

use std::fmt;
use std::marker::PhantomData;

use crate::client::{Db, Guard, Metered};
use crate::error::Result;
use crate::expr::render::Placeholders;
use crate::expr::{Condition, Expr, RawPath, Term};
use crate::schema::{Entity, Table, Writing, decode_item, write_item};
use crate::wire::{Operation, Request};

use super::body::Body;
use super::returning::{New, Nothing, Old, Returning};
use super::size;

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
    first: bool,
    condition: Option<Expr>,
    returning: PhantomData<fn() -> R>,
}

/// A request with the words for its errors.
#[derive(Debug)]
struct Prepared {
    request: Request,
    key: String,
    item: String,
}

impl<'a, E: Entity> Put<'a, E> {
    /// Writes the item in place of whatever stands under its key.
    pub fn new(entity: &'a E) -> Self {
        Self {
            entity,
            first: false,
            condition: None,
            returning: PhantomData,
        }
    }

    /// Writes the item only if nothing stands under its key.
    pub fn create(entity: &'a E) -> Self {
        Self {
            first: true,
            ..Self::new(entity)
        }
    }

    /// Gives the item that was replaced.
    pub fn returning_old(self) -> Put<'a, E, Old> {
        self.returning()
    }

    /// Gives the item as it was written, timestamps set. Nothing more is read.
    pub fn returning_new(self) -> Put<'a, E, New> {
        self.returning()
    }

    fn returning<R>(self) -> Put<'a, E, R> {
        Put {
            entity: self.entity,
            first: self.first,
            condition: self.condition,
            returning: PhantomData,
        }
    }
}

impl<E: Entity, R: PutReturning<E>> Put<'_, E, R> {
    /// Writes only if this holds for the item that stands under the key. Several add up.
    pub fn when(mut self, condition: impl FnOnce(E::Fields) -> Condition<E>) -> Self {
        let more = condition(E::fields()).expr;
        self.condition = Some(match self.condition {
            None => more,
            Some(known) => Expr::all(known, more),
        });
        self
    }

    /// The request exactly as it would be sent at the time of the `db`'s clock.
    ///
    /// # Errors
    /// `InvalidKey`, `Encode` or `InvalidRequest` when the value cannot be written.
    pub fn to_request(&self, db: &Db<E::Table>) -> Result<Request> {
        Ok(self.prepare(db, false)?.request)
    }

    fn prepare(&self, db: &Db<E::Table>, metered: bool) -> Result<Prepared> {
        let writing = Writing {
            now: db.now(),
            first: self.first,
        };
        let written = write_item(self.entity, writing)?;
        let key = crate::schema::keys::describe(&written.key);
        size::check::<E>(&written.item)?;
        let mut body = Body::new(db.table_name());
        body.json("Item", &written.item);
        let mut names = Placeholders::default();
        let condition = self.expression(&mut names)?;
        body.text_if("ConditionExpression", condition.as_deref());
        body.placeholders(&names);
        body.text_if("ReturnValues", R::API);
        if condition.is_some() {
            body.text("ReturnValuesOnConditionCheckFailure", "ALL_OLD");
        }
        if metered {
            body.text("ReturnConsumedCapacity", "INDEXES");
        }
        Ok(Prepared {
            request: Request::new(Operation::PutItem, db.table_name(), body.finish()),
            key,
            item: written.item,
        })
    }

    fn expression(&self, names: &mut Placeholders) -> Result<Option<String>> {
        let pk = <E::Table as Table>::MODEL.pk.name;
        let absent = || Expr::Call("attribute_not_exists", vec![Term::Path(RawPath::name(pk))]);
        super::condition(
            names,
            self.first.then(absent).as_ref(),
            self.condition.as_ref(),
        )
    }

    /// The request as the SDK's own builder.
    ///
    /// # Errors
    /// As [`to_request`](Put::to_request).
    pub fn into_sdk(
        self,
        db: &Db<E::Table>,
    ) -> Result<aws_sdk_dynamodb::operation::put_item::builders::PutItemFluentBuilder> {
        super::sdk::put_item(db.client(), &self.to_request(db)?)
    }

    /// Writes the item.
    ///
    /// # Errors
    /// `AlreadyExists` from `create`, `ConditionFailed` with the item that stands there, `InvalidKey` and `Encode`
    /// before anything is sent, and the service's errors.
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
        let prepared = self.prepare(db, metered)?;
        let guard = Guard {
            exists: self.first.then_some(false),
            asked: self.condition.is_some(),
        };
        let answer = db
            .call_conditional(&prepared.request, guard)
            .await
            .map_err(|e| e.with_entity(E::MODEL.name).with_key(prepared.key))?;
        let value = R::put_output(answer.value, &prepared.item)?;
        Ok(Metered::new(value, &answer.meta))
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
        let name = if self.first { "Create" } else { "Put" };
        f.debug_tuple(name).field(&E::MODEL.name).finish()
    }
}
