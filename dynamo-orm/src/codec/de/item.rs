//! The deserializer of a whole item.

use std::borrow::Cow;

use serde::{
    de::{DeserializeSeed, Deserializer, MapAccess, Visitor},
    forward_to_deserialize_any,
};

use super::{
    Flaw, Injected, Passed, ReadItem,
    key::KeyDe,
    map::Place,
    other_kind,
    value::{Form, ValueDe},
};
use crate::codec::{
    hint::{Hint, Rule},
    reader::Reader,
};

/// Reads an item.
#[derive(Debug)]
pub(super) struct ItemDe<'a, 'r, 'de> {
    pub(super) reader: &'r mut Reader<'de>,
    pub(super) how: &'a ReadItem<'a, 'de>,
}

impl<'de> ItemDe<'_, '_, 'de> {
    fn members<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Flaw> {
        let mut members = Members::new(self.reader, self.how, fields)?;
        let value = visitor.visit_map(&mut members)?;
        members.finish()?;
        Ok(value)
    }
}

impl<'de> Deserializer<'de> for ItemDe<'_, '_, 'de> {
    type Error = Flaw;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Flaw> {
        self.members(&[], visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Flaw> {
        self.members(fields, visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Flaw> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Flaw> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// Gives serde the attributes it may see, then the injected fields, then the sets that are
/// not stored because they are empty.
#[derive(Debug)]
struct Members<'a, 'r, 'de> {
    reader: &'r mut Reader<'de>,
    how: &'a ReadItem<'a, 'de>,
    /// The fields of the struct, if it is one that names them.
    fields: &'static [&'static str],
    /// The attributes that do not go to serde as they are.
    special: Special,
    ended: bool,
    place: Place,
    hint: Hint,
    form: Form,
    /// What was passed, if fields are made of it.
    passed: Option<Passed<'de>>,
    injected: Fields<'de>,
    /// The rules whose set was there.
    seen: Seen,
    /// The rules whose set was looked for.
    looked: usize,
}

/// How serde sees an attribute.
#[derive(Debug)]
enum Shown {
    AsItIs,
    As(&'static str),
    Not,
}

/// The fields that are not attributes, and the current one with a cursor at its value.
#[derive(Debug, Default)]
struct Fields<'de> {
    made: Option<&'de Injected>,
    given: usize,
    current: Option<(&'static str, Reader<'de>)>,
}

impl<'a, 'r, 'de> Members<'a, 'r, 'de> {
    fn new(
        reader: &'r mut Reader<'de>,
        how: &'a ReadItem<'a, 'de>,
        fields: &'static [&'static str],
    ) -> Result<Self, Flaw> {
        reader.enter(b'{', "an item")?;
        Ok(Self {
            passed: how.inject.map(|_| Passed::new(reader, fields.len() + 4)),
            injected: Fields::default(),
            reader,
            how,
            fields,
            special: Special::of(how),
            ended: false,
            place: Place::default(),
            hint: Hint::Auto,
            form: Form::Value,
            seen: Seen::default(),
            looked: 0,
        })
    }

    #[inline(never)]
    fn advance(&mut self) -> Result<Option<Cow<'de, str>>, Flaw> {
        while !self.ended {
            let Some(name) = self.place.next_name(self.reader)? else {
                self.ended = true;
                break;
            };
            if let Some(passed) = &mut self.passed {
                passed.push(name.clone(), self.reader.position());
            }
            self.hint = Hint::Auto;
            if !self.special.may_contain(&name) {
                return Ok(Some(name));
            }
            match self.shown(&name)? {
                Shown::AsItIs => return Ok(Some(name)),
                Shown::As(field) => return Ok(Some(Cow::Borrowed(field))),
                Shown::Not => self.reader.skip_value()?,
            }
        }
        if let (Some(passed), Some(inject)) = (self.passed.take(), self.how.inject) {
            self.injected.made = Some(inject.make(&passed)?);
        }
        Ok(self.unstored().map(Cow::Borrowed))
    }

    /// How serde sees an attribute.
    #[inline(never)]
    fn shown(&mut self, name: &str) -> Result<Shown, Flaw> {
        let how = self.how;
        if let Some((attribute, expected)) = how.kind
            && name == attribute
        {
            if let Some(saw) = how.saw_kind {
                saw.set(true);
            }
            if let Some(other) = other_kind(self.reader, expected)? {
                return Err(Flaw::other_kind(&other));
            }
            let named = |rule: &Rule| rule.attribute == attribute;
            if !self.fields.contains(&attribute) && !how.rules.iter().any(named) {
                return Ok(Shown::Not);
            }
        }
        if how.hide.contains(&name) {
            return Ok(Shown::Not);
        }
        if let Some(index) = how.rules.iter().position(|rule| rule.attribute == name) {
            let rule = how.rules.get(index).filter(|rule| !rule.omit);
            return Ok(rule.map_or(Shown::Not, |rule| {
                self.hint = rule.hint;
                self.seen.insert(index);
                Shown::As(rule.field)
            }));
        }
        // A field that is stored elsewhere does not take an attribute of its own name.
        Ok(if how.rules.iter().any(|rule| rule.field == name) {
            Shown::Not
        } else {
            Shown::AsItIs
        })
    }

    /// The next field that is not in the item's text.
    fn unstored(&mut self) -> Option<&'static str> {
        let rules = self.how.rules;
        let fields = &mut self.injected;
        let item = &*self.reader;
        fields.current = fields.made.and_then(|made| made.get(fields.given, item));
        fields.given += 1;
        if let Some((field, _)) = fields.current {
            let index = rules.iter().position(|rule| rule.field == field);
            self.hint = Hint::Auto;
            if let Some(rule) = index.and_then(|index| rules.get(index)) {
                self.hint = rule.hint;
            }
            if let Some(index) = index {
                self.seen.insert(index);
            }
            return Some(field);
        }
        while let Some(rule) = rules.get(self.looked) {
            let index = self.looked;
            self.looked += 1;
            if matches!(rule.hint, Hint::Set(_)) && !rule.omit && !self.seen.contains(index) {
                self.hint = rule.hint;
                self.form = Form::NoSet;
                return Some(rule.field);
            }
        }
        None
    }

    #[cold]
    #[inline(never)]
    fn blame(&self, flaw: Flaw) -> Flaw {
        match &self.injected.current {
            Some((field, _)) => flaw.in_name(field),
            None if self.ended => flaw,
            None => self.place.blame(self.reader, flaw),
        }
    }

    /// Reads on to the closing brace; whoever read the item may have stopped early.
    #[inline(never)]
    fn finish(mut self) -> Result<(), Flaw> {
        while !self.ended {
            if self.advance()?.is_some() && !self.ended {
                self.reader.skip_value()?;
            }
        }
        Ok(())
    }
}

