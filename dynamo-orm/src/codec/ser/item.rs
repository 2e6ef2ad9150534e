//! The serializer of a whole item: a struct or a map, without a type wrapper.

use serde::{Serialize, Serializer, ser::Impossible};

use super::{
    Flaw,
    map::{Absence, MapSer},
    refuse,
    value::Wrote,
};
use crate::codec::hint::Rule;

/// Writes the members of an item.
#[derive(Debug)]
pub(super) struct ItemSer<'o> {
    pub(super) out: &'o mut String,
    pub(super) rules: &'static [Rule],
}

impl<'o> ItemSer<'o> {
    fn members(self) -> MapSer<'o> {
        MapSer::new(self.out, self.rules, Absence::LeftOut, 0, "")
    }
}

fn no_item(what: &str) -> Flaw {
    Flaw::new(format!(
        "an item is written from a struct or a map, not from {what}"
    ))
}

impl<'o> Serializer for ItemSer<'o> {
    type Ok = Wrote;
    type Error = Flaw;
    type SerializeSeq = Impossible<Wrote, Flaw>;
    type SerializeTuple = Impossible<Wrote, Flaw>;
    type SerializeTupleStruct = Impossible<Wrote, Flaw>;
    type SerializeTupleVariant = Impossible<Wrote, Flaw>;
    type SerializeMap = MapSer<'o>;
    type SerializeStruct = MapSer<'o>;
    type SerializeStructVariant = Impossible<Wrote, Flaw>;

    refuse! { no_item =>
        serialize_bool(v: bool) "a bool";
        serialize_i8(v: i8) "a number";
        serialize_i16(v: i16) "a number";
        serialize_i32(v: i32) "a number";
        serialize_i64(v: i64) "a number";
        serialize_i128(v: i128) "a number";
        serialize_u8(v: u8) "a number";
        serialize_u16(v: u16) "a number";
        serialize_u32(v: u32) "a number";
        serialize_u64(v: u64) "a number";
        serialize_u128(v: u128) "a number";
        serialize_f32(v: f32) "a number";
        serialize_f64(v: f64) "a number";
        serialize_char(v: char) "a char";
        serialize_str(v: &str) "a string";
        serialize_bytes(v: &[u8]) "bytes";
        serialize_none() "`None`";
        serialize_unit() "a unit";
        serialize_unit_struct(name: &'static str) "a unit struct";
        serialize_unit_variant(name: &'static str, i: u32, variant: &'static str) "a unit variant";
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Wrote, Flaw> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<Wrote, Flaw> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<Wrote, Flaw> {
        Err(no_item("an enum; `#[serde(tag = \"…\")]` makes it one"))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, Flaw> {
        Err(no_item("a sequence"))
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Flaw> {
        Err(no_item("a tuple"))
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, Flaw> {
        Err(no_item("a tuple struct"))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Flaw> {
        Err(no_item("an enum; `#[serde(tag = \"…\")]` makes it one"))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<MapSer<'o>, Flaw> {
        Ok(self.members())
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<MapSer<'o>, Flaw> {
        Ok(self.members())
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Flaw> {
        Err(no_item("an enum; `#[serde(tag = \"…\")]` makes it one"))
    }
}
