//! Cursors: where a page ended, bound to the query it came from.

use std::fmt;
use std::str::FromStr;

use crate::codec::{self, Reader};
use crate::error::{Error, ErrorKind, Result};

use super::seal::{CursorKeys, Sealed, seal};

/// What a cursor is signed as.
const WHAT: &str = "cursor";

/// Where a page ended.
///
/// Opaque and URL-safe. A cursor fits only the query or scan that gave it: the same table, index, keys and direction.
/// It holds the keys of the item it stands on in readable form; it is not encrypted.
///
/// # Forged cursors
///
/// A client that is handed cursors can make its own. Such a cursor cannot lead a query out of its partition or its
/// range, since the key condition holds on every page, and cannot change what is filtered or selected. It can begin
/// anywhere inside: skip items, read them again, or try out keys. In a scan that is anywhere in the table. Where that
/// matters, sign them: [`Db::with_cursor_key`](crate::Db::with_cursor_key).
///
/// ```
/// # fn main() -> dynamo_orm::Result<()> {
/// # let given: Option<&str> = None;
/// // From the query string of a request, and into the answer: `page.cursor.map(|c| c.to_string())`.
/// let cursor: Option<dynamo_orm::Cursor> = given.map(str::parse).transpose()?;
/// # assert!("garbage".parse::<dynamo_orm::Cursor>().is_err());
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cursor(String);

impl Cursor {
    /// From the fingerprint of the query and the wire JSON of the start key.
    pub(crate) fn new(fingerprint: u64, key: &str, keys: Option<&CursorKeys>) -> Self {
        Self(seal(WHAT, &format!("{fingerprint:016x}{key}"), keys))
    }

    fn open(&self) -> Result<Sealed> {
        let sealed = Sealed::open(&self.0).ok_or_else(damaged)?;
        let (_, key) = split(sealed.content())?;
        let mut reader = Reader::new(key);
        reader
            .object(&mut |reader, _| reader.raw_value().map(drop))
            .map_err(|_| damaged())?;
        if reader.position() != key.len() {
            return Err(damaged());
        }
        Ok(sealed)
    }

    /// The start key, if the cursor is signed as it must be, belongs to the query and has just these attributes.
    pub(crate) fn start_key(
        &self,
        fingerprint: u64,
        attributes: &[&str],
        keys: Option<&CursorKeys>,
    ) -> Result<String> {
        let sealed = self.open()?;
        sealed.verify(WHAT, keys)?;
        let (print, key) = split(sealed.content())?;
        if print != fingerprint {
            return Err(Error::new(
                ErrorKind::InvalidCursor,
                "the cursor belongs to another query: another table, index, key, range or direction",
            ));
        }
        let own = key_of(key, attributes);
        own.filter(|own| own.len() == key.len()).ok_or_else(damaged)
    }

    /// The text, for a URL or a JSON answer.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Cursor {
    type Err = Error;

    /// # Errors
    /// `InvalidCursor` when the text is none. Whether it fits a query is told when the query is sent.
    fn from_str(text: &str) -> Result<Self> {
        let cursor = Self(text.to_owned());
        cursor.open()?;
        Ok(cursor)
    }
}

impl serde::Serialize for Cursor {
    fn serialize<S: serde::Serializer>(
        &self,
        serializer: S,
    ) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for Cursor {
    fn deserialize<D: serde::Deserializer<'de>>(
        deserializer: D,
    ) -> std::result::Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

fn damaged() -> Error {
    Error::new(ErrorKind::InvalidCursor, "the cursor is damaged")
}

/// A fingerprint and what follows it.
pub(in crate::op) fn split(content: &str) -> Result<(u64, &str)> {
    let (print, rest) = content.split_at_checked(16).ok_or_else(damaged)?;
    let print = u64::from_str_radix(print, 16).map_err(|_| damaged())?;
    Ok((print, rest))
}

/// FNV-1a: tells queries apart; not a signature.
pub(crate) fn fingerprint<'a>(texts: impl IntoIterator<Item = &'a str>) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for text in texts {
        for byte in text.bytes().chain([0xff]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    hash
}

/// The start key behind an item: its attributes of these names.
pub(crate) fn key_of(item: &str, attributes: &[&str]) -> Option<String> {
    let mut out = String::from("{");
    let mut seen = 0;
    Reader::new(item)
        .object(&mut |reader, name| {
            let raw = reader.raw_value()?;
            if attributes.contains(&&*name) {
                seen += 1;
                if out.len() > 1 {
                    out.push(',');
                }
                codec::write_string(&name, &mut out);
                out.push(':');
                out.push_str(raw);
            }
            Ok(())
        })
        .ok()?;
    out.push('}');
    (seen == attributes.len()).then_some(out)
}
