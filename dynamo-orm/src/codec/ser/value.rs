//! The serializer of one attribute value.

use std::fmt::{self, Display, Write as _};

use serde::{Serialize, Serializer};

use super::{
    Flaw, MAX_DEPTH,
    map::{Absence, MapSer},
    seq::{SeqSer, write_bytes},
    write_string,
};
use crate::codec::{
    hint::Hint,
    number::{self, NotANumber},
    text::Escaping,
    with,
};

pub(super) const NULL: &str = r#"{"NULL":true}"#;

/// What became of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrote {
    Value,
    /// `None`: whoever holds the value says what is stored.
    None,
    /// An empty set, which DynamoDB does not store.
    EmptySet,
}

/// Appends one attribute value.
#[derive(Debug)]
pub(super) struct ValueSer<'o> {
    out: &'o mut String,
    hint: Hint,
    /// The containers around this value.
    depth: u8,
    /// Whether this is one byte of a binary value, written as one character.
    byte: bool,
}

impl<'o> ValueSer<'o> {
    pub(super) fn new(out: &'o mut String, hint: Hint, depth: u8) -> Self {
        Self {
            out,
            hint,
            depth,
            byte: false,
        }
    }

    pub(super) fn byte(out: &'o mut String) -> Self {
        Self {
            out,
            hint: Hint::Auto,
            depth: 0,
            byte: true,
        }
    }

    /// Refuses a value that the hint does not allow.
    fn check(&self, allowed: Hint) -> Result<(), Flaw> {
        if self.byte {
            return Err(Flaw::new(
                "bytes are written from a sequence that holds only `u8`",
            ));
        }
        if self.hint == allowed {
            return Ok(());
        }
        match self.hint {
            Hint::Auto => Ok(()),
            Hint::Number => Err(Flaw::new("a number is written from a number or a string")),
            Hint::Bytes => Err(Flaw::new("bytes are written from a sequence of `u8`")),
            Hint::Set(_) => Err(Flaw::new("a set is written from a sequence")),
        }
    }

    #[inline(never)]
    fn number(self, text: &dyn Display) -> Result<Wrote, Flaw> {
        self.check(Hint::Number)?;
        self.out.push_str(r#"{"N":""#);
        // Writing to a string does not fail.
        let _ = write!(self.out, "{text}");
        self.out.push_str("\"}");
        Ok(Wrote::Value)
    }

    #[inline(never)]
    fn number_text(self, text: &str) -> Result<Wrote, Flaw> {
        match number::check(text) {
            Ok(()) => self.number(&text),
            Err(NotANumber::Syntax) => Err(Flaw::new(format!("{text:?} is not a decimal number"))),
            Err(limit) => Err(Flaw::new(format!("the number {text} is {}", Limit(limit)))),
        }
    }

    #[inline(never)]
    fn text(self, text: &str) -> Result<Wrote, Flaw> {
        if self.hint == Hint::Number {
            return self.number_text(text);
        }
        self.check(Hint::Auto)?;
        self.out.push_str(r#"{"S":"#);
        write_string(text, self.out);
        self.out.push('}');
        Ok(Wrote::Value)
    }

    #[inline(never)]
    fn literal(self, text: &'static str) -> Result<Wrote, Flaw> {
        self.check(Hint::Auto)?;
        self.out.push_str(text);
        Ok(Wrote::Value)
    }

    /// Opens `containers` containers, the outer one for an enum's variant.
    fn open(
        &mut self,
        variant: Option<&'static str>,
        text: &'static str,
        containers: u8,
    ) -> Result<(), Flaw> {
        if self.depth + containers > MAX_DEPTH {
            return Err(Flaw::new(
                "DynamoDB stores at most 32 levels of maps and lists",
            ));
        }
        self.depth += containers;
        if let Some(variant) = variant {
            self.out.push_str(r#"{"M":{"#);
            write_string(variant, self.out);
            self.out.push(':');
        }
        self.out.push_str(text);
        Ok(())
    }

    #[inline(never)]
    fn sequence(mut self) -> Result<SeqSer<'o>, Flaw> {
        match self.hint {
            Hint::Set(element) => return Ok(SeqSer::set(self.out, element, self.depth)),
            Hint::Bytes => return Ok(SeqSer::bytes(self.out, self.depth)),
            hint => self.check(hint)?,
        }
        self.open(None, r#"{"L":["#, 1)?;
        Ok(SeqSer::list(self.out, self.hint, self.depth, "]}"))
    }

    #[inline(never)]
    fn members(mut self, absence: Absence) -> Result<MapSer<'o>, Flaw> {
        self.check(Hint::Auto)?;
        self.open(None, r#"{"M":{"#, 1)?;
        Ok(MapSer::new(self.out, &[], absence, self.depth, "}}"))
    }
}

/// How a limit ends "the number … is …".
struct Limit(NotANumber);

impl Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == NotANumber::TooPrecise {
            f.write_str("too precise: it has ")?;
        }
        self.0.fmt(f)
    }
}

macro_rules! numbers {
    ($($method:ident($ty:ty);)*) => {
        $(fn $method(self, value: $ty) -> Result<Wrote, Flaw> {
            self.number(&value)
        })*
    };
}

impl<'o> Serializer for ValueSer<'o> {
    type Ok = Wrote;
    type Error = Flaw;
    type SerializeSeq = SeqSer<'o>;
    type SerializeTuple = SeqSer<'o>;
    type SerializeTupleStruct = SeqSer<'o>;
    type SerializeTupleVariant = SeqSer<'o>;
    type SerializeMap = MapSer<'o>;
    type SerializeStruct = MapSer<'o>;
    type SerializeStructVariant = MapSer<'o>;

