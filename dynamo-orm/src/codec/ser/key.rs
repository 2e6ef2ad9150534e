//! Map keys: DynamoDB has strings only, so other simple keys are written as text.

use std::fmt::{Display, Write as _};

use serde::{Serialize, Serializer, ser::Impossible};

use super::{Flaw, refuse};

/// Appends a key's text.
#[derive(Debug)]
pub(super) struct KeySer<'o>(pub(super) &'o mut String);

impl KeySer<'_> {
    fn text(self, text: &dyn Display) -> Result<(), Flaw> {
        write!(self.0, "{text}").map_err(|_| no_key("this value"))
    }
}

fn no_key(what: &str) -> Flaw {
    Flaw::new(format!(
        "a map key is a string, an integer, a bool, a char or a unit variant, not {what}"
    ))
}

macro_rules! texts {
    ($($method:ident($ty:ty);)*) => {
        $(fn $method(self, value: $ty) -> Result<(), Flaw> {
            self.text(&value)
        })*
    };
}

impl Serializer for KeySer<'_> {
    type Ok = ();
    type Error = Flaw;
    type SerializeSeq = Impossible<(), Flaw>;
    type SerializeTuple = Impossible<(), Flaw>;
    type SerializeTupleStruct = Impossible<(), Flaw>;
    type SerializeTupleVariant = Impossible<(), Flaw>;
    type SerializeMap = Impossible<(), Flaw>;
    type SerializeStruct = Impossible<(), Flaw>;
    type SerializeStructVariant = Impossible<(), Flaw>;

    texts! {
        serialize_bool(bool);
        serialize_i8(i8);
        serialize_i16(i16);
        serialize_i32(i32);
        serialize_i64(i64);
        serialize_i128(i128);
        serialize_u8(u8);
        serialize_u16(u16);
        serialize_u32(u32);
        serialize_u64(u64);
        serialize_u128(u128);
        serialize_char(char);
    }

    refuse! { no_key =>
        serialize_f32(v: f32) "a float";
        serialize_f64(v: f64) "a float";
        serialize_bytes(v: &[u8]) "bytes";
        serialize_none() "`None`";
        serialize_unit() "a unit";
        serialize_unit_struct(name: &'static str) "a unit struct";
    }

    fn serialize_str(self, text: &str) -> Result<(), Flaw> {
        self.0.push_str(text);
        Ok(())
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<(), Flaw> {
        self.text(&value)
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Flaw> {
        self.serialize_str(variant)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Flaw> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Flaw> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Flaw> {
        Err(no_key("a variant with a value"))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, Flaw> {
        Err(no_key("a sequence"))
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Flaw> {
        Err(no_key("a tuple"))
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, Flaw> {
        Err(no_key("a tuple struct"))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Flaw> {
        Err(no_key("a variant with values"))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Flaw> {
        Err(no_key("a map"))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeStruct, Flaw> {
        Err(no_key("a struct"))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Flaw> {
        Err(no_key("a variant with fields"))
    }
}
