//! The deserializer of one attribute value.

use std::borrow::Cow;

use serde::de::{Deserializer, Expected, Visitor};

use super::{
    Flaw,
    map::MapDe,
    seq::{SeqDe, Source},
    variant::VariantDe,
};
use crate::codec::{
    found::{self, Found, SetOf},
    hint::Hint,
    number,
    reader::Reader,
    with,
};

/// Reads one attribute value, or one element of a set.
#[derive(Debug)]
pub(super) struct ValueDe<'r, 'de> {
    pub(super) reader: &'r mut Reader<'de>,
    pub(super) form: Form,
    pub(super) hint: Hint,
}

/// What stands at the cursor.
#[derive(Debug, Clone, Copy)]
pub(super) enum Form {
    /// An attribute value in its type wrapper.
    Value,
    /// An element of a set.
    Element(SetOf),
    /// Nothing: this is one byte of a binary value.
    Byte(u8),
    /// Nothing: this is the set that is not stored because it is empty.
    NoSet,
}

/// A number in the form serde gets it when it may be anything.
enum Number {
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    /// Nothing else holds it exactly.
    Text,
}

impl<'r, 'de> ValueDe<'r, 'de> {
    pub(super) fn new(reader: &'r mut Reader<'de>, hint: Hint) -> Self {
        Self {
            reader,
            form: Form::Value,
            hint,
        }
    }

    #[inline(never)]
    fn found(&mut self) -> Result<Found<'de>, Flaw> {
        match self.form {
            Form::Value => {
                let found = found::open(self.reader)?;
                // An empty set stands for itself in lists and maps as NULL.
                let no_set = matches!((&found, self.hint), (Found::Null, Hint::Set(_)));
                Ok(if no_set { Found::NoSet } else { found })
            }
            Form::Element(of) => Ok(found::element(self.reader, of)?),
            Form::Byte(byte) => Ok(Found::Byte(byte)),
            Form::NoSet => Ok(Found::NoSet),
        }
    }

    /// Whether `None` stands here; then it is also read.
    #[inline(never)]
    fn none(&mut self) -> Result<bool, Flaw> {
        match self.form {
            Form::Value => {}
            Form::NoSet => return Ok(true),
            _ => return Ok(false),
        }
        if let [b'{', b'"', kind, after, ..] = self.reader.rest()
            && (*kind != b'N' || *after == b'"')
        {
            return Ok(false);
        }
        let mut ahead = self.reader.clone();
        let none = matches!(found::open(&mut ahead)?, Found::Null);
        if none {
            *self.reader = ahead;
        }
        Ok(none)
    }

    /// An integer; `Err` in the inner result is text that no `u64` or `i64` holds.
    #[inline(never)]
    fn integer(&mut self, expected: &dyn Expected) -> Result<Number, Flaw> {
        if let Form::Value = self.form
            && let Some(text) = found::plain_number(self.reader)
        {
            return match_small(text).ok_or_else(|| Flaw::unfit(text, expected));
        }
        match self.found()? {
            Found::Number(text) => match_small(&text).ok_or_else(|| Flaw::unfit(&text, expected)),
            Found::Byte(byte) => Ok(Number::Unsigned(byte.into())),
            other => Err(Flaw::unexpected(&other, expected)),
        }
    }

    #[inline(never)]
    fn large_integer(&mut self, expected: &dyn Expected) -> Result<(bool, u128), Flaw> {
        match self.found()? {
            Found::Number(text) => {
                number::integer(&text).ok_or_else(|| Flaw::unfit(&text, expected))
            }
            Found::Byte(byte) => Ok((false, byte.into())),
            other => Err(Flaw::unexpected(&other, expected)),
        }
    }

    #[inline(never)]
    fn float(&mut self, expected: &dyn Expected) -> Result<f64, Flaw> {
        match self.found()? {
            Found::Number(text) => number::float(&text).ok_or_else(|| Flaw::unfit(&text, expected)),
            other => Err(Flaw::unexpected(&other, expected)),
        }
    }

    #[inline(never)]
    fn text(&mut self, expected: &dyn Expected) -> Result<Cow<'de, str>, Flaw> {
        if let Form::Value = self.form
            && let Some(text) = found::plain_text(self.reader)
        {
            return Ok(Cow::Borrowed(text));
        }
        match self.found()? {
            Found::Text(text) => Ok(text),
            Found::Number(text) if self.hint == Hint::Number => Ok(text),
            other => Err(Flaw::unexpected(&other, expected)),
        }
    }

    fn elements<V: Visitor<'de>>(self, source: Source, visitor: V) -> Result<V::Value, Flaw> {
        let mut elements = SeqDe::new(self.reader, source, self.hint)?;
        let value = visitor.visit_seq(&mut elements)?;
        elements.finish()?;
        Ok(value)
    }

    fn members<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Flaw> {
        let mut members = MapDe::new(self.reader)?;
        let value = visitor.visit_map(&mut members)?;
        members.finish()?;
        Ok(value)
    }
}

fn match_small(text: &str) -> Option<Number> {
    if let Ok(size) = text.parse() {
        return Some(Number::Unsigned(size));
    }
    match number::integer(text)? {
        (false, size) => size.try_into().ok().map(Number::Unsigned),
        (true, size) => 0i64
            .checked_sub_unsigned(size.try_into().ok()?)
            .map(Number::Signed),
    }
}

