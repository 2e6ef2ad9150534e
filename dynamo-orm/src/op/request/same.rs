//! Is a stored item the one that was sent?

use crate::codec::{Malformed, Reader};

/// Equal attributes, in whatever order; elements of sets, too. Numbers are compared as they are written.
pub(in crate::op) fn same_item(a: &str, b: &str) -> bool {
    match (sorted(a), sorted(b)) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    }
}

/// Does the item have all attributes of the other, equal?
pub(in crate::op) fn contains(item: &str, other: &str) -> bool {
    match (sorted(item), sorted(other)) {
        (Ok(item), Ok(other)) => other.iter().all(|attribute| item.contains(attribute)),
        _ => false,
    }
}

/// Equal attribute values, in whatever order.
pub(in crate::op) fn same_value(a: &str, b: &str) -> bool {
    a == b || same_item(a, b)
}

/// The members of an object by name, each in a form that does not depend on order.
fn sorted(object: &str) -> Result<Vec<(String, String)>, Malformed> {
    let mut members = Vec::new();
    Reader::new(object).object(&mut |reader, name| {
        let raw = reader.raw_value()?;
        let value = match &*name {
            "SS" | "NS" | "BS" => elements(raw, true)?,
            "L" => elements(raw, false)?,
            _ if raw.starts_with('{') => format!("{:?}", sorted(raw)?),
            _ => text(raw)?,
        };
        members.push((name.into_owned(), value));
        Ok(())
    })?;
    members.sort_unstable();
    Ok(members)
}

fn elements(array: &str, unordered: bool) -> Result<String, Malformed> {
    let mut elements = Vec::new();
    Reader::new(array).array(&mut |reader| {
        let raw = reader.raw_value()?;
        elements.push(if raw.starts_with('{') {
            format!("{:?}", sorted(raw)?)
        } else {
            text(raw)?
        });
        Ok(())
    })?;
    if unordered {
        elements.sort_unstable();
    }
    Ok(format!("{elements:?}"))
}

/// A string without its escapes, any other value as it stands.
fn text(raw: &str) -> Result<String, Malformed> {
    if raw.starts_with('"') {
        return Ok(Reader::new(raw).string()?.into_owned());
    }
    Ok(raw.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_makes_no_difference_but_content_does() {
        let a = r#"{"a":{"S":"\u00e9"},"b":{"SS":["x","y"]},"c":{"M":{"p":{"N":"1"},"q":{"L":[{"S":"r"}]}}}}"#;
        let b = r#"{"c":{"M":{"q":{"L":[{"S":"r"}]},"p":{"N":"1"}}},"b":{"SS":["y","x"]},"a":{"S":"é"}}"#;
        assert!(same_item(a, b));
        assert!(!same_item(a, &b.replace("\"1\"", "\"2\"")));
        assert!(!same_item(r#"{"a":{"S":"1"}}"#, r#"{"a":{"N":"1"}}"#));
        assert!(!same_item(
            r#"{"a":{"L":[{"S":"1"},{"S":"2"}]}}"#,
            r#"{"a":{"L":[{"S":"2"},{"S":"1"}]}}"#
        ));
        assert!(!same_item("{", "{"));
    }
}
