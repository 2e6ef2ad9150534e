//! Keeps the carts that have expired, one JSON line each.

use std::future::Future;
use std::path::PathBuf;

use dynamo_orm::Db;
use dynamo_orm::stream::{Failure, Record, Removed, Router};
use serde::Serialize;

use super::letters;
use crate::store::{CartLine, Store};

/// A place for JSON lines, each under a name. The same line put again under its name changes nothing, so that a record
/// that is delivered again leaves one line.
///
/// A bucket of S3 is one: `name` is the object's key, and `PutObject` replaces what is there. Only [`Place`] is
/// here, to keep that SDK out of the example.
pub trait Archive: Sync {
    /// Puts a line under its name.
    fn put(&self, name: &str, line: &str) -> impl Future<Output = std::io::Result<()>> + Send;
}

/// The places that are here.
#[derive(Debug, Clone)]
pub enum Place {
    /// A folder, such as a file system that is mounted into the function.
    Folder(PathBuf),
    /// The function's log, where a line may come twice.
    Log,
}

impl Place {
    /// The folder that the variable `ARCHIVE_FOLDER` names; the log, where it is empty or not there.
    #[must_use]
    pub fn from_env() -> Self {
        let folder = std::env::var_os("ARCHIVE_FOLDER").filter(|folder| !folder.is_empty());
        folder.map_or(Self::Log, |folder| Self::Folder(folder.into()))
    }
}

impl Archive for Place {
    async fn put(&self, name: &str, line: &str) -> std::io::Result<()> {
        let Self::Folder(root) = self else {
            println!("{line}");
            return Ok(());
        };
        let path = root.join(name);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        // A file that is there is whole, whenever the function dies.
        let unfinished = path.with_extension("part");
        std::fs::write(&unfinished, format!("{line}\n"))?;
        std::fs::rename(unfinished, path)
    }
}

/// A line of the archive.
#[derive(Serialize)]
struct Abandoned<'a> {
    event: &'a str,
    #[serde(flatten)]
    cart: &'a CartLine,
}

/// The processor of the function: lines under `carts/{day}/{event}.jsonl`, by the day they expired.
///
/// Lines that a customer removed or bought are left out. Records that cannot be read become
/// [letters](crate::store::Letter) under `archiver`.
#[must_use]
pub fn router<'a>(db: &'a Db<Store>, archive: &'a impl Archive) -> Router<'a, Store> {
    Router::new()
        .on_expire(move |cart: Record<Removed<CartLine>>| async move {
            let event = cart.identity_of_change();
            let file: String = event.chars().map(plain).collect();
            let old = &cart.change.old;
            let line = serde_json::to_string(&Abandoned {
                event: &event,
                cart: old,
            })?;
            let name = format!("carts/{}/{file}.jsonl", old.expires.date_naive());
            archive.put(&name, &line).await.map_err(Failure::transient)
        })
        .dead_letters(move |letter| letters::put(db, "archiver", letter))
        .on_failure(|record, failure| {
            eprintln!("archiver: {:?}: {failure}", record.event_id());
        })
}

/// A character that a file's name can have.
fn plain(c: char) -> char {
    if c.is_ascii_alphanumeric() { c } else { '-' }
}
