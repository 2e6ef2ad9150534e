//! A typed change with all that is known about its record.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use crate::codec::Fault;
use crate::error::{Error, ErrorKind, Result};
use crate::expr::{Path, RawPath};
use crate::op::{Key, Once};
use crate::schema::Entity;

use super::change::{Change, Modified};
use super::image;
use super::raw::RawRecord;

/// A change, and through `Deref` its [`RawRecord`]: event id, sequence number, time, keys, Region, size.
///
/// # Examples
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/model.rs"));
/// use dynamo_orm::stream::{Change, Failure, Record};
///
/// async fn on_order(order: Record<Change<Order>>) -> Result<(), Failure> {
///     match &order.change {
///         Change::Insert { new } => println!("{} placed order {}", new.customer, new.number),
///         Change::Modify { .. } if !order.changed(|o| o.status()) => {}
///         Change::Modify { old, new } => println!("{:?} became {:?}", old.status, new.status),
///         Change::Remove { old, cause } => println!("order {} is gone: {cause:?}", old.number),
///     }
///     Ok(())
/// }
/// # fn main() {}
/// ```
#[derive(Clone)]
pub struct Record<C> {
    /// What happened.
    pub change: C,
    raw: Arc<RawRecord>,
}

impl<C> Record<C> {
    pub(super) fn new(change: C, raw: Arc<RawRecord>) -> Self {
        Self { change, raw }
    }

    pub(super) fn shared(&self) -> Arc<RawRecord> {
        Arc::clone(&self.raw)
    }

    /// The record as it was delivered.
    #[must_use]
    pub fn raw(&self) -> &RawRecord {
        &self.raw
    }

    /// Names of the attributes whose values differ, keys of indexes and the like included: numbers are compared by
    /// value, sets without order. All of them where there is one image only.
    #[must_use]
    pub fn changed_attributes(&self) -> Vec<String> {
        let empty = "{}";
        let (old, new) = (self.raw.old_json(), self.raw.new_json());
        image::changed(old.unwrap_or(empty), new.unwrap_or(empty)).unwrap_or_default()
    }

    /// Both images are there, and equal: a write that changed nothing, or nothing but what global tables add.
    #[must_use]
    pub fn is_unchanged(&self) -> bool {
        self.raw.old_json().is_some()
            && self.raw.new_json().is_some()
            && self.changed_attributes().is_empty()
    }

    /// The mark under which an effect is made once for this change, for
    /// [`Transaction::once`](crate::Transaction::once). `effect` names the effect among others of the change.
    #[must_use]
    pub fn once(&self, effect: &str) -> Once {
        Once::new(effect, &self.raw.identity_of_change())
    }

    /// The key of the item, typed.
    ///
    /// # Errors
    /// `InvalidKey` when it is not a key of an `E`.
    pub fn key_of<E: Entity>(&self) -> Result<Key<E>> {
        let keys = self.raw.keys_json().unwrap_or_default();
        Key::of_item(keys).map_err(|fault| {
            let message = match fault {
                Fault::Invalid { message, .. } => message,
                other => other.to_string(),
            };
            Error::new(ErrorKind::InvalidKey, message).with_entity(E::MODEL.name)
        })
    }

    /// The same record with another view of the change.
    pub fn map<D>(self, change: impl FnOnce(C) -> D) -> Record<D> {
        Record {
            change: change(self.change),
            raw: self.raw,
        }
    }

    fn differs<E, T, K>(&self, path: &Path<E, T, K>) -> bool {
        self.differs_at(&path.raw)
    }

    /// Does the value at this path differ between the images?
    pub(super) fn differs_at(&self, path: &RawPath) -> bool {
        let at = |image: Option<&str>| image.and_then(|image| image::at(image, path));
        match (at(self.raw.old_json()), at(self.raw.new_json())) {
            (Some(old), Some(new)) => !image::same(&old, &new),
            (old, new) => old.is_some() != new.is_some(),
        }
    }
}

impl<E: Entity> Record<Change<E>> {
    /// Does the value at this path differ? One that is in one image only does.
    pub fn changed<T, K>(&self, path: impl FnOnce(E::Fields) -> Path<E, T, K>) -> bool {
        self.differs(&path(E::fields()))
    }

    /// The names of the entity's fields that differ: those of the struct, not of the attributes.
    #[must_use]
    pub fn changed_fields(&self) -> Vec<&'static str> {
        fields_of::<E>(&self.changed_attributes())
    }

    /// The key of the item.
    ///
    /// # Errors
    /// `InvalidKey` when it is not as this entity writes it.
    pub fn key(&self) -> Result<Key<E>> {
        self.key_of()
    }
}

impl<E: Entity> Record<Modified<E>> {
    /// Does the value at this path differ? One that is in one image only does.
    pub fn changed<T, K>(&self, path: impl FnOnce(E::Fields) -> Path<E, T, K>) -> bool {
        self.differs(&path(E::fields()))
    }

    /// The names of the entity's fields that differ.
    #[must_use]
    pub fn changed_fields(&self) -> Vec<&'static str> {
        fields_of::<E>(&self.changed_attributes())
    }
}

fn fields_of<E: Entity>(attributes: &[String]) -> Vec<&'static str> {
    let stored = E::MODEL.fields.iter().filter(|f| !f.unnamed);
    stored
        .filter(|f| attributes.iter().any(|name| name == f.attribute))
        .map(|f| f.name)
        .collect()
}

impl<C> Deref for Record<C> {
    type Target = RawRecord;

    fn deref(&self) -> &RawRecord {
        &self.raw
    }
}

impl<C: fmt::Debug> fmt::Debug for Record<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("change", &self.change)
            .field("raw", &self.raw)
            .finish()
    }
}
