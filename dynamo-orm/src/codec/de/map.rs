//! Members by name: the entries of a map value.

use std::borrow::Cow;

use serde::de::{DeserializeSeed, MapAccess};

use super::{Flaw, key::KeyDe, value::ValueDe};
use crate::codec::{
    found,
    hint::Hint,
    reader::{Malformed, Reader},
};

/// Gives serde one entry after another.
#[derive(Debug)]
pub(super) struct MapDe<'r, 'de> {
    reader: &'r mut Reader<'de>,
    place: Place,
    ended: bool,
}

impl<'r, 'de> MapDe<'r, 'de> {
    pub(super) fn new(reader: &'r mut Reader<'de>) -> Result<Self, Flaw> {
        reader.enter(b'{', "`{`")?;
        Ok(Self {
            reader,
            place: Place::default(),
            ended: false,
        })
    }

    #[inline(never)]
    fn advance(&mut self) -> Result<Option<Cow<'de, str>>, Flaw> {
        if self.ended {
            return Ok(None);
        }
        let name = self.place.next_name(self.reader)?;
        self.ended = name.is_none();
        Ok(name)
    }

    /// Closes the map; whoever read it may have stopped early.
    #[inline(never)]
    pub(super) fn finish(mut self) -> Result<(), Flaw> {
        while !self.ended {
            if self.advance()?.is_some() {
                self.reader.skip_value()?;
            }
        }
        Ok(found::close(self.reader)?)
    }
}

impl<'de> MapAccess<'de> for MapDe<'_, 'de> {
    type Error = Flaw;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Flaw> {
        let Some(name) = self.advance()? else {
            return Ok(None);
        };
        match seed.deserialize(KeyDe(name)) {
            Ok(key) => Ok(Some(key)),
            Err(flaw) => Err(self.place.blame(self.reader, flaw)),
        }
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Flaw> {
        seed.deserialize(ValueDe::new(self.reader, Hint::Auto))
            .map_err(|flaw| self.place.blame(self.reader, flaw))
    }
}

/// Where the current member's name stands, in case something is wrong with its value.
#[derive(Debug, Default)]
pub(super) struct Place {
    before: usize,
    first: bool,
    started: bool,
}

impl Place {
    pub(super) fn next_name<'de>(
        &mut self,
        reader: &mut Reader<'de>,
    ) -> Result<Option<Cow<'de, str>>, Malformed> {
        self.before = reader.position();
        self.first = !self.started;
        self.started = true;
        reader.next_name(self.first)
    }

    /// Reads the name again and puts it into the error.
    #[cold]
    #[inline(never)]
    pub(super) fn blame(&self, reader: &Reader<'_>, flaw: Flaw) -> Flaw {
        let mut back = reader.clone();
        back.seek(self.before);
        match back.next_name(self.first) {
            Ok(Some(name)) => flaw.in_name(&name),
            _ => flaw,
        }
    }
}