impl<'de> MapAccess<'de> for Members<'_, '_, 'de> {
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
            Err(flaw) => Err(self.blame(flaw)),
        }
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Flaw> {
        let reader = match &mut self.injected.current {
            None => &mut *self.reader,
            Some((_, value)) => value,
        };
        seed.deserialize(ValueDe {
            reader,
            form: self.form,
            hint: self.hint,
        })
        .map_err(|flaw| self.blame(flaw))
    }
}

/// The lengths of the names that are not to be given to serde as they are.
#[derive(Debug, Default)]
struct Special(u64);

impl Special {
    fn of(how: &ReadItem<'_, '_>) -> Self {
        let rules = how.rules.iter();
        let rules = rules.fold(0, |bits, rule| {
            bits | Self::bit(rule.attribute) | Self::bit(rule.field)
        });
        let hidden = how.hide.iter().fold(0, |bits, name| bits | Self::bit(name));
        let kind = how.kind.map_or(0, |(name, _)| Self::bit(name));
        Self(rules | hidden | kind)
    }

    fn may_contain(&self, name: &str) -> bool {
        self.0 & Self::bit(name) != 0
    }

    /// All long names share a bit.
    fn bit(name: &str) -> u64 {
        1 << name.len().min(63)
    }
}

/// A set of indexes, nearly always small.
#[derive(Debug, Default)]
struct Seen {
    low: u128,
    high: Vec<usize>,
}

impl Seen {
    fn insert(&mut self, index: usize) {
        match bit(index) {
            Some(bit) => self.low |= bit,
            None => self.high.push(index),
        }
    }

    fn contains(&self, index: usize) -> bool {
        bit(index).map_or_else(|| self.high.contains(&index), |bit| self.low & bit != 0)
    }
}

fn bit(index: usize) -> Option<u128> {
    1u128.checked_shl(u32::try_from(index).ok()?)
}
