//! Items that are gone, kept as lines of JSON in an object store (feature `archive`).

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use object_store::path::Path;
use object_store::{ObjectStore, PutOptions, PutPayload};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::schema::{Entity, Table};

use super::change::{Cause, Change};
use super::collect::NotWritten;
use super::failure::Failure;
use super::metrics::hex;
use super::record::Record;
use super::router::Router;
use super::view::NewAndOldImages;

/// Where items that are gone are kept: any [`ObjectStore`], such as a bucket of S3 (feature `archive-s3`) or a folder.
///
/// A line of JSON for each item: `eventID`, `time` (when it was deleted, to the second), `entity`, `cause` (`Expired`,
/// `Deleted` or `Replaced`) and `item`, which is the entity as serde writes it.
///
/// A batch makes one object for each day, as `carts/2026-05-06/<first>-<last>-<hash>.jsonl`: `first` and `last` are the
/// sequence numbers of its first and last line, the hash is of all their event ids. So a batch that is delivered again
/// replaces its object. Nothing is acknowledged before its object is written, so no line is lost.
///
/// A line can still be in two objects: where an object was written and the function died, and Lambda then cut the batch
/// differently, as bisecting does, or another record failed the second time. `eventID` tells: the same one is the same
/// change.
///
/// **Cost**: one `PUT` for each batch and day.
///
/// **Limits**: an object is written in one request; a batch of Lambda's has at most 6 MB.
///
/// # Examples
///
/// ```
/// use object_store::{ObjectStore, ObjectStoreExt};
/// use object_store::memory::InMemory;
/// use dynamo_orm::local::Engine;
/// use dynamo_orm::stream::{Archive, Deadline, Router};
/// # use dynamo_orm::{Db, Entity, Table};
/// # use serde::{Deserialize, Serialize};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// #[derive(Table)]
/// #[table(pk = "PK", ttl = "expires", stream = NewAndOldImages)]
/// enum Store { Cart(Cart) }
///
/// #[derive(Entity, Serialize, Deserialize)]
/// #[entity(table = Store, pk = "CART#{id}")]
/// struct Cart { id: u32, lines: Vec<String>, #[entity(ttl)] expires: u64 }
///
/// let engine = Engine::memory_at(1_778_000_000)?;
/// let db = Db::<Store>::on_engine(&engine).await?;
/// Cart { id: 1, lines: vec!["kettle".into()], expires: 1_778_000_100 }.put().send(&db).await?;
/// engine.set_time(1_778_000_200);
/// engine.sweep_ttl()?;
///
/// let bucket = std::sync::Arc::new(InMemory::new());
/// let archive = Archive::new(bucket.clone(), "carts");
/// let router = Router::<Store>::new().archive::<Cart>(archive);
/// let event = format!("[{}]", engine.stream_records("Store")?.join(","));
/// router.process(&event, Deadline::none()).await?;
///
/// # use futures_core::Stream;
/// # let mut list = bucket.list(None);
/// # let object = std::future::poll_fn(|cx| list.as_mut().poll_next(cx)).await.unwrap()?;
/// // let object = …the one that is there.
/// let text = bucket.get(&object.location).await?.bytes().await?;
/// let line: serde_json::Value = serde_json::from_slice(&text)?;
/// assert_eq!((&line["cause"], &line["item"]["lines"][0]), (&"Expired".into(), &"kettle".into()));
/// # Ok(()) }
/// ```
#[must_use = "nothing is kept until it is given to a router"]
#[derive(Clone)]
pub struct Archive {
    store: Arc<dyn ObjectStore>,
    prefix: String,
    every: bool,
}

impl Archive {
    /// Keeps items that expire, under this prefix of the store.
    pub fn new(store: impl ObjectStore, prefix: impl Into<String>) -> Self {
        Self {
            store: Arc::new(store),
            prefix: prefix.into(),
            every: false,
        }
    }

    /// Keeps every item that is gone, whatever the cause.
    pub fn every_removed(mut self) -> Self {
        self.every = true;
        self
    }

