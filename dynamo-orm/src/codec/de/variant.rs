//! Enum variants: a string, or a map with one entry named for the variant.

use std::borrow::Cow;

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, Unexpected, VariantAccess, Visitor,
};

use super::{Flaw, key::KeyDe, value::ValueDe};
use crate::codec::{found, hint::Hint, reader::Reader};

/// Gives serde a variant's name, then its value.
#[derive(Debug)]
pub(super) struct VariantDe<'r, 'de> {
    /// At the variant's value; a string has none.
    pub(super) reader: Option<&'r mut Reader<'de>>,
    pub(super) name: Cow<'de, str>,
}

impl<'r, 'de> VariantDe<'r, 'de> {
    /// Enters the map that holds the variant.
    #[inline(never)]
    pub(super) fn enter(reader: &mut Reader<'de>) -> Result<Cow<'de, str>, Flaw> {
        reader.enter(b'{', "`{`")?;
        reader.next_name(true)?.ok_or_else(one_entry)
    }

    /// Leaves it again.
    #[inline(never)]
    pub(super) fn leave(reader: &mut Reader<'de>) -> Result<(), Flaw> {
        match reader.next_name(false)? {
            Some(_) => Err(one_entry()),
            None => Ok(found::close(reader)?),
        }
    }

    fn value(self, expected: &str) -> Result<(Cow<'de, str>, ValueDe<'r, 'de>), Flaw> {
        match self.reader {
            Some(reader) => Ok((self.name, ValueDe::new(reader, Hint::Auto))),
            None => Err(Flaw::invalid_type(Unexpected::UnitVariant, &expected)),
        }
    }
}

#[cold]
fn one_entry() -> Flaw {
    Flaw::new("expected a map with one entry, named for a variant")
}

impl<'de> EnumAccess<'de> for VariantDe<'_, 'de> {
    type Error = Flaw;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Flaw> {
        let name = seed.deserialize(KeyDe(self.name.clone()))?;
        Ok((name, self))
    }
}

impl<'de> VariantAccess<'de> for VariantDe<'_, 'de> {
    type Error = Flaw;

    fn unit_variant(self) -> Result<(), Flaw> {
        match self.reader {
            Some(reader) => Ok(reader.skip_value()?),
            None => Ok(()),
        }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Flaw> {
        let (name, value) = self.value("newtype variant")?;
        seed.deserialize(value).map_err(|flaw| flaw.in_name(&name))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Flaw> {
        let (name, value) = self.value("tuple variant")?;
        value
            .deserialize_seq(visitor)
            .map_err(|flaw| flaw.in_name(&name))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Flaw> {
        let (name, value) = self.value("struct variant")?;
        value
            .deserialize_map(visitor)
            .map_err(|flaw| flaw.in_name(&name))
    }
}
