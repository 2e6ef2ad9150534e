//! Operations: requests as values, and how they are sent.

mod answer;
mod batch;
mod gather;
mod item;
mod query;
mod request;
mod scan;
mod transact;
mod write;

pub use answer::any_path::{AnyPath, any_path};
pub use answer::read_as::{Each, Instead, Mixed, ProjectsAll, ReadAs, ReadsFrom, Selected, Whole};
pub use answer::returning::{Changed, New, Nothing, Old, Returning, UpdatedNew, UpdatedOld};
pub use answer::select::{Projecting, Projection, Select, Stored};
pub use answer::unknown::{IgnoringUnknown, Known, RawItem, RawUnknown};
pub use batch::any_key::AnyKey;
pub use batch::get::BatchGet;
pub use batch::keys::Keys;
pub use batch::unwritten::Unwritten;
pub use batch::write::BatchWrite;
pub use gather::hydrate::Hydrate;
pub use gather::keys_of::KeysOf;
pub use gather::neighbours::{Neighbours, ReadsEdges, Traversal};
pub use item::exists::Exists;
pub use item::get::Get;
pub use query::access::{Access, Bounded, Level, Partition, QueryState};
pub use query::builder::Query;
pub use query::cursor::Cursor;
pub(crate) use query::key_condition::{Test, key_tests, plan};
pub use query::page::{Items, Page};
pub(crate) use query::seal::CursorKeys;
pub use request::key::Key;
pub use request::lookup::Lookup;
pub use scan::builder::{Everything, Only, Scan, Scanned};
pub use scan::progress::ScanProgress;
pub use scan::segment_items::SegmentItems;
pub use scan::segments::Segments;
pub(crate) use transact::bookmark::{Bookmark, stored_item};
pub use transact::check::Check;
pub use transact::get::TransactGet;
pub use transact::idempotency::{Idempotency, Interrupted};
pub(crate) use transact::once::marks_met;
pub use transact::once::{Applied, Once, OnceTransaction};
pub use transact::transaction::Transaction;
pub use write::claim::Claim;
pub use write::delete::{Delete, Deletes, Unversioned, VersionSaid};
pub use write::put::{Put, PutReturning};
pub use write::relocate::Relocate;
pub use write::remove::Remove;
pub use write::save::Save;
pub use write::update::{Creatable, Update, key_field};
pub use write::upsert::Upsert;
#[cfg(feature = "streams")]
pub(crate) use {
    request::{backoff::Backoff, body::Body, concurrent::concurrently},
    write::{actions::token, unchanged::attributes},
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
