//! Operations: requests as values, and how they are sent.

mod access;
mod any_key;
mod any_path;
mod backoff;
mod batch_get;
mod batch_get_send;
mod batch_write;
mod batch_write_send;
mod body;
mod check;
mod claim;
mod concurrent;
mod conditions;
mod cursor;
mod delete;
mod exists;
mod fill;
mod get;
mod hydrate;
mod identity;
mod key;
mod key_condition;
mod keys;
mod keys_of;
mod lookup;
mod neighbours;
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
mod sdk_batch;
mod select;
mod size;
mod step;
mod transact;
mod transact_get;
mod transaction;
mod tree;
mod unique;
mod unwritten;
mod update;
mod upsert;
mod wanted;
mod write;

pub use access::{Access, Bounded, Level, Partition, QueryState};
pub use any_key::AnyKey;
pub use any_path::{AnyPath, any_path};
pub use batch_get::BatchGet;
pub use batch_write::BatchWrite;
pub use check::Check;
pub use claim::Claim;
pub use cursor::Cursor;
pub use delete::{Delete, Deletes, Unversioned, VersionSaid};
pub use exists::Exists;
pub use get::Get;
pub use hydrate::Hydrate;
pub use key::Key;
pub use keys::Keys;
pub use keys_of::KeysOf;
pub use lookup::Lookup;
pub use neighbours::{Neighbours, ReadsEdges, Traversal};
pub use page::{Items, Page};
pub use put::{Put, PutReturning};
pub use query::Query;
pub use read_as::{Each, Mixed, ProjectsAll, ReadAs, ReadsFrom, Selected, Whole};
pub use relocate::Relocate;
pub use remove::Remove;
pub use returning::{Changed, New, Nothing, Old, Returning, UpdatedNew, UpdatedOld};
pub use save::Save;
pub use select::{Projecting, Projection, Select, Stored};
pub use transact_get::TransactGet;
pub use transaction::Transaction;
pub use unwritten::Unwritten;
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
