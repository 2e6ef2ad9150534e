//! JSON text indented for people, with an attribute value on one line.

use super::scan::{Scan, Undecodable};

/// Nesting beyond this is written as it came; DynamoDB itself allows 32 levels.
const MAX_DEPTH: usize = 64;

/// A document, list or array longer than this is broken into lines.
const MAX_LINE: usize = 72;

/// Indents a body by two spaces a level; text that is not JSON comes back unchanged.
pub(super) fn json(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    match value(text, 0, &mut out) {
        Ok(()) => out,
        Err(_) => text.to_owned(),
    }
}

fn value(text: &str, depth: usize, out: &mut String) -> Result<(), Undecodable> {
    let mut scan = Scan::new(text);
    let line = one_line(text);
    match scan.peek() {
        _ if depth >= MAX_DEPTH || stays_on_one_line(text, &line)? => {
            scan.value()?;
            out.push_str(&line);
        }
        Some(b'{') => {
            let mut open = "{";
            scan.object(|scan, name| {
                out.push_str(open);
                open = ",";
                new_line(depth + 1, out);
                out.push('"');
                out.push_str(name);
                out.push_str("\": ");
                value(scan.value()?, depth + 1, out)
            })?;
            new_line(depth, out);
            out.push('}');
        }
        _ => {
            let mut open = "[";
            scan.array(|scan| {
                out.push_str(open);
                open = ",";
                new_line(depth + 1, out);
                value(scan.value()?, depth + 1, out)
            })?;
            new_line(depth, out);
            out.push(']');
        }
    }
    scan.end()
}

fn new_line(depth: usize, out: &mut String) {
    out.push('\n');
    for _ in 0..depth {
        out.push_str("  ");
    }
}

/// Scalars, empty collections, attribute values (long documents and lists excepted), and short
/// arrays of scalars.
fn stays_on_one_line(text: &str, line: &str) -> Result<bool, Undecodable> {
    let mut scan = Scan::new(text);
    match scan.peek() {
        Some(b'{') => {
            let mut members = 0;
            let mut attribute = Attribute::No;
            scan.object(|scan, name| {
                members += 1;
                attribute = Attribute::of(name, scan.peek());
                scan.value().map(drop)
            })?;
            Ok(match (members, attribute) {
                (0, _) | (1, Attribute::Flat) => true,
                (1, Attribute::Nested) => line.len() <= MAX_LINE,
                _ => false,
            })
        }
        Some(b'[') => {
            let mut scalars = true;
            scan.array(|scan| {
                scalars &= !matches!(scan.peek(), Some(b'{' | b'['));
                scan.value().map(drop)
            })?;
            Ok(line == "[]" || (scalars && line.len() <= MAX_LINE))
        }
        _ => Ok(true),
    }
}

/// Whether the only member of an object makes it an attribute value.
enum Attribute {
    No,
    Flat,
    Nested,
}

impl Attribute {
    /// Judges by the name and the first byte of the value.
    fn of(name: &str, first: Option<u8>) -> Self {
        match (name, first) {
            ("S" | "N" | "B", Some(b'"'))
            | ("BOOL" | "NULL", Some(b't' | b'f'))
            | ("SS" | "NS" | "BS", Some(b'[')) => Self::Flat,
            ("M", Some(b'{')) | ("L", Some(b'[')) => Self::Nested,
            _ => Self::No,
        }
    }
}

/// The text without line breaks, a space after each colon and comma.
fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len() + text.len() / 4);
    let mut quoted = false;
    let mut escaped = false;
    for c in text.chars() {
        if quoted {
            line.push(c);
            quoted = escaped || c != '"';
            escaped = !escaped && c == '\\';
        } else if !c.is_ascii_whitespace() {
            line.push(c);
            quoted = c == '"';
            if matches!(c, ':' | ',') {
                line.push(' ');
            }
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{Operation, Request};

    #[test]
    fn a_request_shows_one_attribute_value_a_line() {
        let body = concat!(
            r#"{"TableName":"Shop","Item":{"PK":{"S":"a: \"b\", c"},"n":{"NS":["1","2"]},"#,
            r#""m":{"M":{"x":{"S":"y"}}},"e":{"M":{}},"#,
            r#""long":{"L":[{"S":"0123456789012345678901234567890123456789"},{"S":"0123456789012345678"}]}},"#,
            r##""ExpressionAttributeNames":{"#S":"S"},"Limit":10,"Keys":[{"PK":{"S":"x"}}]}"##
        );
        let request = Request::new(Operation::PutItem, "Shop", body);
        assert_eq!(
            request.to_string(),
            r##"PutItem {
  "TableName": "Shop",
  "Item": {
    "PK": {"S": "a: \"b\", c"},
    "n": {"NS": ["1", "2"]},
    "m": {"M": {"x": {"S": "y"}}},
    "e": {"M": {}},
    "long": {
      "L": [
        {"S": "0123456789012345678901234567890123456789"},
        {"S": "0123456789012345678"}
      ]
    }
  },
  "ExpressionAttributeNames": {
    "#S": "S"
  },
  "Limit": 10,
  "Keys": [
    {
      "PK": {"S": "x"}
    }
  ]
}"##
        );
        let again = Request::new(Operation::PutItem, "Shop", json(body));
        assert_eq!(again.to_string(), request.to_string());
    }

    #[test]
    fn broken_or_very_deep_text_is_shown_anyway() {
        assert_eq!(json(r#"{"a":"#), r#"{"a":"#);
        let deep = "[".repeat(5000) + &"]".repeat(5000);
        assert!(json(&deep).contains(&"[".repeat(4000)));
    }
}