#[inline(never)]
fn match_any(text: &str) -> Number {
    match_small(text)
        .or_else(|| number::exact_float(text).map(Number::Float))
        .unwrap_or(Number::Text)
}

fn visit_text<'de, V: Visitor<'de>>(text: Cow<'de, str>, visitor: V) -> Result<V::Value, Flaw> {
    match text {
        Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
        Cow::Owned(text) => visitor.visit_string(text),
    }
}

macro_rules! integers {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Flaw> {
            match self.integer(&visitor)? {
                Number::Signed(number) => visitor.visit_i64(number),
                Number::Unsigned(number) => visitor.visit_u64(number),
                Number::Float(_) | Number::Text => Err(Flaw::new("not an integer")),
            }
        })*
    };
}

macro_rules! texts {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Flaw> {
            visit_text(self.text(&visitor)?, visitor)
        })*
    };
}

impl<'de> Deserializer<'de> for ValueDe<'_, 'de> {
    type Error = Flaw;

    fn deserialize_any<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Flaw> {
        match self.found()? {
            Found::Text(text) => visit_text(text, visitor),
            Found::Number(text) if self.hint == Hint::Number => visit_text(text, visitor),
            Found::Number(text) => match match_any(&text) {
                Number::Unsigned(number) => visitor.visit_u64(number),
                Number::Signed(number) => visitor.visit_i64(number),
                Number::Float(number) => visitor.visit_f64(number),
                Number::Text => visit_text(text, visitor),
            },
            Found::Byte(byte) => visitor.visit_u8(byte),
            Found::Bytes(bytes) => visitor.visit_byte_buf(bytes),
            Found::Bool(bool) => visitor.visit_bool(bool),
            Found::Null => visitor.visit_unit(),
            Found::Map => self.members(visitor),
            Found::List => self.elements(Source::List, visitor),
            Found::Set(of) => self.elements(Source::Set(of), visitor),
            Found::NoSet => self.elements(Source::Empty, visitor),
        }
    }

    integers! {
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
    }

    texts! { deserialize_str deserialize_string deserialize_char deserialize_identifier }

    fn deserialize_u128<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Flaw> {
        match self.large_integer(&visitor)? {
            (false, size) => visitor.visit_u128(size),
            (true, size) => Err(Flaw::unfit(&format!("-{size}"), &visitor)),
        }
    }

    fn deserialize_i128<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Flaw> {
        let (negative, size) = self.large_integer(&visitor)?;
        let number = if negative {
            0i128.checked_sub_unsigned(size)
        } else {
            i128::try_from(size).ok()
        };
        match number {
            Some(number) => visitor.visit_i128(number),
            None => Err(Flaw::unfit(
                &format!("{}{size}", if negative { "-" } else { "" }),
                &visitor,
            )),
        }
    }

    fn deserialize_f64<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Flaw> {
        let float = self.float(&visitor)?;
        visitor.visit_f64(float)
    }

    fn deserialize_f32<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Flaw> {
        match self.found()? {
            Found::Number(text) => match number::single(&text) {
                Some(float) => visitor.visit_f32(float),
                None => Err(Flaw::unfit(&text, &visitor)),
            },
            other => Err(Flaw::unexpected(&other, &visitor)),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Flaw> {
        match self.found()? {
            Found::Bool(bool) => visitor.visit_bool(bool),
            other => Err(Flaw::unexpected(&other, &visitor)),
        }
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Flaw> {
        self.deserialize_byte_buf(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Flaw> {
        match self.found()? {
            Found::Bytes(bytes) => visitor.visit_byte_buf(bytes),
            Found::List => self.elements(Source::List, visitor),
            other => Err(Flaw::unexpected(&other, &visitor)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Flaw> {
        if self.none()? {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Flaw> {
        match self.found()? {
            Found::Null => visitor.visit_unit(),
            other => Err(Flaw::unexpected(&other, &visitor)),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Flaw> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        mut self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Flaw> {
        if let Some(hint) = with::hint_of(name) {
            self.hint = hint;
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Flaw> {
        let source = match self.found()? {
            Found::List => Source::List,
            Found::Set(of) => Source::Set(of),
            Found::Bytes(bytes) => Source::Bytes(bytes.into_iter()),
            Found::NoSet => Source::Empty,
            other => return Err(Flaw::unexpected(&other, &visitor)),
        };
        self.elements(source, visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Flaw> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Flaw> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Flaw> {
        match self.found()? {
            Found::Map => self.members(visitor),
            other => Err(Flaw::unexpected(&other, &visitor)),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Flaw> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        mut self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Flaw> {
        match self.found()? {
            Found::Text(name) => visitor.visit_enum(VariantDe { reader: None, name }),
            Found::Map => {
                let name = VariantDe::enter(self.reader)?;
                let variant = VariantDe {
                    reader: Some(&mut *self.reader),
                    name,
                };
                let value = visitor.visit_enum(variant)?;
                VariantDe::leave(self.reader)?;
                Ok(value)
            }
            other => Err(Flaw::unexpected(&other, &visitor)),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Flaw> {
        if let Form::Value | Form::Element(_) = self.form {
            self.reader.skip_value()?;
        }
        visitor.visit_unit()
    }
}
