//! `GetItem`: one item by its primary key.

use std::fmt;
use std::sync::Arc;

use crate::client::{Db, Metered};
use crate::error::Result;
use crate::expr::render::Placeholders;
use crate::op::answer::read_as::{Each, ReadAs, ReadsFrom, Selected, Whole, projection, read_one};
use crate::op::answer::select::{Projecting, Projection, Select};
use crate::op::request::body::Body;
use crate::op::request::key::Key;
use crate::schema::{Entity, Table, is_expired};
use crate::wire::{Operation, Request};

/// Reads one item by its primary key.
///
/// **Cost**: half a read capacity unit per 4 KB, twice that when [consistent](Get::consistent).
///
/// An item whose time to live has passed is not there: [`including_expired`](Get::including_expired).
///
/// # Examples
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/model.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> dynamo_orm::Result<()> {
/// let db = Db::<Shop>::local().await?;
/// order("ada", 1).put().send(&db).await?;
/// let whole: Option<Order> = Order::get("ada", 1).consistent().send(&db).await?;
/// let some = Order::get("ada", 1).select(|o| (o.status(), o.lines().at(0))).send(&db).await?;
/// assert_eq!(some.map(|(status, _)| status), whole.map(|o| o.status));
/// # Ok(()) }
/// ```
#[must_use = "a request does nothing until it is sent"]
pub struct Get<E, O = Whole<E>> {
    key: Key<E>,
    read: O,
    consistent: bool,
    including_expired: bool,
}

impl<E: Entity> Get<E> {
    /// Reads the item under a key.
    pub fn new(key: Key<E>) -> Self {
        Self {
            key,
            read: Whole::new(),
            consistent: false,
            including_expired: false,
        }
    }

    /// Reads only these fields: `.select(|o| (o.status(), o.total()))`.
    pub fn select<S: Select>(self, fields: impl FnOnce(E::Fields) -> S) -> Get<E, Selected<S>> {
        Get {
            key: self.key,
            read: Selected(fields(E::fields())),
            consistent: self.consistent,
            including_expired: self.including_expired,
        }
    }

    /// Reads the item as a smaller type.
    pub fn project<P: Projection<Entity = E>>(self) -> Get<E, Selected<Projecting<P>>> {
        Get {
            key: self.key,
            read: Selected(Projecting::new()),
            consistent: self.consistent,
            including_expired: self.including_expired,
        }
    }
}

impl<E: Entity, O: ReadAs> Get<E, O> {
    /// Sees every write that came before, at twice the cost.
    pub fn consistent(mut self) -> Self {
        self.consistent = true;
        self
    }

    /// Gives the item although its time to live has passed, until DynamoDB deletes it.
    ///
    /// By default such an item is `None`, by the time of the [`Db`]'s clock.
    pub fn including_expired(mut self) -> Self {
        self.including_expired = true;
        self
    }

    /// The time-to-live attribute, where expired items are left out.
    fn ttl(&self) -> Option<&'static str> {
        E::MODEL.ttl.filter(|_| !self.including_expired)
    }

    /// The request exactly as it would be sent.
    ///
    /// # Errors
    /// `InvalidKey` when the values cannot make a key.
    pub fn to_request(&self, db: &Db<E::Table>) -> Result<Request> {
        self.request(db, false).map(|(request, _)| request)
    }

    fn request(&self, db: &Db<E::Table>, metered: bool) -> Result<(Request, String)> {
        let (key, described) = self.key.wire()?;
        let mut body = Body::new(db.table_name());
        body.json("Key", &key);
        if self.consistent {
            body.json("ConsistentRead", "true");
        }
        let mut names = Placeholders::default();
        if let Some(paths) = self.read.projection() {
            let ttl = self.ttl();
            let paths = projection(&paths, ttl.as_slice(), &mut names);
            body.text("ProjectionExpression", &paths);
        }
        body.placeholders(&names);
        if metered {
            body.text("ReturnConsumedCapacity", "INDEXES");
        }
        Ok((
            Request::new(Operation::GetItem, db.table_name(), body.finish()),
            described,
        ))
    }

    /// The request as the SDK's own builder.
    ///
    /// # Errors
    /// As [`to_request`](Get::to_request).
    pub fn into_sdk(
        self,
        db: &Db<E::Table>,
    ) -> Result<aws_sdk_dynamodb::operation::get_item::builders::GetItemFluentBuilder> {
        crate::op::request::sdk::get_item(db.client(), &self.to_request(db)?)
    }

    /// Reads the item. `None` when there is none under the key, or an expired one.
    ///
    /// # Errors
    /// `Decode` when the item does not fit its type; the service's errors.
    pub async fn send(self, db: &Db<E::Table>) -> Result<Option<O::Item>>
    where
        O: ReadsFrom<crate::schema::Primary>,
    {
        Ok(self.run(db, false).await?.value)
    }

    /// As [`send`](Get::send), with the capacity it consumed.
    ///
    /// # Errors
    /// As [`send`](Get::send).
    pub async fn send_metered(self, db: &Db<E::Table>) -> Result<Metered<Option<O::Item>>>
    where
        O: ReadsFrom<crate::schema::Primary>,
    {
        self.run(db, true).await
    }

    async fn run(self, db: &Db<E::Table>, metered: bool) -> Result<Metered<Option<O::Item>>> {
        let (request, key) = self.request(db, metered)?;
        let how = self.read.clone();
        let expires = self.ttl().map(|ttl| (ttl, db.now()));
        let answer = db
            .call(
                &request,
                "Item",
                Arc::new(move |text: &str, offset| {
                    let mut reader = crate::codec::Reader::new(text);
                    reader.seek(offset);
                    if let Some((ttl, now)) = expires {
                        let raw = reader.raw_value()?;
                        if is_expired(raw, ttl, now) {
                            return Ok((None, reader.position()));
                        }
                        reader.seek(offset);
                    }
                    let table = <E::Table as Table>::MODEL;
                    let memory = &mut O::Memory::default();
                    let item = read_one(&how, memory, &mut reader, table, &mut |_| false)?;
                    Ok((item, reader.position()))
                }),
            )
            .await
            .map_err(|e| e.with_entity(E::MODEL.name).with_key(key.as_str()))?;
        let meta = answer.meta;
        match answer.value.flatten().transpose() {
            Ok(item) => Ok(Metered::new(item, &meta)),
            Err(error) => Err(error.with_key(key)),
        }
    }
}

impl<E: Entity, O: ReadAs> Get<E, O> {
    /// Gives an item that does not fit its type as an inner error.
    pub fn results(self) -> Get<E, Each<O>> {
        Get {
            key: self.key,
            read: Each(self.read),
            consistent: self.consistent,
            including_expired: self.including_expired,
        }
    }
}

impl<E: Entity, O> fmt::Debug for Get<E, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Get").field(&self.key).finish()
    }
}
