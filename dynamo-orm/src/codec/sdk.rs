//! The raw escape: items and attribute values of the SDK, from the wire's text and back.

use std::collections::HashMap;

use aws_sdk_dynamodb::{primitives::Blob, types::AttributeValue};
use aws_smithy_types::base64;

use super::{
    found::{self, Found, SetOf},
    reader::{Malformed, Reader},
    ser::{EncodeError, Flaw, write_string},
};

/// The SDK's form of an item's text, braces included.
///
/// # Errors
///
/// If the text is not an item.
pub(crate) fn item_to_sdk(item: &str) -> Result<HashMap<String, AttributeValue>, Malformed> {
    let mut reader = Reader::new(item);
    let members = members(&mut reader)?;
    reader.end()?;
    Ok(members)
}

/// The SDK's form of an attribute value's text.
///
/// # Errors
///
/// If the text is not an attribute value.
#[cfg(test)]
pub(crate) fn value_to_sdk(value: &str) -> Result<AttributeValue, Malformed> {
    let mut reader = Reader::new(value);
    let value = read(&mut reader)?;
    reader.end()?;
    Ok(value)
}

/// Appends an item's text, braces included, attributes sorted by name.
///
/// # Errors
///
/// If it holds a value of a type this version of the SDK does not know.
pub(crate) fn item_from_sdk(
    item: &HashMap<String, AttributeValue>,
    out: &mut String,
) -> Result<(), EncodeError> {
    restoring(out, |out| write_members(item, out))
}

/// Appends an attribute value's text.
///
/// # Errors
///
/// As [`item_from_sdk`].
#[cfg(test)]
pub(crate) fn value_from_sdk(value: &AttributeValue, out: &mut String) -> Result<(), EncodeError> {
    restoring(out, |out| write(value, out))
}

fn restoring(
    out: &mut String,
    write: impl FnOnce(&mut String) -> Result<(), Flaw>,
) -> Result<(), EncodeError> {
    let start = out.len();
    write(out).map_err(|flaw| {
        out.truncate(start);
        flaw.into()
    })
}

fn members(reader: &mut Reader<'_>) -> Result<HashMap<String, AttributeValue>, Malformed> {
    let mut members = HashMap::new();
    reader.object(&mut |reader, name| {
        let value = read(reader)?;
        members.insert(name.into_owned(), value);
        Ok(())
    })?;
    Ok(members)
}

fn read(reader: &mut Reader<'_>) -> Result<AttributeValue, Malformed> {
    let container = match found::open(reader)? {
        Found::Text(text) => return Ok(AttributeValue::S(text.into_owned())),
        Found::Number(text) => return Ok(AttributeValue::N(text.into_owned())),
        Found::Bytes(bytes) => return Ok(AttributeValue::B(Blob::new(bytes))),
        Found::Bool(bool) => return Ok(AttributeValue::Bool(bool)),
        // `open` gives neither of the last two.
        Found::Null | Found::NoSet | Found::Byte(_) => return Ok(AttributeValue::Null(true)),
        Found::Map => AttributeValue::M(members(reader)?),
        Found::List => AttributeValue::L(elements(reader, read)?),
        Found::Set(SetOf::Text) => AttributeValue::Ss(elements(reader, string)?),
        Found::Set(SetOf::Number) => AttributeValue::Ns(elements(reader, string)?),
        Found::Set(SetOf::Bytes) => AttributeValue::Bs(elements(reader, |reader| {
            found::bytes(reader).map(Blob::new)
        })?),
    };
    found::close(reader)?;
    Ok(container)
}

fn string(reader: &mut Reader<'_>) -> Result<String, Malformed> {
    reader.string().map(std::borrow::Cow::into_owned)
}

fn elements<T>(
    reader: &mut Reader<'_>,
    element: impl Fn(&mut Reader<'_>) -> Result<T, Malformed>,
) -> Result<Vec<T>, Malformed> {
    let mut elements = Vec::new();
    reader.array(&mut |reader| {
        elements.push(element(reader)?);
        Ok(())
    })?;
    Ok(elements)
}

fn write_members(members: &HashMap<String, AttributeValue>, out: &mut String) -> Result<(), Flaw> {
    let mut sorted: Vec<_> = members.iter().collect();
    sorted.sort_unstable_by_key(|(name, _)| name.as_str());
    out.push('{');
    for (index, (name, value)) in sorted.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write_string(name, out);
        out.push(':');
        write(value, out).map_err(|flaw| flaw.in_name(name))?;
    }
    out.push('}');
    Ok(())
}

