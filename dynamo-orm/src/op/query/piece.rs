//! One page as it is read: its items, the places behind them, and where it ended.

use crate::client::Capacity;
use crate::codec::{Malformed, Reader};
use crate::error::{Error, Result};
use crate::op::answer::read_as::{ReadAs, read_one};
use crate::op::answer::unknown::is_foreign;
use crate::schema::{Table, entity_name_of_keys, is_helper_item};

use super::cursor::key_of;
use super::prepared::Classify;

/// One page, whose items may have failed one by one.
#[derive(Debug)]
pub(in crate::op) struct Piece<I> {
    pub(in crate::op) items: Vec<Result<I>>,
    /// The start key behind each item, where they were asked for.
    pub(in crate::op) keys: Vec<Option<String>>,
    /// How many items of unknown types were left out before each item, and at last in all.
    pub(in crate::op) unknown: Vec<u64>,
    /// The start key of the next page.
    pub(in crate::op) next: Option<String>,
    pub(in crate::op) scanned: u64,
    pub(in crate::op) capacity: Capacity,
}

impl<I> Piece<I> {
    pub(in crate::op) fn empty() -> Self {
        Self {
            items: Vec::new(),
            keys: Vec::new(),
            unknown: Vec::new(),
            next: None,
            scanned: 0,
            capacity: Capacity::default(),
        }
    }

    /// How many items of unknown types were left out.
    pub(in crate::op) fn left_out(&self) -> u64 {
        self.unknown.last().copied().unwrap_or_default()
    }

    /// Cuts the page behind so many items; `false` when there is no place to continue there.
    pub(in crate::op) fn cut(&mut self, items: usize) -> bool {
        if self.items.len() <= items {
            return true;
        }
        let last = items.checked_sub(1);
        let key = last
            .and_then(|n| self.keys.get_mut(n))
            .and_then(Option::take);
        self.items.truncate(items);
        self.keys.truncate(items);
        self.unknown.truncate(items);
        self.next = key;
        // No place would mean the end, and the items cut off here would be lost.
        self.next.is_some()
    }
}

/// Reads the array of items.
pub(in crate::op) fn decode<T: Table, O: ReadAs>(
    how: &O,
    reader: &mut Reader<'_>,
    key_names: Option<&[&'static str]>,
    classify: Option<Classify>,
) -> Result<Piece<O::Item>, Malformed> {
    let mut out = Piece::empty();
    let mut memory = O::Memory::default();
    let mut left_out = 0;
    reader.array(&mut |reader| {
        let start = reader.position();
        if let Some(classify) = classify {
            let of = entity_name_of_keys::<T>(reader);
            if of.map_or(!classify.keep_unknown, |of| of != classify.entity) {
                return Ok(());
            }
            reader.seek(start);
        }
        let mut hidden = false;
        let mut hide = |item: &str| {
            hidden = is_helper_item(T::MODEL, item);
            // A newer deployment may nest its items among these.
            hidden || (O::TYPED && is_foreign(T::MODEL, item))
        };
        let Some(item) = read_one(how, &mut memory, reader, T::MODEL, &mut hide)? else {
            left_out += u64::from(!hidden);
            return Ok(());
        };
        out.items.push(item);
        if O::LEAVES_OUT {
            out.unknown.push(left_out);
        }
        if let Some(names) = key_names {
            let raw = reader.text_between(start, reader.position());
            out.keys.push(key_of(raw, names));
        }
        Ok(())
    })?;
    if O::LEAVES_OUT {
        out.unknown.push(left_out);
    }
    Ok(out)
}

/// A page cannot be cut where an item lacks the keys to continue behind it.
pub(in crate::op) fn no_place(name: &'static str) -> Error {
    Error::new(
        crate::error::ErrorKind::Decode,
        "an item lacks the keys to continue behind it",
    )
    .with_entity(name)
}
