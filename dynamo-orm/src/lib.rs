#![doc = include_str!("docs/crate.md")]

#[cfg(feature = "cli")]
mod cli;
mod client;
mod codec;
mod collection;
mod error;
mod expr;
mod key;
#[cfg(feature = "local")]
pub mod local;
mod op;
mod schema;
pub mod sorted;
pub mod stream;
#[cfg(test)]
mod tests;
pub mod text;
mod wire;

pub use client::{Capacity, Db, Metered};
pub use codec::with::{bytes, number, number_set, set};
pub use collection::Collection;
#[doc = include_str!("docs/collection.md")]
pub use dynamo_derive::Collection;
#[doc = include_str!("docs/entity.md")]
pub use dynamo_derive::Entity;
#[doc = include_str!("docs/fields.md")]
pub use dynamo_derive::Fields;
#[doc = include_str!("docs/key_part.md")]
pub use dynamo_derive::KeyPart;
#[doc = include_str!("docs/projection.md")]
pub use dynamo_derive::Projection;
#[doc = include_str!("docs/table.md")]
pub use dynamo_derive::Table;
pub use error::{CancellationReason, Error, ErrorKind, Result};
pub use expr::{AttributeType, Condition, Fields, Path, Size};
pub use key::{KeyPart, OrderedKeyPart, TextKeyPart, TreePath};
pub use op::{
    AnyKey, BatchGet, BatchWrite, Check, Claim, Cursor, Delete, Exists, Get, Hydrate, Idempotency,
    Interrupted, Items, Key, Keys, Known, Lookup, Neighbours, Page, Projection, Put, Query,
    RawItem, Relocate, Remove, Save, Scan, ScanProgress, SegmentItems, Segments, TransactGet,
    Transaction, Unwritten, Update, Upsert,
};
pub use schema::{
    Entity, Expiry, Index, Primary, Table, Timestamp, Unguarded, Version, Versioned, WithoutUnique,
    from_item, to_item,
};
pub use wire::{Operation, Request};

pub mod model {
    //! A table as data: what [`Table::model`](crate::Table::model) gives.

    pub use crate::schema::{
        EntityModel, FieldModel, IndexModel, IndexUse, KeyAttribute, KeySpec, KeyType, PartModel,
        Projected, Scope, StampModel, StreamView, TableModel, UniqueModel, When,
    };
}

pub mod keys {
    //! What key parts are made of, for types that implement [`KeyPart`] by hand.

    pub use crate::key::{
        AsPart, Form, KeyPart, OrderedKeyPart, Part, PartError, PartKind, TextKeyPart,
    };
}

pub mod reading {
    //! The types behind reads: access paths, levels of a sort key, and what items become.

    pub use crate::op::{
        Access, Bounded, Each, Everything, IgnoringUnknown, Instead, KeysOf, Level, Mixed, Only,
        Partition, Projecting, ProjectsAll, RawUnknown, ReadAs, ReadsEdges, ReadsFrom, Scanned,
        Select, Selected, Stored, Traversal, Whole,
    };
    pub use crate::schema::{ConsistentlyReadable, IndexOf};
}

pub mod collecting {
    //! The types behind item collections.

    pub use crate::collection::{
        Collect, CollectionMember, CollectionModel, CollectionPage, Counted, Edge, InIndex,
        SameTable, Unknown,
    };
}

pub mod relations {
    #![doc = include_str!("docs/relations.md")]
}

pub mod writing {
    //! The types behind writes: what they give back, and what may be assigned to what.

    pub use crate::expr::{
        Actions, Addable, Assigned, Comparable, Containing, Custom, Group, Member, Number, Operand,
        OrderedAttribute, Removable, Role, SetAttribute, SetTarget, Settable, role,
    };
    pub use crate::key::AsPart;
    pub use crate::op::{
        Changed, Creatable, Deletes, New, Nothing, Old, PutReturning, Returning, Unversioned,
        UpdatedNew, UpdatedOld, VersionSaid,
    };
}

#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod __cli {
    //! The program `dynamo`. No part of the public interface.

    pub use crate::cli::main;
}

#[doc(hidden)]
pub mod __private {
    //! What the derives' expansions use. No part of the public interface.

    pub use crate::codec::{Element, Fault, Hint, Reader, Rule};
    pub use crate::collection::{
        AnchorOf, AsCollection, Collect, Collection, CollectionMember, CollectionModel, InIndex,
        Many, Maybe, One, Outputs, PartsOf, Rooted, SlotOf, Slots, Typed, assert_in_index,
        assert_member, assert_whole, check_collection, check_member, parts_of, tally,
    };
    pub use crate::error::Result;
    pub use crate::expr::role;
    pub use crate::expr::{
        Actions, Custom, CustomForm, Fields, Group, OrderedAttribute, OrderedForm, Path, Prefix,
    };
    pub use crate::key::{
        AsPart, Case, Form, Format, KeyPart, OrderedKeyPart, Part, PartError, PartKind, Segment,
        Template, TextKeyPart,
    };
    pub use crate::op::{
        Access, AnyPath, Creatable, Delete, Exists, Get, Key, Level, Mixed, Partition, Projection,
        ProjectsAll, Query, QueryState, Traversal, Update, any_path, key_field,
    };
    pub use crate::schema::{
        ConsistentlyReadable, Entity, EntityModel, FieldModel, Index, IndexModel, IndexOf,
        IndexUse, ItemWriter, KeyAttribute, KeySpec, KeyType, PartModel, Parts, Plain, Primary,
        Probe, Projected, Restore, Scope, StreamView, Table, TableModel, Unguarded, UniqueModel,
        Version, Versioned, When, WithoutUnique, assert_end, assert_entity, assert_index,
        check_carried, check_end, check_end_path, check_entity, check_index, check_pair,
        index_model, needed_rules, no_such_entity, optional_part, part, read_entity, stamp, text,
        to_item, unknown_variant,
    };
    pub use crate::stream;
    pub use serde::{Deserialize, Deserializer, Serialize, Serializer};

    /// An item of the SDK's.
    pub type SdkItem = std::collections::HashMap<String, aws_sdk_dynamodb::types::AttributeValue>;
}
