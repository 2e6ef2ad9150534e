//! Single-table DynamoDB designs as Rust types.

mod client;
mod codec;
mod error;
mod expr;
mod key;
#[cfg(feature = "local")]
pub mod local;
mod op;
mod schema;
#[cfg(test)]
mod tests;
mod wire;

pub use client::{Capacity, Db, Metered};
pub use codec::with::{bytes, number, number_set, set};
pub use dynamo_derive::{Entity, Fields, KeyPart, Projection, Table};
pub use error::{Error, ErrorKind, Result};
pub use expr::{AttributeType, Condition, Fields, Path, Size};
pub use key::{KeyPart, OrderedKeyPart, TextKeyPart};
pub use op::{
    Access, Changed, Cursor, Delete, Exists, Get, Items, Key, Level, Page, Projection, Put, Query,
    ReadAs, ReadsFrom, Select, Update, Upsert,
};
pub use schema::{Entity, Expiry, Index, IndexOf, Primary, Table, Timestamp, from_item, to_item};
pub use wire::{Operation, Request};

pub mod model {
    //! A table as data: what [`Table::model`](crate::Table::model) gives.

    pub use crate::schema::{
        EntityModel, FieldModel, IndexModel, IndexUse, KeyAttribute, KeySpec, KeyType, PartModel,
        Projected, Scope, StreamView, TableModel, When,
    };
}

#[doc(hidden)]
pub mod __private {
    //! What the derives' expansions use. No part of the public interface.

    pub use crate::codec::{Element, Fault, Hint, Reader, Rule};
    pub use crate::error::Result;
    pub use crate::expr::role;
    pub use crate::expr::{Fields, Group, Path, Prefix};
    pub use crate::key::{
        AsPart, Case, Form, Format, KeyPart, OrderedKeyPart, Part, PartError, PartKind, Segment,
        Template, TextKeyPart,
    };
    pub use crate::op::{
        Access, AnyPath, Creatable, Delete, Exists, Get, Key, Level, Projection, ProjectsAll,
        Query, QueryState, Select, Update, any_path,
    };
    pub use crate::schema::{
        ConsistentlyReadable, Entity, EntityModel, Expiry, FieldModel, Index, IndexModel, IndexOf,
        IndexUse, ItemWriter, KeyAttribute, KeySpec, KeyType, PartModel, Parts, Plain, Primary,
        Probe, Projected, Restore, Scope, StampModel, StreamView, Table, TableModel, Timestamp,
        When, assert_entity, assert_index, check_entity, check_index, check_pair, format,
        index_model, needed_rules, no_such_entity, optional_part, part, read_entity, stamp, text,
        unknown_variant,
    };
}
