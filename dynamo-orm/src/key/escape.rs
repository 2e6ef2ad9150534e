//! Escaping: text before a separator never contains that separator, and still sorts as it did.

use std::borrow::Cow;

/// Whether text before this separator keeps its order. Below `%` every byte up to `%` is escaped, so the
/// separator sorts before all that can stand in its place.
pub(super) const fn keeps_order(separator: u8) -> bool {
    separator < b'%'
}

/// Whether a byte of text is written as `%XX` before this separator.
pub(super) const fn is_escaped(byte: u8, separator: u8) -> bool {
    byte == b'%' || byte == separator || (keeps_order(separator) && byte < b'%')
}

/// Appends the text, escaped. The separator is ASCII, so characters beyond are never touched.
pub(super) fn escape(text: &str, separator: u8, out: &mut String) {
    for c in text.chars() {
        match u8::try_from(c) {
            Ok(byte) if byte.is_ascii() && is_escaped(byte, separator) => {
                out.push('%');
                push_hex(byte, b"0123456789ABCDEF", out);
            }
            _ => out.push(c),
        }
    }
}

/// The text that [`escape`] writes as this; `None` if it writes none so.
pub(super) fn unescape(text: &str, separator: u8) -> Option<Cow<'_, str>> {
    if !text.bytes().any(|b| is_escaped(b, separator)) {
        return Some(Cow::Borrowed(text));
    }
    let mut out = String::with_capacity(text.len());
    let mut pieces = text.split('%');
    let first = pieces.next()?;
    if first.bytes().any(|b| is_escaped(b, separator)) {
        return None;
    }
    out.push_str(first);
    for piece in pieces {
        let (hex, rest) = piece.split_at_checked(2)?;
        let byte = hex_byte(hex.as_bytes()).filter(|b| is_escaped(*b, separator))?;
        if hex.bytes().any(|b| b.is_ascii_lowercase())
            || rest.bytes().any(|b| is_escaped(b, separator))
        {
            return None;
        }
        out.push(char::from(byte));
        out.push_str(rest);
    }
    Some(Cow::Owned(out))
}

/// Appends bytes as lower-case hexadecimal.
pub(super) fn write_hex(bytes: &[u8], out: &mut String) {
    for byte in bytes {
        push_hex(*byte, b"0123456789abcdef", out);
    }
}

/// Takes lower-case hexadecimal off the front: the bytes and the length of their text.
pub(super) fn take_hex(key: &str) -> Option<(Vec<u8>, usize)> {
    let length = key
        .bytes()
        .take_while(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        .count();
    let text = key.as_bytes().get(..length)?;
    let bytes: Option<Vec<u8>> = text.chunks(2).map(hex_byte).collect();
    Some((bytes?, length))
}

fn push_hex(byte: u8, digits: &[u8; 16], out: &mut String) {
    for nibble in [byte >> 4, byte & 15] {
        out.extend(digits.get(usize::from(nibble)).map(|d| char::from(*d)));
    }
}

fn hex_byte(text: &[u8]) -> Option<u8> {
    let digit = |b: u8| {
        char::from(b)
            .to_digit(16)
            .and_then(|d| u8::try_from(d).ok())
    };
    match text {
        [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(text: &str, separator: u8) -> String {
        let mut out = String::new();
        escape(text, separator, &mut out);
        out
    }

    #[test]
    fn a_low_separator_escapes_everything_up_to_the_percent_sign() {
        assert_eq!(escaped("a#b c%d$é:", b'#'), "a%23b%20c%25d%24é:");
    }

    #[test]
    fn a_high_separator_escapes_itself_and_the_percent_sign() {
        assert_eq!(escaped("a#b c%d|é:", b'|'), "a#b c%25d%7Cé:");
    }

    #[test]
    fn what_was_escaped_comes_back() {
        for separator in *b"#|:_" {
            for text in ["", "a", "#", "%23", "a#b|c:d_e%", "é\u{0}"] {
                assert_eq!(
                    unescape(&escaped(text, separator), separator).as_deref(),
                    Some(text)
                );
            }
        }
    }

    #[test]
    fn what_would_not_be_written_so_is_refused() {
        for text in ["%2", "%", "%2g", "%61", "a b", "%7c", "%é", "a%23 "] {
            assert_eq!(unescape(text, b'#'), None, "{text}");
        }
        assert_eq!(unescape("%7c", b'|'), None);
    }

    #[test]
    fn bytes_are_hexadecimal() {
        let mut out = String::new();
        write_hex(&[1, 255], &mut out);
        assert_eq!(out, "01ff");
        assert_eq!(take_hex("01ff#"), Some((vec![1, 255], 4)));
        assert_eq!(take_hex("01f#"), None);
    }
}
