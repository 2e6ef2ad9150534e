//! Members by name: the fields of a struct, the entries of a map, the attributes of an item.

use serde::{
    Serialize,
    ser::{SerializeMap, SerializeStruct, SerializeStructVariant},
};

use super::{
    Flaw,
    key::KeySer,
    value::{NULL, ValueSer, Wrote},
    write_string,
};
use crate::codec::hint::{Hint, Rule};

/// What becomes of a member without a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Absence {
    LeftOut,
    Null,
}

/// Writes members, each behind its name.
#[derive(Debug)]
pub(super) struct MapSer<'o> {
    out: &'o mut String,
    /// The rules of an item's fields; empty further down.
    rules: &'static [Rule],
    absence: Absence,
    depth: u8,
    close: &'static str,
    key: String,
}

/// A member whose name is written.
struct Begun {
    /// Where it starts in the text.
    mark: usize,
    hint: Hint,
    none: Absence,
}

impl<'o> MapSer<'o> {
    pub(super) fn new(
        out: &'o mut String,
        rules: &'static [Rule],
        absence: Absence,
        depth: u8,
        close: &'static str,
    ) -> Self {
        Self {
            out,
            rules,
            absence,
            depth,
            close,
            key: String::new(),
        }
    }

    fn member<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), Flaw> {
        let Some(begun) = self.begin(name) else {
            return Ok(());
        };
        let wrote = value.serialize(ValueSer::new(self.out, begun.hint, self.depth));
        self.end_member(name, &begun, wrote)
    }

    #[inline(never)]
    fn begin(&mut self, name: &str) -> Option<Begun> {
        let mut attribute = name;
        let mut begun = Begun {
            mark: self.out.len(),
            hint: Hint::Auto,
            none: self.absence,
        };
        if let Some(rule) = self.rules.iter().find(|rule| rule.field == name) {
            if rule.omit {
                return None;
            }
            attribute = rule.attribute;
            begun.hint = rule.hint;
            if rule.null {
                begun.none = Absence::Null;
            }
        }
        if !self.out.ends_with('{') {
            self.out.push(',');
        }
        write_string(attribute, self.out);
        self.out.push(':');
        Some(begun)
    }

    #[inline(never)]
    fn end_member(
        &mut self,
        name: &str,
        begun: &Begun,
        wrote: Result<Wrote, Flaw>,
    ) -> Result<(), Flaw> {
        let absence = match wrote {
            Ok(Wrote::Value) => return Ok(()),
            Ok(Wrote::None) => begun.none,
            Ok(Wrote::EmptySet) => self.absence,
            Err(flaw) => return Err(flaw.in_name(name)),
        };
        match absence {
            Absence::LeftOut => self.out.truncate(begun.mark),
            Absence::Null => self.out.push_str(NULL),
        }
        Ok(())
    }

    fn finish(self) -> Wrote {
        self.out.push_str(self.close);
        Wrote::Value
    }
}

impl SerializeStruct for MapSer<'_> {
    type Ok = Wrote;
    type Error = Flaw;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Flaw> {
        self.member(name, value)
    }

    fn end(self) -> Result<Wrote, Flaw> {
        Ok(self.finish())
    }
}

impl SerializeStructVariant for MapSer<'_> {
    type Ok = Wrote;
    type Error = Flaw;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Flaw> {
        self.member(name, value)
    }

    fn end(self) -> Result<Wrote, Flaw> {
        Ok(self.finish())
    }
}

impl SerializeMap for MapSer<'_> {
    type Ok = Wrote;
    type Error = Flaw;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Flaw> {
        self.key.clear();
        key.serialize(KeySer(&mut self.key))
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Flaw> {
        let key = std::mem::take(&mut self.key);
        self.member(&key, value)?;
        self.key = key;
        Ok(())
    }

    fn end(self) -> Result<Wrote, Flaw> {
        Ok(self.finish())
    }
}
