//! Operations: requests as values, and how they are sent.

mod access;
mod any_path;
#[expect(dead_code, reason = "for what comes next")]
mod backoff;
mod body;
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
mod returning;
mod sdk;
mod select;
mod size;
mod step;
mod update;
mod upsert;
mod write;

pub use access::{Access, Bounded, Level, Partition, QueryState};
pub use any_path::{AnyPath, any_path};
pub use cursor::Cursor;
pub use delete::Delete;
pub use exists::Exists;
pub use get::Get;
pub use key::Key;
pub(crate) use key_condition::{Test, key_tests, plan};
pub use page::{Items, Page};
pub use put::{Put, PutReturning};
pub use query::Query;
pub use read_as::{Each, Mixed, ProjectsAll, ReadAs, ReadsFrom, Selected, Whole};
pub use returning::{Changed, New, Nothing, Old, Returning, UpdatedNew, UpdatedOld};
pub use select::{Projecting, Projection, Select, Stored};
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
