//! Items of types that the table's enum does not have: left out and counted, or given as they are stored.

use std::collections::HashMap;
use std::fmt;
use std::marker::PhantomData;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::codec::{self, Fault, Reader};
use crate::error::{Error, ErrorKind, Result};
use crate::key::Part;
use crate::schema::keys::describe_item;
use crate::schema::{Table, TableModel, has_known_keys, read_any, read_part};

use super::read_as::{Instead, ProjectsAll, ReadAs, ReadsFrom};

/// An item of a mixed read: of a type that the table's enum has, or as it is stored.
///
/// # Examples
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/model.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> dynamo_orm::Result<()> {
/// use dynamo_orm::Known;
///
/// let db = Db::<Shop>::local().await?;
/// order("ada", 1).put().send(&db).await?;
/// for item in Order::partition("ada").raw_unknown().all(&db).await? {
///     match item {
///         Known::Known(Shop::Order(order)) => assert_eq!(order.number, 1),
///         Known::Known(_) => {}
///         Known::Unknown(raw) => println!("a {:?} under {}", raw.type_name(), raw.key()),
///     }
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known<T> {
    /// An item of the table's enum.
    Known(T),
    /// An item of another type.
    Unknown(RawItem),
}

impl<T> Known<T> {
    /// The item, if its type is known.
    pub fn known(self) -> Option<T> {
        match self {
            Self::Known(item) => Some(item),
            Self::Unknown(_) => None,
        }
    }
}

/// An item as it is stored. Its `Debug` form has its type and key, and none of its other values.
#[derive(Clone, PartialEq, Eq)]
pub struct RawItem {
    kind: Option<String>,
    key: String,
    json: String,
}

impl RawItem {
    fn new(table: &TableModel, item: &str) -> Self {
        Self {
            kind: table.kind.and_then(|kind| kind_of(item, kind)),
            key: describe_item(table, item),
            json: item.to_owned(),
        }
    }

    /// The value of its type attribute, if it has one.
    #[must_use]
    pub fn type_name(&self) -> Option<&str> {
        self.kind.as_deref()
    }

    /// The primary key, as `PK=…, SK=…`. It holds stored values: think before logging it.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The item as DynamoDB's JSON.
    #[must_use]
    pub fn json(&self) -> &str {
        &self.json
    }

    /// The item as the SDK has it.
    ///
    /// # Errors
    /// `Decode` when the service sent an attribute value of no kind.
    pub fn to_sdk(&self) -> Result<HashMap<String, AttributeValue>> {
        codec::item_to_sdk(&self.json)
            .map_err(|e| Error::new(ErrorKind::Decode, e.to_string()).with_key(&*self.key))
    }
}

impl fmt::Debug for RawItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawItem")
            .field("kind", &self.kind)
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

/// Is the item of a type that the table does not have, rather than a damaged one of a type that it has?
fn is_unknown<T: Table>(item: &str, fault: &Fault) -> bool {
    match fault {
        Fault::OtherKind(_) => true,
        Fault::Malformed(_) => false,
        // Without a type attribute the first guess failed, and the keys fit no entity.
        Fault::Invalid { .. } => {
            T::MODEL.kind.is_some_and(|kind| !has(item, kind)) && !has_known_keys(T::MODEL, item)
        }
    }
}

fn has(item: &str, attribute: &str) -> bool {
    let mut found = false;
    let read = Reader::new(item).object(&mut |reader, name| {
        found |= name == attribute;
        reader.skip_value()
    });
    read.is_ok() && found
}

/// Items as the table's enum; those of unknown types are left out and counted.
#[derive(Debug)]
pub struct IgnoringUnknown<T>(PhantomData<fn() -> T>);

/// Items as the table's enum; those of unknown types as they are stored.
#[derive(Debug)]
pub struct RawUnknown<T>(PhantomData<fn() -> T>);

macro_rules! markers {
    ($($name:ident),*) => {$(
        impl<T> $name<T> {
            pub(crate) fn new() -> Self {
                Self(PhantomData)
            }
        }

        impl<T> Clone for $name<T> {
            fn clone(&self) -> Self {
                Self::new()
            }
        }

        impl<T: Table, I: ProjectsAll> ReadsFrom<I> for $name<T> {}
    )*};
}
markers!(IgnoringUnknown, RawUnknown);

impl<T: Table> ReadAs for IgnoringUnknown<T> {
    type Item = T;
    type Memory = usize;
    const LEAVES_OUT: bool = true;

    fn read(&self, last: &mut usize, reader: &mut Reader<'_>) -> Result<T, Fault> {
        read_any(reader, last)
    }

    fn name(&self) -> &'static str {
        T::MODEL.name
    }

    fn instead(&self, item: &str, fault: &Fault) -> Option<Instead<T>> {
        is_unknown::<T>(item, fault).then_some(Instead::LeftOut)
    }
}

impl<T: Table> ReadAs for RawUnknown<T> {
    type Item = Known<T>;
    type Memory = usize;

    fn read(&self, last: &mut usize, reader: &mut Reader<'_>) -> Result<Known<T>, Fault> {
        read_any(reader, last).map(Known::Known)
    }

    fn name(&self) -> &'static str {
        T::MODEL.name
    }

    fn instead(&self, item: &str, fault: &Fault) -> Option<Instead<Known<T>>> {
        is_unknown::<T>(item, fault)
            .then(|| Instead::Given(Known::Unknown(RawItem::new(T::MODEL, item))))
    }
}

/// The value of the type attribute.
fn kind_of(item: &str, attribute: &str) -> Option<String> {
    let mut kind = None;
    let _ = Reader::new(item).object(&mut |reader, name| {
        let raw = reader.raw_value()?;
        if name == attribute
            && let Ok(Part::Text(text)) = read_part(raw)
        {
            kind = Some(text.into_owned());
        }
        Ok(())
    });
    kind
}

/// Does the table have no entity of the item's type?
pub(in crate::op) fn is_foreign(table: &TableModel, item: &str) -> bool {
    let kind = table.kind.and_then(|kind| kind_of(item, kind));
    kind.is_some_and(|kind| table.entity_of_kind(&kind).is_none())
}
