//! The traits behind the derives.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::model::{EntityModel, IndexModel, TableModel};
use super::restore::Restore;
use super::write::ItemWriter;
use crate::codec::{Fault, Reader};
use crate::error::Result;
use crate::key::Part;
use crate::op::{Claim, Everything, Key, Only, Put, Relocate, Remove, Save, Scan, Upsert};

/// A table: the enum of what it stores. Implemented by `#[derive(Table)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a table",
    label = "not a table",
    note = "derive it on the enum of the entities: `#[derive(Table)] #[table(pk = \"PK\", sk = \"SK\")] enum {Self} {{ … }}`"
)]
pub trait Table: Sized + Send + Sync + 'static {
    /// The table as data.
    const MODEL: &'static TableModel;

    /// The table as data: keys, indexes and entities.
    #[must_use]
    fn model() -> &'static TableModel {
        Self::MODEL
    }

    /// Reads an item of the SDK's as whichever entity it is.
    ///
    /// # Errors
    /// `Decode` when it is none of the table's, or does not fit.
    fn from_item(item: &HashMap<String, AttributeValue>) -> Result<Self> {
        super::sdk::table_from_item(item)
    }

    /// This value as the SDK's item, with its keys, type attribute and index attributes.
    ///
    /// # Errors
    /// `InvalidKey` or `Encode` when it cannot be stored.
    fn to_item(&self) -> Result<HashMap<String, AttributeValue>>;

    /// Reads every item of the table, whatever its type, as this enum. `Scan`.
    ///
    /// **Cost**: half a read capacity unit per 4 KB of everything in the table.
    fn scan() -> Scan<Everything<Self>> {
        Scan::everything()
    }

    /// Reads an item as the entity at this position of the model.
    #[doc(hidden)]
    fn read(entity: usize, reader: &mut Reader<'_>) -> Result<Self, Fault>;
}

/// An item type of a table. Implemented by `#[derive(Entity)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an entity",
    label = "not an entity",
    note = "derive it: `#[derive(Entity, Serialize, Deserialize)] #[entity(table = …, pk = \"…\")]`"
)]
pub trait Entity: Serialize + DeserializeOwned + Sized + Send + Sync + 'static {
    /// The table it belongs to.
    type Table: Table;

    /// The typed paths of its fields, as given to `when`, `filter`, `set` and the like.
    type Fields;

    /// The entity as data.
    const MODEL: &'static EntityModel;

    /// The typed paths of its fields.
    #[doc(hidden)]
    fn fields() -> Self::Fields;

    /// The value of one part, by its position in the model.
    #[doc(hidden)]
    fn part(&self, part: usize) -> Result<Option<Part<'_>>>;

    /// Is the item in the index at this position of the model, judged by parts?
    #[doc(hidden)]
    fn holds(index: usize, parts: &Parts<'_>) -> Result<bool> {
        let _ = (index, parts);
        Ok(true)
    }

    /// Is the item in the index at this position of the model, judged by the whole entity?
    #[doc(hidden)]
    fn holds_whole(&self, index: usize) -> bool {
        let _ = index;
        true
    }

    /// Writes the fields that serde does not write: timestamps and time to live.
    #[doc(hidden)]
    fn write(&self, item: &mut ItemWriter<'_>) -> Result<()> {
        let _ = item;
        Ok(())
    }

    /// Supplies the fields that serde does not read from an attribute of their own.
    #[doc(hidden)]
    fn restore(item: &mut Restore<'_, '_>) -> Result<(), Fault> {
        let _ = item;
        Ok(())
    }

    /// The value of the version field.
    #[doc(hidden)]
    fn version(&self) -> Option<u64> {
        None
    }

    /// Reads every item of this entity by reading the whole table. `Scan`.
    ///
    /// **Cost**: half a read capacity unit per 4 KB of everything in the table: the items of other entities are
    /// evaluated and paid for, and then filtered. A query costs what it gives.
    fn scan() -> Scan<Only<Self>> {
        Scan::only()
    }

    /// The primary key of this value.
    ///
    /// # Errors
    /// Never by itself: a value that cannot be a key is reported when the request is built.
    fn to_key(&self) -> Key<Self> {
        Key::of(self)
    }

    /// Writes a new item: fails with `AlreadyExists` when there is one under the key. `PutItem`.
    ///
    /// **Cost**: 1 write capacity unit per KB of the item, and the same again for each index it appears in;
    /// a refused write costs as much as the item that stood there.
    fn create(&self) -> Put<'_, Self> {
        Put::create(self)
    }

    /// Writes the item, replacing whatever stood under the key. `PutItem`.
    ///
    /// With a version, only if that is still the value's, which is 0 for one that was never stored.
    ///
    /// **Cost**: 1 write capacity unit per KB of the larger of the old and the new item, and for each index touched.
    fn put(&self) -> Put<'_, Self>
    where
        Self: WithoutUnique,
    {
        Put::new(self)
    }

    /// Writes every attribute of this value and keeps attributes this type does not know. `UpdateItem`.
    ///
    /// Creates the item when there is none; `created_at` keeps its first value. With a version, only if that is still
    /// the value's.
    ///
    /// **Cost**: as [`put`](Entity::put).
    fn upsert(&self) -> Upsert<'_, Self>
    where
        Self: WithoutUnique,
    {
        Upsert::new(self)
    }

    /// Writes what changed since `before` was read: `UpdateItem`. See [`Save`].
    fn save<'a>(&'a self, before: &'a Self) -> Save<'a, Self> {
        Save::new(before, self)
    }

    /// Deletes the item this value was read from: its version is checked, its unique values are freed. See [`Remove`].
    fn remove(&self) -> Remove<'_, Self> {
        Remove::new(self)
    }

    /// Takes the guards of the unique values of an item that was stored before they were declared. See [`Claim`].
    fn claim(&self) -> Claim<'_, Self> {
        Claim::new(self)
    }

    /// Moves the item that `before` was read from to this value's key: `TransactWriteItems`. See [`Relocate`].
    fn relocate<'a>(&'a self, before: &'a Self) -> Relocate<'a, Self> {
        Relocate::new(before, self)
    }
}

