//! `GetItem` of the key attributes alone: is there an item?

use std::sync::Arc;

use crate::client::{Db, Metered};
use crate::error::Result;
use crate::expr::render::Placeholders;
use crate::op::request::body::Body;
use crate::op::request::key::Key;
use crate::schema::{Entity, Table, is_expired};
use crate::wire::{Operation, Request};

/// Asks whether there is an item under a primary key.
///
/// **Cost**: as reading the item: half a read capacity unit per 4 KB, twice that when
/// [consistent](Exists::consistent). Only the key travels, and the time to live.
///
/// An item whose time to live has passed does not count: [`including_expired`](Exists::including_expired).
///
/// # Examples
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/model.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> dynamo_orm::Result<()> {
/// let db = Db::<Shop>::local().await?;
/// assert!(!Order::exists("ada", 1).send(&db).await?);
/// # Ok(()) }
/// ```
#[derive(Debug)]
#[must_use = "a request does nothing until it is sent"]
pub struct Exists<E: Entity> {
    key: Key<E>,
    consistent: bool,
    including_expired: bool,
}

impl<E: Entity> Exists<E> {
    /// Asks for the item under a key.
    pub fn new(key: Key<E>) -> Self {
        Self {
            key,
            consistent: false,
            including_expired: false,
        }
    }

    /// The key, and whether expired items count.
    pub(in crate::op) fn into_parts(self) -> (Key<E>, bool) {
        (self.key, self.including_expired)
    }

    /// Sees every write that came before, at twice the cost.
    pub fn consistent(mut self) -> Self {
        self.consistent = true;
        self
    }

    /// An item counts although its time to live has passed, until DynamoDB deletes it.
    pub fn including_expired(mut self) -> Self {
        self.including_expired = true;
        self
    }

    /// The time-to-live attribute, where expired items do not count.
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
        let mut wanted = names.name(<E::Table as Table>::MODEL.pk.name);
        if let Some(ttl) = self.ttl() {
            wanted.push_str(", ");
            wanted.push_str(&names.name(ttl));
        }
        body.text("ProjectionExpression", &wanted);
        body.placeholders(&names);
        if metered {
            body.text("ReturnConsumedCapacity", "INDEXES");
        }
        let request = Request::new(Operation::GetItem, db.table_name(), body.finish());
        Ok((request, described))
    }

    /// The request as the SDK's own builder.
    ///
    /// # Errors
    /// As [`to_request`](Exists::to_request).
    pub fn into_sdk(
        self,
        db: &Db<E::Table>,
    ) -> Result<aws_sdk_dynamodb::operation::get_item::builders::GetItemFluentBuilder> {
        crate::op::request::sdk::get_item(db.client(), &self.to_request(db)?)
    }

    /// Sends the request: true when there is an item.
    ///
    /// # Errors
    /// The service's errors.
    pub async fn send(self, db: &Db<E::Table>) -> Result<bool> {
        Ok(self.run(db, false).await?.value)
    }

    /// As [`send`](Exists::send), with the capacity it consumed.
    ///
    /// # Errors
    /// As [`send`](Exists::send).
    pub async fn send_metered(self, db: &Db<E::Table>) -> Result<Metered<bool>> {
        self.run(db, true).await
    }

    async fn run(self, db: &Db<E::Table>, metered: bool) -> Result<Metered<bool>> {
        let (request, key) = self.request(db, metered)?;
        let ttl = self.ttl();
        let answer = db
            .call(&request, "Item", Arc::new(crate::op::raw_member))
            .await
            .map_err(|e| e.with_entity(E::MODEL.name).with_key(key))?;
        let exists = answer
            .value
            .is_some_and(|item| ttl.is_none_or(|ttl| !is_expired(&item, ttl, db.now())));
        Ok(Metered::new(exists, &answer.meta))
    }
}
