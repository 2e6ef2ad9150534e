//! Reading the items of a partition as members of a collection.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use crate::codec::{Fault, Malformed, Path, Reader};
use crate::error::Error;
use crate::key::Part;
use crate::op::{ProjectsAll, ReadAs, ReadsFrom};
use crate::schema::keys::describe_item;
use crate::schema::{EntityModel, Table, entity_name_of_keys, read_part};

use super::Collection;
use super::list::Members;
use super::model::{TableOf, model_at};

/// What becomes of an item whose type the table does not know, written perhaps by a newer deployment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Unknown {
    /// It is left out and counted.
    #[default]
    Ignore,
    /// The read fails with [`ErrorKind::Decode`](crate::ErrorKind::Decode).
    Fail,
    /// It is kept as DynamoDB JSON, and counted.
    Raw,
}

/// What an item of the partition is.
#[derive(Debug)]
pub(super) enum Found<T> {
    Member(T),
    /// An entity of the table that is no member.
    Other,
    Unknown(Option<String>),
    Failed(Error),
}

/// Reads items as members of a collection.
pub(super) struct Gather<C> {
    unknown: Unknown,
    marker: PhantomData<fn() -> C>,
}

impl<C: Collection> Gather<C> {
    pub(super) fn new(unknown: Unknown) -> Self {
        Self {
            unknown,
            marker: PhantomData,
        }
    }
}

impl<C: Collection> ReadAs for Gather<C> {
    type Item = Found<<C::Members as Members>::Item>;
    /// The member read before: runs of one type need no second look.
    type Memory = usize;

    fn read(&self, last: &mut usize, reader: &mut Reader<'_>) -> Result<Self::Item, Fault> {
        let start = reader.position();
        let table = TableOf::<C::Anchor>::MODEL;
        let mut first = None;
        // Without a type attribute an item may fit a type that it is not.
        if table.kind.is_some() {
            match <C::Members as Members>::read(*last, reader) {
                Ok(item) => return Ok(Found::Member(item)),
                Err(fault @ Fault::Malformed(_)) => return Err(fault),
                Err(fault) => first = Some(fault),
            }
            reader.seek(start);
        }
        let entity = identify::<TableOf<C::Anchor>>(reader).map_err(Fault::Malformed)?;
        let end = reader.position();
        let raw = reader.text_between(start, end);
        let entity = match entity {
            Ok(entity) => entity,
            Err(kind) => {
                return Ok(match self.unknown {
                    Unknown::Ignore => Found::Unknown(None),
                    Unknown::Raw => Found::Unknown(Some(raw.trim().to_owned())),
                    Unknown::Fail => {
                        Found::Failed(failed::<C>(C::MODEL.name, raw, &unknown_kind(&kind)))
                    }
                });
            }
        };
        let Some(leaf) = <C::Members as Members>::leaf(entity) else {
            return Ok(Found::Other);
        };
        let result = match first.take() {
            Some(fault) if leaf == *last => Err(fault),
            _ => {
                reader.seek(start);
                <C::Members as Members>::read(leaf, reader)
            }
        };
        *last = leaf;
        match result {
            Ok(item) => Ok(Found::Member(item)),
            Err(fault @ Fault::Malformed(_)) => Err(fault),
            Err(fault) => {
                reader.seek(end);
                Ok(Found::Failed(failed::<C>(entity.name, raw, &fault)))
            }
        }
    }

    fn name(&self) -> &'static str {
        C::MODEL.name
    }
}

impl<C: Collection, I: ProjectsAll> ReadsFrom<I> for Gather<C> {}

impl<C> Clone for Gather<C> {
    fn clone(&self) -> Self {
        Self {
            unknown: self.unknown,
            marker: PhantomData,
        }
    }
}

impl<C> fmt::Debug for Gather<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Gather").field(&self.unknown).finish()
    }
}

fn unknown_kind(kind: &str) -> Fault {
    Fault::Invalid {
        path: Path::default(),
        message: format!(
            "the table knows no type `{kind}`; add its entity, or choose `Unknown::Ignore` or `Unknown::Raw`"
        ),
    }
}

/// A decode error with the key of the item.
fn failed<C: Collection>(entity: &'static str, raw: &str, fault: &Fault) -> Error {
    let key = describe_item(TableOf::<C::Anchor>::MODEL, raw);
    Error::decode(entity, raw, fault).with_key(key)
}

/// Which entity of the table the item is, or the name of its type. Afterwards the reader stands behind the item.
fn identify<T: Table>(
    reader: &mut Reader<'_>,
) -> Result<Result<&'static EntityModel, String>, Malformed> {
    let start = reader.position();
    let mut kind: Option<Cow<'_, str>> = None;
    reader.object(&mut |reader, name| {
        let raw = reader.raw_value()?;
        if T::MODEL.kind.is_some_and(|kind| kind == name)
            && let Ok(Part::Text(text)) = read_part(raw)
        {
            kind = Some(text);
        }
        Ok(())
    })?;
    if let Some(kind) = kind {
        let entity = T::MODEL.entity_of_kind(&kind).and_then(model_at::<T>);
        return Ok(entity.ok_or_else(|| kind.into_owned()));
    }
    let end = reader.position();
    reader.seek(start);
    let name = entity_name_of_keys::<T>(reader);
    reader.seek(end);
    let entity = name.and_then(|name| T::MODEL.entities.iter().find(|e| e.name == name));
    Ok(entity
        .copied()
        .ok_or_else(|| "unknown (no entity of the table has such keys)".to_owned()))
}