    /// The line of an item that is to be kept.
    fn line<E: Entity>(&self, record: &Record<Change<E>>) -> Result<Option<Line>, Failure> {
        let Change::Remove { old, cause } = &record.change else {
            return Ok(None);
        };
        if !self.every && *cause != Cause::Expired {
            return Ok(None);
        }
        let event = record.identity_of_change();
        let time = record.time().map(written).transpose()?;
        let text = serde_json::to_string(&Kept {
            event_id: &event,
            time: time.as_deref(),
            entity: E::MODEL.name,
            cause: match cause {
                Cause::Expired => "Expired",
                Cause::Deleted => "Deleted",
                Cause::Replaced => "Replaced",
            },
            item: old,
        });
        let text = text.map_err(Failure::permanent)?;
        let day = time.as_deref().and_then(|time| time.get(..10));
        Ok(Some(Line {
            text,
            event,
            day: day.unwrap_or("undated").to_owned(),
        }))
    }

    /// Writes an object for each day. What could not be written begins with the first line of the day that failed.
    async fn write(&self, lines: Vec<Record<Line>>) -> Result<(), NotWritten> {
        let mut days: Vec<&str> = lines.iter().map(|line| &*line.change.day).collect();
        days.dedup();
        days.sort_unstable();
        days.dedup();
        let mut failed: Option<(usize, Failure)> = None;
        for day in days {
            let of_day = lines.iter().enumerate();
            let of_day: Vec<_> = of_day.filter(|(_, line)| line.change.day == day).collect();
            let Err(error) = self.put(day, of_day.iter().map(|(_, line)| *line)).await else {
                continue;
            };
            let first = of_day.first().map_or(0, |(position, _)| *position);
            if failed.as_ref().is_none_or(|(known, _)| first < *known) {
                failed = Some((first, error));
            }
        }
        match failed {
            None => Ok(()),
            Some((position, failure)) => Err(NotWritten::from(position, failure)),
        }
    }

    async fn put<'l>(
        &self,
        day: &str,
        lines: impl Iterator<Item = &'l Record<Line>>,
    ) -> Result<(), Failure> {
        let (mut text, mut events) = (String::new(), Sha256::new());
        let mut ends: Option<(&str, &str)> = None;
        for line in lines {
            text.push_str(&line.change.text);
            text.push('\n');
            events.update(line.change.event.as_bytes());
            events.update([0]);
            let number = line.sequence_number().unwrap_or_default();
            ends = Some((ends.map_or(number, |(first, _)| first), number));
        }
        let Some((first, last)) = ends else {
            return Ok(());
        };
        let hash = hex(&events.finalize(), 4);
        let name = format!("{}/{day}/{first}-{last}-{hash}.jsonl", self.prefix);
        let (path, payload) = (Path::from(name), PutPayload::from(text.into_bytes()));
        let put = self.store.put_opts(&path, payload, PutOptions::default());
        // Whatever is wrong with the store, another attempt may find it mended: the lines must not be given up.
        put.await.map(drop).map_err(Failure::transient)
    }
}

/// A line of the archive on its way.
struct Line {
    text: String,
    event: String,
    day: String,
}

/// A line of the archive.
#[derive(Serialize)]
struct Kept<'a, E> {
    #[serde(rename = "eventID")]
    event_id: &'a str,
    time: Option<&'a str>,
    entity: &'a str,
    cause: &'a str,
    item: &'a E,
}

/// `2026-05-06T12:00:00Z`.
fn written(time: SystemTime) -> Result<String, Failure> {
    let time = DateTime::from_secs(DateTime::from(time).secs());
    time.fmt(Format::DateTime)
        .map_err(|_| Failure::permanent(Error::invalid("the record's time cannot be written")))
}

impl<T: Table> Router<'_, T, NewAndOldImages> {
    /// Keeps items that are gone: see [`Archive`].
    #[must_use]
    pub fn archive<E: Entity<Table = T>>(self, archive: Archive) -> Self {
        let archive = Arc::new(archive);
        let writer = Arc::clone(&archive);
        self.collect(
            move |record: Record<Change<E>>| archive.line(&record),
            move |lines| {
                let archive = Arc::clone(&writer);
                async move { archive.write(lines).await }
            },
        )
    }
}

impl fmt::Debug for Archive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Archive")
            .field("store", &self.store.to_string())
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}
