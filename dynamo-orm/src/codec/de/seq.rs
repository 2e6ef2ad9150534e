//! Sequences: the elements of a list or set, the bytes of a binary value.

use serde::de::{DeserializeSeed, SeqAccess};

use super::{
    Flaw,
    value::{Form, ValueDe},
};
use crate::codec::{
    found::{self, SetOf},
    hint::Hint,
    reader::Reader,
};

/// Where elements come from.
#[derive(Debug)]
pub(super) enum Source {
    List,
    Set(SetOf),
    Bytes(std::vec::IntoIter<u8>),
    Empty,
}

/// Gives serde one element after another.
#[derive(Debug)]
pub(super) struct SeqDe<'r, 'de> {
    reader: &'r mut Reader<'de>,
    source: Source,
    hint: Hint,
    index: usize,
    ended: bool,
}

impl<'r, 'de> SeqDe<'r, 'de> {
    pub(super) fn new(
        reader: &'r mut Reader<'de>,
        source: Source,
        hint: Hint,
    ) -> Result<Self, Flaw> {
        if let Source::List | Source::Set(_) = source {
            reader.enter(b'[', "`[`")?;
        }
        let hint = match hint {
            Hint::Set(element) => element.hint(),
            Hint::Number => Hint::Number,
            Hint::Auto | Hint::Bytes => Hint::Auto,
        };
        Ok(Self {
            reader,
            source,
            hint,
            index: 0,
            ended: false,
        })
    }

    /// The next element's form.
    #[inline(never)]
    fn advance(&mut self) -> Result<Option<Form>, Flaw> {
        let form = match &mut self.source {
            _ if self.ended => None,
            Source::Bytes(bytes) => bytes.next().map(Form::Byte),
            Source::Empty => None,
            Source::List => self
                .reader
                .next_element(self.index == 0)?
                .then_some(Form::Value),
            Source::Set(of) => self
                .reader
                .next_element(self.index == 0)?
                .then_some(Form::Element(*of)),
        };
        if form.is_some() {
            self.index += 1;
        } else {
            self.ended = true;
        }
        Ok(form)
    }

    /// Closes the container; whoever read it may have stopped early.
    #[inline(never)]
    pub(super) fn finish(mut self) -> Result<(), Flaw> {
        if !self.ended && self.advance()?.is_some() {
            let fit = self.index - 1;
            return Err(Flaw::new(format!(
                "invalid length: more than the {fit} expected elements"
            )));
        }
        if let Source::List | Source::Set(_) = self.source {
            found::close(self.reader)?;
        }
        Ok(())
    }
}

impl<'de> SeqAccess<'de> for SeqDe<'_, 'de> {
    type Error = Flaw;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Flaw> {
        let Some(form) = self.advance()? else {
            return Ok(None);
        };
        match seed.deserialize(ValueDe {
            reader: &mut *self.reader,
            form,
            hint: self.hint,
        }) {
            Ok(value) => Ok(Some(value)),
            Err(flaw) => Err(flaw.in_index(self.index - 1)),
        }
    }

    fn size_hint(&self) -> Option<usize> {
        match &self.source {
            Source::Bytes(bytes) => Some(bytes.len()),
            _ => None,
        }
    }
}
