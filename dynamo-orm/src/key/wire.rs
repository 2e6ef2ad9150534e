//! A key part on its own, as DynamoDB's JSON.

use aws_smithy_types::base64;

use super::Part;
use crate::codec::write_string;

/// The end of an open range, which no key contains: written as an escape, so that a shown request can be read.
const LAST: &str = "\u{10FFFF}";

impl Part<'_> {
    /// Appends the part as an attribute value: `{"S":"…"}`, `{"N":"…"}` or `{"B":"…"}` in base64.
    pub fn to_wire(&self, out: &mut String) {
        let (tag, text) = match self {
            Part::Text(text) => ("{\"S\":", text.as_ref()),
            Part::Number(text) => ("{\"N\":", text.as_ref()),
            Part::Bytes(bytes) => ("{\"B\":", &*base64::encode(bytes)),
        };
        out.push_str(tag);
        let start = out.len();
        write_string(text, out);
        if text.ends_with(LAST) {
            let escaped = out.split_off(start).replace(LAST, r"\udbff\udfff");
            out.push_str(&escaped);
        }
        out.push('}');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wire(part: &Part<'_>) -> String {
        let mut out = String::new();
        part.to_wire(&mut out);
        out
    }

    #[test]
    fn text_is_escaped() {
        assert_eq!(
            wire(&Part::Text("a\"\\\n\0é".into())),
            r#"{"S":"a\"\\\n\u0000é"}"#
        );
    }

    #[test]
    fn numbers_keep_their_digits() {
        assert_eq!(wire(&Part::Number("-12.50".into())), r#"{"N":"-12.50"}"#);
    }

    #[test]
    fn bytes_are_base64() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
        ] {
            assert_eq!(
                wire(&Part::Bytes(bytes.as_bytes().into())),
                format!("{{\"B\":\"{text}\"}}")
            );
        }
        assert_eq!(
            wire(&Part::Bytes([0xFB, 0xFF][..].into())),
            r#"{"B":"+/8="}"#
        );
    }
}
