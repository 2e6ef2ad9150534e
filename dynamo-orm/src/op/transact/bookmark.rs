//! Where work that takes several invocations stands, and items as they are stored.

use crate::client::Db;
use crate::error::Result;
use crate::key::Part;
use crate::op::request::body::Body;
use crate::op::write::conditions::wire;
use crate::op::write::unchanged;
use crate::schema::keys::{self, KeyValue};
use crate::schema::{Table, epoch_seconds, expiry_attribute, mark_item, mark_key};
use crate::wire::{Operation, Request};

use super::once::KEEP;

/// The attribute with the place.
const PLACE: &str = "$place";

/// A place in work that goes on in another invocation, kept under the mark of an effect: `$once#<effect>#<event>`.
#[derive(Debug)]
pub(crate) struct Bookmark {
    key: Vec<KeyValue>,
}

impl Bookmark {
    /// The place of this effect of this event.
    pub(crate) fn new<T: Table>(effect: &str, event: &str) -> Result<Self> {
        let key = mark_key(T::MODEL, effect, event)?;
        Ok(Self { key })
    }

    /// The place that was kept.
    pub(crate) async fn read<T: Table>(&self, db: &Db<T>) -> Result<Option<String>> {
        let found = stored_item(db, &keys::wire(&self.key)).await?;
        let place = found.and_then(|item| unchanged::attribute(&item, PLACE));
        Ok(place.and_then(|raw| match crate::schema::read_part(&raw) {
            Ok(Part::Text(text)) => Some(text.into_owned()),
            _ => None,
        }))
    }

    /// Keeps a place, in the stead of one before.
    pub(crate) async fn keep<T: Table>(&self, db: &Db<T>, place: &str) -> Result<()> {
        let mut text = String::new();
        Part::Text(place.into()).to_wire(&mut text);
        let until = epoch_seconds(db.now()).saturating_add(KEEP.as_secs());
        let expiry = expiry_attribute(T::MODEL).map(|name| (name, wire(until)));
        let more: Vec<(&str, String)> = std::iter::once((PLACE, text)).chain(expiry).collect();
        let mut body = Body::new(db.table_name());
        body.json("Item", &mark_item(T::MODEL, &self.key, &more));
        send(db, Operation::PutItem, body).await
    }

    /// Forgets it: the work is done.
    pub(crate) async fn forget<T: Table>(&self, db: &Db<T>) -> Result<()> {
        let mut body = Body::new(db.table_name());
        body.json("Key", &keys::wire(&self.key));
        send(db, Operation::DeleteItem, body).await
    }
}

async fn send<T: Table>(db: &Db<T>, operation: Operation, body: Body) -> Result<()> {
    let request = Request::new(operation, db.table_name(), body.finish());
    let sent = db.write(&request).await;
    sent.map(drop).map_err(crate::client::failure)
}

/// The item under a key as it is stored now: `GetItem`, consistent.
pub(crate) async fn stored_item<T: Table>(db: &Db<T>, key: &str) -> Result<Option<String>> {
    let mut body = Body::new(db.table_name());
    body.json("Key", key);
    body.json("ConsistentRead", "true");
    let request = Request::new(Operation::GetItem, db.table_name(), body.finish());
    let answer = db.call(&request, "Item", std::sync::Arc::new(crate::op::raw_member));
    Ok(answer.await?.value)
}
