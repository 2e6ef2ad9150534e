//! A key part on its own, as DynamoDB's JSON.

use super::Part;

impl Part<'_> {
    /// Appends the part as an attribute value: `{"S":"…"}`, `{"N":"…"}` or `{"B":"…"}` in base64.
    pub fn to_wire(&self, out: &mut String) {
        out.push_str("{\"");
        match self {
            Part::Text(text) => {
                out.push_str("S\":\"");
                escape(text, out);
            }
            Part::Number(text) => {
                out.push_str("N\":\"");
                escape(text, out);
            }
            Part::Bytes(bytes) => {
                out.push_str("B\":\"");
                base64(bytes, out);
            }
        }
        out.push_str("\"}");
    }
}

/// Appends the inside of a JSON string.
fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\0'..='\u{1F}' => {
                let code = u32::from(c);
                out.push_str("\\u00");
                out.extend(
                    [code >> 4, code & 15]
                        .into_iter()
                        .filter_map(|digit| char::from_digit(digit, 16)),
                );
            }
            c => out.push(c),
        }
    }
}

fn base64(bytes: &[u8], out: &mut String) {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for chunk in bytes.chunks(3) {
        let byte = |i| u32::from(chunk.get(i).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for (i, shift) in [18, 12, 6, 0].into_iter().enumerate() {
            let digit = usize::try_from(bits >> shift & 63)
                .ok()
                .and_then(|d| DIGITS.get(d));
            out.push(if i > chunk.len() {
                '='
            } else {
                digit.map_or('=', |d| char::from(*d))
            });
        }
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
            r#"{"S":"a\"\\\u000a\u0000é"}"#
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
