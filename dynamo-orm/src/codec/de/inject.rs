//! Fields that serde cannot read from an attribute of their own.

use std::{borrow::Cow, cell::OnceCell};

use super::Fault;
use crate::codec::reader::Reader;

/// Makes the values of such fields out of an item, once all of it was passed.
#[derive(Debug)]
pub(crate) struct Inject {
    make: fn(&Passed<'_>) -> Result<Injected, Fault>,
    made: OnceCell<Injected>,
}

impl Inject {
    pub(crate) fn new(make: fn(&Passed<'_>) -> Result<Injected, Fault>) -> Self {
        Self {
            make,
            made: OnceCell::new(),
        }
    }

    pub(super) fn make(&self, passed: &Passed<'_>) -> Result<&Injected, Fault> {
        let injected = (self.make)(passed)?;
        Ok(self.made.get_or_init(|| injected))
    }
}

/// The attributes of an item that were passed.
#[derive(Debug)]
pub(crate) struct Passed<'de> {
    reader: Reader<'de>,
    attributes: Vec<(Cow<'de, str>, usize)>,
}

impl<'de> Passed<'de> {
    pub(super) fn new(reader: &Reader<'de>, attributes: usize) -> Self {
        Self {
            reader: reader.clone(),
            attributes: Vec::with_capacity(attributes),
        }
    }

    pub(super) fn push(&mut self, name: Cow<'de, str>, position: usize) {
        self.attributes.push((name, position));
    }

    /// Whether the item has such an attribute.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.position(name).is_some()
    }

    /// The text of an attribute's value.
    pub(crate) fn raw(&self, name: &str) -> Option<&'de str> {
        let mut reader = self.reader.clone();
        reader.seek(self.position(name)?);
        reader.raw_value().ok()
    }

    fn position(&self, name: &str) -> Option<usize> {
        let mut attributes = self.attributes.iter();
        let (_, position) = attributes.find(|(passed, _)| passed == name)?;
        Some(*position)
    }
}

/// Values to give serde in addition.
#[derive(Debug, Default)]
pub(crate) struct Injected {
    text: String,
    fields: Vec<(&'static str, Source)>,
}

/// Where the text of a value begins.
#[derive(Debug, Clone, Copy)]
enum Source {
    /// Among the texts made.
    Made(usize),
    /// In the item's text.
    Item(usize),
}

impl Injected {
    /// Adds a field under serde's name; `write` appends its attribute value, or nothing.
    pub(crate) fn add<E>(
        &mut self,
        field: &'static str,
        write: impl FnOnce(&mut String) -> Result<(), E>,
    ) -> Result<(), E> {
        let start = self.text.len();
        if start == 0 {
            self.text.reserve(128);
        }
        write(&mut self.text)?;
        if self.text.len() > start {
            self.push(field, Source::Made(start));
        }
        Ok(())
    }

    /// Adds a field under serde's name that has the value of an attribute as it is.
    pub(crate) fn add_attribute(&mut self, field: &'static str, passed: &Passed<'_>, name: &str) {
        if let Some(position) = passed.position(name) {
            self.push(field, Source::Item(position));
        }
    }

    fn push(&mut self, field: &'static str, source: Source) {
        if self.fields.is_empty() {
            self.fields.reserve(8);
        }
        self.fields.push((field, source));
    }

    /// A field, and a cursor at its value; `item` is a cursor over the item's text.
    pub(super) fn get<'de>(
        &'de self,
        index: usize,
        item: &Reader<'de>,
    ) -> Option<(&'static str, Reader<'de>)> {
        let (field, source) = *self.fields.get(index)?;
        let (mut reader, position) = match source {
            Source::Made(position) => (Reader::new(&self.text), position),
            Source::Item(position) => (item.clone(), position),
        };
        reader.seek(position);
        Some((field, reader))
    }
}