/// An entity that may be written without a look at what stands there: it has no version and no unique values.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has a version or unique values, which this write would not keep",
    label = "cannot be written without a condition",
    note = "use `create`, `save` or `remove` of the loaded value; a delete by key alone can say `.if_version(…)` or `.any_version()` where there are no unique values"
)]
pub trait Unguarded: WithoutUnique {}

/// An entity without unique values, so that no other item has to be written together with it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has unique values, whose guards this write cannot keep in step",
    label = "only the loaded value knows its unique values",
    note = "use `create`, `save` or `remove` of the loaded value"
)]
pub trait WithoutUnique {}

/// An entity with a `#[entity(version)]` field.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no version",
    label = "no version to compare",
    note = "add a field to the entity: `#[entity(version)] version: u64`"
)]
pub trait Versioned {}

/// The parts known when keys are computed, by position in the entity's model.
#[doc(hidden)]
#[derive(Debug)]
pub struct Parts<'a>(pub(crate) &'a [Option<Part<'a>>]);

impl<'a> Parts<'a> {
    /// The value of a part.
    #[must_use]
    pub fn get(&self, part: usize) -> Option<Part<'a>> {
        self.0.get(part).cloned().flatten()
    }
}

/// A secondary index of a table. Implemented for the types that `#[derive(Table)]` makes from `gsi(…)` and `lsi(…)`.
pub trait Index: Send + Sync + 'static {
    /// The index as data; `None` is the table itself.
    const MODEL: Option<&'static IndexModel>;
}

/// `Self` is an index of the table `T`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an index of the table `{T}`",
    label = "not an index of `{T}`",
    note = "declare it on the table: `#[table(…, gsi({Self}, pk = \"GSI1PK\", sk = \"GSI1SK\"))]`"
)]
pub trait IndexOf<T>: Index {}

/// The table itself, seen as an access path.
#[derive(Clone, Copy, Debug)]
pub struct Primary;

impl Index for Primary {
    const MODEL: Option<&'static IndexModel> = None;
}

/// Reads through this index can be strongly consistent: the table and its local secondary indexes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read consistently: it is a global secondary index",
    label = "a global secondary index is always eventually consistent",
    note = "leave out `.consistent()`, or read the table or a local secondary index"
)]
pub trait ConsistentlyReadable {}

impl ConsistentlyReadable for Primary {}
