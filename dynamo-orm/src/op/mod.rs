//! Operations: requests as values, and how they are sent.

mod access;
mod any_path;
mod backoff;
mod body;
mod check;
mod claim;
mod conditions;
mod cursor;
mod delete;
mod exists;
mod get;
mod key;
mod key_condition;
mod page;
mod prepared;
mod put;
mod query;
mod query_send;
mod read_as;
mod read_modify_write;
mod relocate;
mod remove;
mod returning;
mod same;
mod save;
mod sdk;
mod select;
mod size;
mod step;
mod transact;
mod transaction;
mod unique;
mod update;
mod upsert;
mod write;

pub use access::{Access, Bounded, Level, Partition, QueryState};
pub use any_path::{AnyPath, any_path};
pub use check::Check;
pub use claim::Claim;
pub use cursor::Cursor;
pub use delete::{Delete, Deletes, Unversioned, VersionSaid};
pub use exists::Exists;
pub use get::Get;
pub use key::Key;
pub use page::{Items, Page};
pub use put::{Put, PutReturning};
pub use query::Query;
pub use read_as::{Each, Mixed, ProjectsAll, ReadAs, ReadsFrom, Selected, Whole};
pub use relocate::Relocate;
pub use remove::Remove;
pub use returning::{Changed, New, Nothing, Old, Returning, UpdatedNew, UpdatedOld};
pub use save::Save;
pub use select::{Projecting, Projection, Select, Stored};
pub use transaction::Transaction;
pub use update::{Creatable, Update, key_field};
pub use upsert::Upsert;

use crate::codec::Reader;
use crate::wire::Undecodable;

/// Copies a member of an answer as it stands.
pub(crate) fn raw_member(text: &str, offset: usize) -> Result<(String, usize), Undecodable> {
    let mut reader = Reader::new(text);
    reader.seek(offset);
    let raw = reader.raw_value()?;
    Ok((raw.to_owned(), reader.position()))
}
