//! One attribute value as it stands on the wire, taken out of its type wrapper.

use std::borrow::Cow;

use aws_smithy_types::base64;

use super::reader::{Malformed, Reader};

/// What an attribute value turned out to hold. Scalars are read whole; of a container only
/// the wrapper's opening is read, and the cursor stands at its inner bracket.
#[derive(Debug)]
pub(crate) enum Found<'de> {
    Text(Cow<'de, str>),
    Number(Cow<'de, str>),
    Bytes(Vec<u8>),
    Bool(bool),
    Null,
    Map,
    List,
    Set(SetOf),
    /// One byte of a binary value that is read as a sequence.
    Byte(u8),
    /// The set that is not stored because it is empty.
    NoSet,
}

/// The three kinds of set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SetOf {
    Text,
    Number,
    Bytes,
}

const TYPES: &str = "an attribute value's type";

/// Opens an attribute value; what is not a container is also closed.
#[inline(never)]
pub(crate) fn open<'de>(reader: &mut Reader<'de>) -> Result<Found<'de>, Malformed> {
    let found = match open_short(reader) {
        Some(b'S') => Found::Text(reader.string()?),
        Some(b'N') => Found::Number(reader.string()?),
        Some(b'M') => return Ok(Found::Map),
        Some(b'L') => return Ok(Found::List),
        _ => return open_any(reader),
    };
    close(reader)?;
    Ok(found)
}

/// A string without escapes in the wire's usual spelling, in one step.
#[inline(never)]
pub(crate) fn plain_text<'de>(reader: &mut Reader<'de>) -> Option<&'de str> {
    reader.quoted(b"{\"S\":\"", b"\"}")
}

/// A number in the wire's usual spelling, in one step.
#[inline(never)]
pub(crate) fn plain_number<'de>(reader: &mut Reader<'de>) -> Option<&'de str> {
    reader.quoted(b"{\"N\":\"", b"\"}")
}

/// The wire's usual spelling, `{"S":`, in one step.
fn open_short(reader: &mut Reader<'_>) -> Option<u8> {
    let [
        b'{',
        b'"',
        kind @ (b'S' | b'N' | b'M' | b'L'),
        b'"',
        b':',
        ..,
    ] = reader.rest()
    else {
        return None;
    };
    reader.seek(reader.position() + 5);
    Some(*kind)
}

#[inline(never)]
fn open_any<'de>(reader: &mut Reader<'de>) -> Result<Found<'de>, Malformed> {
    reader.take(b'{', "an attribute value")?;
    reader.peek();
    let start = reader.position();
    let kind = reader.string()?;
    reader.take(b':', "`:`")?;
    let found = match &*kind {
        "S" => Found::Text(reader.string()?),
        "N" => Found::Number(reader.string()?),
        "B" => Found::Bytes(bytes(reader)?),
        "BOOL" => Found::Bool(reader.bool()?),
        "NULL" => {
            reader.bool()?;
            Found::Null
        }
        "M" => return Ok(Found::Map),
        "L" => return Ok(Found::List),
        "SS" => return Ok(Found::Set(SetOf::Text)),
        "NS" => return Ok(Found::Set(SetOf::Number)),
        "BS" => return Ok(Found::Set(SetOf::Bytes)),
        _ => {
            return Err(Malformed {
                position: start,
                expected: TYPES,
            });
        }
    };
    close(reader)?;
    Ok(found)
}

/// Closes the wrapper.
pub(crate) fn close(reader: &mut Reader<'_>) -> Result<(), Malformed> {
    reader.take(b'}', "`}` behind the attribute value")
}

/// Reads one element of a set.
pub(crate) fn element<'de>(reader: &mut Reader<'de>, of: SetOf) -> Result<Found<'de>, Malformed> {
    Ok(match of {
        SetOf::Text => Found::Text(reader.string()?),
        SetOf::Number => Found::Number(reader.string()?),
        SetOf::Bytes => Found::Bytes(bytes(reader)?),
    })
}

/// Reads a string of base64.
pub(crate) fn bytes(reader: &mut Reader<'_>) -> Result<Vec<u8>, Malformed> {
    reader.peek();
    let start = reader.position();
    let text = reader.string()?;
    base64::decode(&*text).map_err(|_| Malformed {
        position: start,
        expected: "base64",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_is_known() {
        for (json, expected) in [
            (r#"{"S":"x"}"#, r#"Text("x")"#),
            (r#"{"N":"1"}"#, r#"Number("1")"#),
            (r#"{"B":"AQI="}"#, "Bytes([1, 2])"),
            (r#" { "BOOL" : true } "#, "Bool(true)"),
            (r#"{"NULL":true}"#, "Null"),
            (r#"{"M":{}}"#, "Map"),
            (r#"{ "M":{}}"#, "Map"),
            (r#"{"L":[]}"#, "List"),
            (r#"{"SS":["a"]}"#, "Set(Text)"),
            (r#"{"NS":["1"]}"#, "Set(Number)"),
            (r#"{"BS":["AQ=="]}"#, "Set(Bytes)"),
        ] {
            assert_eq!(
                format!("{:?}", open(&mut Reader::new(json)).unwrap()),
                expected,
                "{json}"
            );
        }
    }

    #[test]
    fn other_json_is_not_an_attribute_value() {
        for json in [
            "",
            "{",
            "{}",
            "\"x\"",
            "1",
            r#"{"X":"x"}"#,
            r#"{"S":1}"#,
            r#"{"N":1}"#,
            r#"{"S":"x","N":"1"}"#,
            r#"{"B":"%"}"#,
            r#"{"BOOL":"true"}"#,
            r#"{"NULL":1}"#,
            r#"{"S":"x""#,
        ] {
            assert!(open(&mut Reader::new(json)).is_err(), "{json}");
        }
    }
}
