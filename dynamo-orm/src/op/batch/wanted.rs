//! What a read of several keys asks for, each key once, and what came of it, in every place.

use std::any::Any;
use std::collections::HashMap;
use std::time::SystemTime;

use crate::codec::{Malformed, Reader};
use crate::error::{Error, ErrorKind, Result};
use crate::op::request::identity::Identity;
use crate::schema::keys::wire;
use crate::schema::keys::{KeyValue, describe};
use crate::schema::{Table, TableModel, is_expired};

use super::keys::Keys;

/// A value of a place whose type only its key knows.
type Value = Box<dyn Any + Send>;

/// Reads an item as the type of a place: a `Result` of it.
pub(crate) type ReadItem = fn(&str) -> Value;

/// The keys to ask for, each once, with the places that wait for it.
#[doc(hidden)]
#[derive(Debug, Default)]
pub struct Wanted {
    wants: Vec<Want>,
    positions: HashMap<Identity, usize>,
    places: usize,
    error: Option<Error>,
}

/// A key and those who want its item.
#[derive(Debug)]
struct Want {
    key: Vec<KeyValue>,
    places: Vec<Place>,
}

#[derive(Debug)]
struct Place {
    position: usize,
    entity: &'static str,
    /// The attribute that says when the item is no longer there.
    ttl: Option<&'static str>,
    read: ReadItem,
}

/// What came of one place.
#[derive(Debug)]
pub(crate) enum Answer<V> {
    Found(V),
    Missing,
    Unprocessed,
}

/// What was found for a place, by its position.
pub(crate) type Found = (usize, Value);

impl Wanted {
    /// Adds a place; an error is that of the whole read.
    pub(crate) fn add(
        &mut self,
        key: Result<Vec<KeyValue>>,
        entity: &'static str,
        ttl: Option<&'static str>,
        read: ReadItem,
    ) {
        let place = Place {
            position: self.places,
            entity,
            ttl,
            read,
        };
        self.places += 1;
        let key = match key {
            Ok(key) => key,
            Err(error) => {
                self.error.get_or_insert(error.with_entity(entity));
                return;
            }
        };
        let next = self.wants.len();
        let position = *self.positions.entry(Identity::of(&key)).or_insert(next);
        match self.wants.get_mut(position) {
            Some(want) => want.places.push(place),
            None => self.wants.push(Want {
                key,
                places: vec![place],
            }),
        }
    }

    /// Everything a set of keys asks for, unless one of them cannot be a key.
    pub(crate) fn of<T: Table, K: Keys<T>>(keys: &K) -> Result<Self> {
        let mut wanted = Self::default();
        keys.want(&mut wanted);
        wanted.error.take().map_or(Ok(wanted), Err)
    }

    /// How many different keys there are.
    pub(crate) fn len(&self) -> usize {
        self.wants.len()
    }

    /// The wire form of a key.
    pub(crate) fn wire(&self, want: usize) -> String {
        self.wants
            .get(want)
            .map_or_else(String::new, |w| wire(&w.key))
    }

    /// Names a key in an error.
    pub(crate) fn blame(&self, want: Option<usize>, error: Error) -> Error {
        let Some(want) = want.and_then(|n| self.wants.get(n)) else {
            return error;
        };
        let error = error.with_key(describe(&want.key));
        match want.places.first() {
            Some(place) => error.with_entity(place.entity),
            None => error,
        }
    }

    /// Which key an item or a key that came back has.
    pub(crate) fn position(&self, table: &TableModel, item: &str) -> Option<usize> {
        let identity = Identity::of_item(table, item)?;
        self.positions.get(&identity).copied()
    }

    /// Reads the item for every place that waits for it; expired items are for those only that want them.
    pub(crate) fn read(
        &self,
        want: usize,
        item: &str,
        expired_at: Option<SystemTime>,
    ) -> Vec<Found> {
        let places = self.wants.get(want).map_or(&[][..], |want| &want.places);
        let live = |place: &&Place| match (place.ttl, expired_at) {
            (Some(ttl), Some(now)) => !is_expired(item, ttl, now),
            _ => true,
        };
        let live = places.iter().filter(live);
        live.map(|place| (place.position, (place.read)(item)))
            .collect()
    }
}

/// What came of every place, in their order.
#[doc(hidden)]
#[derive(Debug)]
pub struct Answers {
    answers: std::vec::IntoIter<Answer<Value>>,
    /// The first item that does not fit its type.
    error: Option<Error>,
}

impl Answers {
    /// From what was found, and the keys that were not asked for to the end.
    pub(crate) fn new(wanted: &Wanted, found: Vec<Found>, unprocessed: &[usize]) -> Self {
        let mut answers: Vec<Answer<Value>> = Vec::new();
        answers.resize_with(wanted.places, || Answer::Missing);
        let left = unprocessed.iter().filter_map(|n| wanted.wants.get(*n));
        for place in left.flat_map(|want| &want.places) {
            if let Some(slot) = answers.get_mut(place.position) {
                *slot = Answer::Unprocessed;
            }
        }
        for (position, value) in found {
            if let Some(slot) = answers.get_mut(position) {
                *slot = Answer::Found(value);
            }
        }
        Self {
            answers: answers.into_iter(),
            error: None,
        }
    }

    /// The answer of the next place, which holds a `V`.
    pub(crate) fn next<V: 'static>(&mut self) -> Answer<Result<V>> {
        match self.answers.next() {
            Some(Answer::Found(value)) => Answer::Found(match value.downcast::<Result<V>>() {
                Ok(value) => *value,
                Err(_) => Err(Error::new(
                    ErrorKind::Decode,
                    "the item was read as another type",
                )),
            }),
            Some(Answer::Missing) => Answer::Missing,
            Some(Answer::Unprocessed) | None => Answer::Unprocessed,
        }
    }

    /// The item of the next place; an error is kept for the end.
    pub(crate) fn item<V: 'static>(&mut self, key: impl FnOnce() -> String) -> Option<V> {
        match self.next::<V>() {
            Answer::Found(Ok(item)) => Some(item),
            Answer::Found(Err(error)) => {
                self.error.get_or_insert_with(|| error.with_key(key()));
                None
            }
            Answer::Missing | Answer::Unprocessed => None,
        }
    }

    /// The first error that [`item`](Self::item) met.
    pub(crate) fn take_error(&mut self) -> Result<()> {
        self.error.take().map_or(Ok(()), Err)
    }
}

/// Walks `{"Table":…}`, whatever the service calls the table.
pub(crate) fn each_table<'de>(
    reader: &mut Reader<'de>,
    each: &mut dyn FnMut(&mut Reader<'de>) -> Result<(), Malformed>,
) -> Result<(), Malformed> {
    reader.object(&mut |reader, _| each(reader))
}
