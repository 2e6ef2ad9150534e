//! An audit trail: one item for each change, written once.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::client::Db;
use crate::op::{Once, Transaction};
use crate::schema::{Entity, Table};

use super::failure::Failure;
use super::image;
use super::process::Found;
use super::raw::{EventName, RawRecord};
use super::router::{Router, Work};
use super::view::NewAndOldImages;

/// What there is to say about a change: what happened to which item when, and what differs.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AuditEntry {
    /// The id of the change, the same whenever it is delivered.
    pub event_id: String,
    /// About when it happened.
    pub time: Option<SystemTime>,
    /// What happened.
    pub event: EventName,
    /// Time to live deleted the item.
    pub expired: bool,
    /// The entity's name: the new one's where it changed.
    pub entity: &'static str,
    /// The item's primary key as `DynamoDB` JSON.
    pub key: String,
    /// Names of the attributes that differ, sorted.
    pub changed: Vec<String>,
    record: Arc<RawRecord>,
}

impl AuditEntry {
    /// A text attribute of the item after the change, or before it where it is gone: the stream does not know who wrote,
    /// so the item has to say it.
    #[must_use]
    pub fn text(&self, attribute: &str) -> Option<String> {
        let image = self.record.new_json().or(self.record.old_json())?;
        image::text(image, attribute)
    }

    /// The record, with both images.
    #[must_use]
    pub fn record(&self) -> &RawRecord {
        &self.record
    }

    fn of<T: Table>(record: &Arc<RawRecord>, found: &Found) -> Option<Self> {
        let entity = found.new.or(found.old)?;
        let (old, new) = (record.old_json(), record.new_json());
        Some(Self {
            event_id: record.identity_of_change(),
            time: record.time(),
            event: record.event_name()?,
            expired: record.is_expiry(),
            entity: T::MODEL.entities.get(entity)?.name,
            key: record.keys_json()?.to_owned(),
            changed: image::changed(old.unwrap_or("{}"), new.unwrap_or("{}")).unwrap_or_default(),
            record: Arc::clone(record),
        })
    }
}

impl<'a, T: Table> Router<'a, T, NewAndOldImages> {
    /// Writes an item for every change that `entry` makes one of, each once, and never of the trail's own items.
    ///
    /// Writes that changed nothing are left out. `name` goes into the marks: keep it, and give each trail its own, which no
    /// aggregate of the router has either.
    ///
    /// Key the entry by [`AuditEntry::event_id`]. An item that stands under its key already is of another change, or was
    /// written before the mark went: the record goes to the dead letters.
    ///
    /// **Cost**: twice that of creating the item, and 2 write capacity units for the mark.
    #[must_use]
    pub fn audit<A: Entity<Table = T>>(
        self,
        name: &str,
        db: &'a Db<T>,
        entry: impl Fn(AuditEntry) -> Option<A> + Send + Sync + 'a,
    ) -> Self {
        self.audit_marked(name, |once| once, db, entry)
    }

    /// As [`audit`](Router::audit), with marks that are kept so long: otherwise 15 days, which outlasts a stream and a
    /// dead-letter queue of 14 days.
    #[must_use]
    pub fn audit_for<A: Entity<Table = T>>(
        self,
        name: &str,
        keep: Duration,
        db: &'a Db<T>,
        entry: impl Fn(AuditEntry) -> Option<A> + Send + Sync + 'a,
    ) -> Self {
        self.audit_marked(name, move |once| once.keep_for(keep), db, entry)
    }

    fn audit_marked<A: Entity<Table = T>>(
        mut self,
        name: &str,
        kept: impl Fn(Once) -> Once + Send + Sync + 'a,
        db: &'a Db<T>,
        entry: impl Fn(AuditEntry) -> Option<A> + Send + Sync + 'a,
    ) -> Self {
        self.name(name);
        let name = name.to_owned();
        let own = T::MODEL.entity_of_kind(A::MODEL.kind);
        self.routes.push(Box::new(move |record, found| {
            if own.is_some() && (found.old == own || found.new == own) {
                return Ok(None);
            }
            let entry = AuditEntry::of::<T>(record, found)
                .filter(|entry| !entry.changed.is_empty())
                .and_then(&entry);
            let once = kept(Once::new(&name, &record.identity_of_change()));
            Ok(entry.map(|item| {
                Box::pin(async move {
                    let transaction = Transaction::new().create(&item);
                    let Err(error) = transaction.once(&once).send(db).await else {
                        return Ok(());
                    };
                    let mut reasons = error.reasons().iter();
                    Err(if reasons.any(|r| r.error.is_already_exists()) {
                        Failure::permanent(error)
                    } else {
                        error.into()
                    })
                }) as Work<'a>
            }))
        }));
        self
    }
}
