//! The size of an item as DynamoDB counts it.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html>

use std::borrow::Cow;

use crate::codec::{Malformed, Reader};
use crate::error::{Error, Result};
use crate::schema::{Entity, IndexModel, MAX_ITEM_BYTES, Projected, Scope, Table, TableModel};

/// Refuses an item that DynamoDB would refuse for its size.
///
/// The copy in a local secondary index counts together with the item.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>
pub(crate) fn check<E: Entity>(item: &str) -> Result<()> {
    let table = <E::Table as Table>::MODEL;
    let local = || table.indexes.iter().filter(|i| i.scope == Scope::Local);
    // The text of an item is seldom shorter than the item: measure only when it could matter.
    let copies = if local().next().is_some() { 4 } else { 2 };
    if item.len() * copies <= MAX_ITEM_BYTES {
        return Ok(());
    }
    let sizes = attributes(item);
    let size: usize = sizes.iter().map(|(_, size)| size).sum();
    let refuse = |size: usize, what: &str| {
        Err(Error::invalid(format!(
            "{what} is {size} bytes large; DynamoDB allows {MAX_ITEM_BYTES} (400 KB, attribute names included)"
        ))
        .with_entity(E::MODEL.name))
    };
    if size > MAX_ITEM_BYTES {
        return refuse(size, "the item");
    }
    for index in local() {
        let total = size + copy(table, index, &sizes);
        if total > MAX_ITEM_BYTES {
            let what = format!(
                "the item with its copy in the local secondary index `{}`",
                index.name
            );
            return refuse(total, &what);
        }
    }
    Ok(())
}

/// The size of an item in bytes.
pub(crate) fn of(item: &str) -> usize {
    attributes(item).iter().map(|(_, size)| size).sum()
}

/// The size of an item's copy in an index; 0 when it is not in it.
fn copy(table: &TableModel, index: &IndexModel, sizes: &[(Cow<'_, str>, usize)]) -> usize {
    let has = |name: &str| sizes.iter().any(|(n, _)| n == name);
    if !index.sk.iter().all(|key| has(key.name)) {
        return 0;
    }
    let is_key = |name: &str| {
        let mut keys = table.keys().chain(index.sk.iter().copied());
        keys.any(|key| key.name == name)
    };
    sizes
        .iter()
        .filter(|(name, _)| match index.projection {
            Projected::All => true,
            Projected::KeysOnly => is_key(name),
            Projected::Include(names) => is_key(name) || names.contains(&&**name),
        })
        .map(|(_, size)| size)
        .sum()
}

/// Bytes of each attribute with its name; nothing for text that is no item.
fn attributes(item: &str) -> Vec<(Cow<'_, str>, usize)> {
    let mut sizes = Vec::new();
    let read = Reader::new(item).object(&mut |reader, name| {
        let size = name.len() + value(reader)?;
        sizes.push((name, size));
        Ok(())
    });
    if read.is_ok() { sizes } else { Vec::new() }
}

fn value(reader: &mut Reader<'_>) -> Result<usize, Malformed> {
    let mut size = 0;
    reader.object(&mut |reader, tag| {
        size += match &*tag {
            "S" => reader.string()?.len(),
            "N" => number(&reader.string()?),
            "B" => binary(&reader.string()?),
            "SS" => sum(reader, &|r| Ok(r.string()?.len()))?,
            "NS" => sum(reader, &|r| Ok(number(&r.string()?)))?,
            "BS" => sum(reader, &|r| Ok(binary(&r.string()?)))?,
            "L" => 3 + sum(reader, &|r| Ok(1 + value(r)?))?,
            "M" => {
                let mut inner = 3;
                reader.object(&mut |reader, name| {
                    inner += 1 + name.len() + value(reader)?;
                    Ok(())
                })?;
                inner
            }
            _ => {
                reader.skip_value()?;
                1
            }
        };
        Ok(())
    })?;
    Ok(size)
}

fn sum(
    reader: &mut Reader<'_>,
    each: &dyn Fn(&mut Reader<'_>) -> Result<usize, Malformed>,
) -> Result<usize, Malformed> {
    let mut size = 0;
    reader.array(&mut |reader| {
        size += each(reader)?;
        Ok(())
    })?;
    Ok(size)
}

/// About one byte for two significant digits, and one more; another for a sign.
fn number(text: &str) -> usize {
    let digits = text
        .split(['e', 'E'])
        .next()
        .unwrap_or_default()
        .replace(['-', '+', '.'], "");
    let significant = digits.trim_matches('0').len();
    significant.div_ceil(2) + 1 + usize::from(text.starts_with('-'))
}

fn binary(base64: &str) -> usize {
    base64.trim_end_matches('=').len() * 3 / 4
}
