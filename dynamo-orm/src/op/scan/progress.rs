//! How far a parallel scan has come: the place of each segment, bound to the scan.

use std::fmt;
use std::str::FromStr;

use crate::codec::{Malformed, Reader};
use crate::error::{Error, ErrorKind, Result};
use crate::op::query::cursor::key_of;
use crate::op::query::seal::{CursorKeys, Sealed, seal};

/// What progress is signed as.
const WHAT: &str = "progress of the scan";

/// Where one segment continues.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::op) enum Place {
    Start,
    Behind(String),
    End,
}

/// How far a [parallel scan](crate::op::Segments) has come.
///
/// Opaque, URL-safe text, and serializable. It fits only the scan it came from: the same table, index, entity and
/// number of segments. Like a [`Cursor`](crate::op::Cursor) it holds keys in readable form, and is signed where the
/// [`Db`](crate::Db) has cursor keys.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ScanProgress(String);

impl ScanProgress {
    /// From the fingerprint of the scan and the place of each segment.
    pub(in crate::op) fn new<'p>(
        fingerprint: u64,
        places: impl Iterator<Item = &'p Place>,
        keys: Option<&CursorKeys>,
    ) -> Self {
        let mut content = format!("{fingerprint:016x}[");
        for (n, place) in places.enumerate() {
            if n > 0 {
                content.push(',');
            }
            content.push_str(match place {
                Place::Start => "false",
                Place::Behind(key) => key,
                Place::End => "true",
            });
        }
        content.push(']');
        Self(seal(WHAT, &content, keys))
    }

    fn open(&self) -> Result<Sealed> {
        let sealed = Sealed::open(&self.0).ok_or_else(damaged)?;
        let (_, places) = split(sealed.content())?;
        read(places).map_err(|_| damaged())?;
        Ok(sealed)
    }

    /// The places, if the progress is signed as it must be and belongs to the scan.
    pub(in crate::op) fn places(
        &self,
        fingerprint: u64,
        segments: u32,
        attributes: &[&str],
        keys: Option<&CursorKeys>,
    ) -> Result<Vec<Place>> {
        let sealed = self.open()?;
        sealed.verify(WHAT, keys)?;
        let (print, places) = split(sealed.content())?;
        if print != fingerprint {
            return Err(Error::new(
                ErrorKind::InvalidCursor,
                "the progress belongs to another scan: another table, index, entity or number of segments",
            ));
        }
        let places = read(places).map_err(|_| damaged())?;
        let is_whole = |place: &Place| match place {
            Place::Behind(key) => key_of(key, attributes).is_some_and(|own| own.len() == key.len()),
            Place::Start | Place::End => true,
        };
        let fits = u32::try_from(places.len()) == Ok(segments) && places.iter().all(is_whole);
        if fits { Ok(places) } else { Err(damaged()) }
    }

    /// The text, for a file or a message.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Has every segment been read to its end?
    #[must_use]
    pub fn is_done(&self) -> bool {
        let is_done = |sealed: Sealed| {
            let (_, places) = split(sealed.content()).ok()?;
            let places = read(places).ok()?;
            Some(places.iter().all(|place| *place == Place::End))
        };
        self.open().ok().and_then(is_done).unwrap_or_default()
    }
}

fn split(content: &str) -> Result<(u64, &str)> {
    crate::op::query::cursor::split(content).map_err(|_| damaged())
}

fn read(text: &str) -> Result<Vec<Place>, Malformed> {
    let mut reader = Reader::new(text);
    let mut places = Vec::new();
    reader.array(&mut |reader| {
        places.push(match reader.peek() {
            Some(b'{') => {
                let start = reader.position();
                reader.object(&mut |reader, _| reader.raw_value().map(drop))?;
                Place::Behind(reader.text_between(start, reader.position()).to_owned())
            }
            _ if reader.bool()? => Place::End,
            _ => Place::Start,
        });
        Ok(())
    })?;
    reader.end()?;
    Ok(places)
}

fn damaged() -> Error {
    Error::new(
        ErrorKind::InvalidCursor,
        "the progress of the scan is damaged",
    )
}

impl fmt::Display for ScanProgress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ScanProgress {
    type Err = Error;

    /// # Errors
    /// `InvalidCursor` when the text is none. Whether it fits a scan is told when the scan begins.
    fn from_str(text: &str) -> Result<Self> {
        let progress = Self(text.to_owned());
        progress.open()?;
        Ok(progress)
    }
}

impl serde::Serialize for ScanProgress {
    fn serialize<S: serde::Serializer>(
        &self,
        serializer: S,
    ) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for ScanProgress {
    fn deserialize<D: serde::Deserializer<'de>>(
        deserializer: D,
    ) -> std::result::Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}