fn write(value: &AttributeValue, out: &mut String) -> Result<(), Flaw> {
    match value {
        AttributeValue::S(text) => wrap("S", out, |out| string_to(text, out)),
        AttributeValue::N(text) => wrap("N", out, |out| string_to(text, out)),
        AttributeValue::B(bytes) => wrap("B", out, |out| blob_to(bytes, out)),
        AttributeValue::Bool(bool) => wrap("BOOL", out, |out| literal_to(*bool, out)),
        AttributeValue::Null(null) => wrap("NULL", out, |out| literal_to(*null, out)),
        AttributeValue::M(members) => wrap("M", out, |out| write_members(members, out)),
        AttributeValue::L(list) => wrap("L", out, |out| list_to(list, out, write)),
        AttributeValue::Ss(set) => wrap("SS", out, |out| {
            list_to(set, out, |text, out| string_to(text, out))
        }),
        AttributeValue::Ns(set) => wrap("NS", out, |out| {
            list_to(set, out, |text, out| string_to(text, out))
        }),
        AttributeValue::Bs(set) => wrap("BS", out, |out| list_to(set, out, blob_to)),
        _ => Err(Flaw::new(
            "an attribute value of a type this version of the SDK does not know",
        )),
    }
}

fn wrap(
    kind: &str,
    out: &mut String,
    inner: impl FnOnce(&mut String) -> Result<(), Flaw>,
) -> Result<(), Flaw> {
    out.push_str("{\"");
    out.push_str(kind);
    out.push_str("\":");
    inner(out)?;
    out.push('}');
    Ok(())
}

#[expect(clippy::unnecessary_wraps, reason = "stands beside writers that fail")]
fn string_to(text: &str, out: &mut String) -> Result<(), Flaw> {
    write_string(text, out);
    Ok(())
}

#[expect(clippy::unnecessary_wraps, reason = "stands beside writers that fail")]
fn literal_to(bool: bool, out: &mut String) -> Result<(), Flaw> {
    out.push_str(if bool { "true" } else { "false" });
    Ok(())
}

fn blob_to(blob: &Blob, out: &mut String) -> Result<(), Flaw> {
    string_to(&base64::encode(blob), out)
}

fn list_to<T>(
    list: &[T],
    out: &mut String,
    element: impl Fn(&T, &mut String) -> Result<(), Flaw>,
) -> Result<(), Flaw> {
    out.push('[');
    for (index, value) in list.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        element(value, out).map_err(|flaw| flaw.in_index(index))?;
    }
    out.push(']');
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{
        collection::{hash_map, vec},
        prelude::*,
    };

    #[test]
    fn the_text_of_an_item_is_sorted() {
        let text = r#"{"a":{"N":"1"},"b":{"M":{"x":{"L":[{"NULL":true},{"BOOL":false}]}}},"c":{"BS":["AQ=="]}}"#;
        let item = item_to_sdk(text).unwrap();
        assert_eq!(item["a"], AttributeValue::N("1".into()));
        let mut out = String::new();
        item_from_sdk(&item, &mut out).unwrap();
        assert_eq!(out, text);
        assert!(item_to_sdk(&format!("{text}x")).is_err());
        assert!(value_to_sdk(r#"{"S":"x"} {"#).is_err());
    }

    #[test]
    fn deep_text_is_refused() {
        let deep = r#"{"L":["#.repeat(10_000);
        assert!(value_to_sdk(&deep).is_err());
    }

    fn values() -> impl Strategy<Value = AttributeValue> {
        let blob = || any::<Vec<u8>>().prop_map(Blob::new);
        let number = || any::<i64>().prop_map(|n| n.to_string());
        let leaf = prop_oneof![
            any::<String>().prop_map(AttributeValue::S),
            number().prop_map(AttributeValue::N),
            blob().prop_map(AttributeValue::B),
            any::<bool>().prop_map(AttributeValue::Bool),
            Just(AttributeValue::Null(true)),
            vec(any::<String>(), 1..4).prop_map(AttributeValue::Ss),
            vec(number(), 1..4).prop_map(AttributeValue::Ns),
            vec(blob(), 1..4).prop_map(AttributeValue::Bs),
        ];
        leaf.prop_recursive(4, 32, 4, |inner| {
            prop_oneof![
                vec(inner.clone(), 0..4).prop_map(AttributeValue::L),
                hash_map(any::<String>(), inner, 0..4).prop_map(AttributeValue::M),
            ]
        })
    }

    proptest! {
        #[test]
        fn every_value_comes_back(value in values()) {
            let mut out = String::new();
            value_from_sdk(&value, &mut out).unwrap();
            prop_assert_eq!(value_to_sdk(&out).unwrap(), value);
        }
    }
}
