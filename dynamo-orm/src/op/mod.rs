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
mod idempotency;
mod identity;
mod key;
mod key_condition;
mod keys;
mod keys_of;
mod lookup;
mod neighbours;
mod once;
mod page;
mod piece;
mod prepared;
mod progress;
mod put;
mod query;
mod query_render;
mod query_send;
mod read_as;
mod read_modify_write;
mod reading;
mod relocate;
mod remove;
mod returning;
mod same;
mod save;
mod scan;
mod scan_render;
mod scan_send;
mod sdk;
mod sdk_batch;
mod sdk_transact;
mod seal;
mod segment_items;
mod segments;
mod select;
mod size;
mod step;
mod transact;
mod transact_get;
mod transaction;
mod tree;
mod unchanged;
mod unique;
mod unknown;
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
pub use idempotency::{Idempotency, Interrupted};
pub use key::Key;
pub(crate) use key_condition::{Test, key_tests, plan};
pub use keys::Keys;
pub use keys_of::KeysOf;
pub use lookup::Lookup;
pub use neighbours::{Neighbours, ReadsEdges, Traversal};
pub use once::{Applied, Once, OnceTransaction};
pub use page::{Items, Page};
pub use progress::ScanProgress;
pub use put::{Put, PutReturning};
pub use query::Query;
pub use read_as::{Each, Instead, Mixed, ProjectsAll, ReadAs, ReadsFrom, Selected, Whole};
pub use relocate::Relocate;
pub use remove::Remove;
pub use returning::{Changed, New, Nothing, Old, Returning, UpdatedNew, UpdatedOld};
pub use save::Save;
pub use scan::{Everything, Only, Scan, Scanned};
pub(crate) use seal::CursorKeys;
pub use segment_items::SegmentItems;
pub use segments::Segments;
pub use select::{Projecting, Projection, Select, Stored};
pub use transact_get::TransactGet;
pub use transaction::Transaction;
pub use unknown::{IgnoringUnknown, Known, RawItem, RawUnknown};
pub use unwritten::Unwritten;
pub use update::{Creatable, Update, key_field};
pub use upsert::Upsert;

#[cfg(feature = "streams")]
pub(crate) use self::{
    backoff::Backoff, body::Body, concurrent::concurrently, transact::token, unchanged::attributes,
};
use crate::codec::Reader;
use crate::wire::Undecodable;

/// Copies a member of an answer as it stands.
pub(crate) fn raw_member(text: &str, offset: usize) -> Result<(String, usize), Undecodable> {
    let mut reader = Reader::new(text);
    reader.seek(offset);
    let raw = reader.raw_value()?;
    Ok((raw.to_owned(), reader.position()))
}