    numbers! {
        serialize_i8(i8);
        serialize_i16(i16);
        serialize_i32(i32);
        serialize_i64(i64);
        serialize_u16(u16);
        serialize_u32(u32);
        serialize_u64(u64);
    }

    fn serialize_u8(self, value: u8) -> Result<Wrote, Flaw> {
        if self.byte {
            self.out.push(char::from(value));
            return Ok(Wrote::Value);
        }
        self.number(&value)
    }

    fn serialize_i128(self, value: i128) -> Result<Wrote, Flaw> {
        self.number_text(&value.to_string())
    }

    fn serialize_u128(self, value: u128) -> Result<Wrote, Flaw> {
        self.number_text(&value.to_string())
    }

    fn serialize_f32(self, value: f32) -> Result<Wrote, Flaw> {
        match value {
            0.0 => self.number(&0),
            _ if !value.is_finite() => self.serialize_f64(value.into()),
            _ => self.number(&value),
        }
    }

    fn serialize_f64(self, value: f64) -> Result<Wrote, Flaw> {
        match value.abs() {
            0.0 => self.number(&0),
            1e-7..1e21 => self.number(&value),
            1e-130..1e126 => self.number(&format_args!("{value:e}")),
            size if size.is_finite() => self.number_text(&format!("{value:e}")),
            _ => Err(Flaw::new(format!(
                "{value} is not a number DynamoDB stores; use an `Option` and store `None`"
            ))),
        }
    }

    fn serialize_bool(self, value: bool) -> Result<Wrote, Flaw> {
        self.literal(if value {
            r#"{"BOOL":true}"#
        } else {
            r#"{"BOOL":false}"#
        })
    }

    fn serialize_char(self, value: char) -> Result<Wrote, Flaw> {
        self.text(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<Wrote, Flaw> {
        self.text(value)
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<Wrote, Flaw> {
        if self.hint != Hint::Auto || self.byte {
            return self.text(&value.to_string());
        }
        self.out.push_str(r#"{"S":""#);
        write!(Escaping(self.out), "{value}")
            .map_err(|fmt::Error| Flaw::new("the value's `Display` failed"))?;
        self.out.push_str("\"}");
        Ok(Wrote::Value)
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<Wrote, Flaw> {
        self.check(Hint::Bytes)?;
        write_bytes(value, self.out);
        Ok(Wrote::Value)
    }

    fn serialize_none(self) -> Result<Wrote, Flaw> {
        if self.byte {
            self.check(Hint::Auto)?;
        }
        Ok(Wrote::None)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Wrote, Flaw> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Wrote, Flaw> {
        self.literal(NULL)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Wrote, Flaw> {
        self.literal(NULL)
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<Wrote, Flaw> {
        self.text(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        mut self,
        name: &'static str,
        value: &T,
    ) -> Result<Wrote, Flaw> {
        if let Some(hint) = with::hint_of(name) {
            self.hint = hint;
        }
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Wrote, Flaw> {
        let mut entry = self.members(Absence::Null)?;
        serde::ser::SerializeStruct::serialize_field(&mut entry, variant, value)?;
        serde::ser::SerializeStruct::end(entry)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<SeqSer<'o>, Flaw> {
        self.sequence()
    }

    fn serialize_tuple(self, _: usize) -> Result<SeqSer<'o>, Flaw> {
        self.sequence()
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<SeqSer<'o>, Flaw> {
        self.sequence()
    }

    fn serialize_tuple_variant(
        mut self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<SeqSer<'o>, Flaw> {
        self.check(Hint::Auto)?;
        self.open(Some(variant), r#"{"L":["#, 2)?;
        Ok(SeqSer::list(self.out, Hint::Auto, self.depth, "]}}}"))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<MapSer<'o>, Flaw> {
        self.members(Absence::Null)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<MapSer<'o>, Flaw> {
        self.members(Absence::LeftOut)
    }

    fn serialize_struct_variant(
        mut self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<MapSer<'o>, Flaw> {
        self.check(Hint::Auto)?;
        self.open(Some(variant), r#"{"M":{"#, 2)?;
        Ok(MapSer::new(
            self.out,
            &[],
            Absence::LeftOut,
            self.depth,
            "}}}}",
        ))
    }
}
