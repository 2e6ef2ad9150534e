//! JSON strings: finding their end, resolving and writing their escapes.

use std::{borrow::Cow, fmt};

const LOW: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;
const QUOTES: u64 = LOW * 0x22;
const BACKSLASHES: u64 = LOW * 0x5C;

/// The offset of the next `"` or `\`. Most strings of an item are short, so the first
/// words are looked at in place; `memchr` takes over for long ones.
#[inline]
pub(crate) fn end_or_escape(bytes: &[u8]) -> Option<usize> {
    const SHORT: usize = 32;
    let mut seen = 0;
    let mut rest = bytes;
    while let Some((word, after)) = rest.split_first_chunk()
        && seen < SHORT
    {
        let word = u64::from_le_bytes(*word);
        let hits = zeros(word ^ QUOTES) | zeros(word ^ BACKSLASHES);
        if hits != 0 {
            return Some(seen + (hits.trailing_zeros() / 8) as usize);
        }
        (seen, rest) = (seen + 8, after);
    }
    memchr::memchr2(b'"', b'\\', rest).map(|found| found + seen)
}

/// The offset of the next byte that cannot stand in a JSON string as it is.
fn special(bytes: &[u8]) -> Option<usize> {
    let (words, rest) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let control = word.wrapping_sub(LOW * 0x20) & !word & HIGH;
        let hits = control | zeros(word ^ QUOTES) | zeros(word ^ BACKSLASHES);
        if hits != 0 {
            return Some(index * 8 + (hits.trailing_zeros() / 8) as usize);
        }
    }
    let found = rest
        .iter()
        .position(|b| *b < b' ' || *b == b'"' || *b == b'\\')?;
    Some(words.len() * 8 + found)
}

/// Marks the zero bytes of a word; exact up to and including the lowest.
const fn zeros(word: u64) -> u64 {
    word.wrapping_sub(LOW) & !word & HIGH
}

/// Why a string could not be read, and how far into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BadString {
    pub(crate) offset: usize,
    pub(crate) expected: &'static str,
}

/// Reads the string whose opening quote stands just before `text`; also returns the length
/// up to and including the closing quote.
pub(crate) fn read(text: &str) -> Result<(Cow<'_, str>, usize), BadString> {
    let end = end_or_escape(text.as_bytes()).ok_or_else(|| unclosed(text))?;
    if text.as_bytes().get(end) == Some(&b'"') {
        let plain = text.get(..end).ok_or_else(|| unclosed(text))?;
        return Ok((Cow::Borrowed(plain), end + 1));
    }
    read_escaped(text, end)
}

#[cold]
#[inline(never)]
fn read_escaped(text: &str, first: usize) -> Result<(Cow<'_, str>, usize), BadString> {
    let bytes = text.as_bytes();
    let mut resolved = String::with_capacity(first + 32);
    let mut from = 0;
    let mut at = first;
    loop {
        resolved.push_str(text.get(from..at).ok_or_else(|| unclosed(text))?);
        if bytes.get(at) == Some(&b'"') {
            return Ok((Cow::Owned(resolved), at + 1));
        }
        let (character, length) = escape(bytes, at)?;
        resolved.push(character);
        from = at + length;
        let rest = bytes.get(from..).ok_or_else(|| unclosed(text))?;
        at = from + end_or_escape(rest).ok_or_else(|| unclosed(text))?;
    }
}

/// The character written by the escape at `at`, and the escape's length.
fn escape(bytes: &[u8], at: usize) -> Result<(char, usize), BadString> {
    let bad = |expected| BadString {
        offset: at,
        expected,
    };
    let plain = match bytes.get(at + 1) {
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => {
            let unit = hex(bytes, at + 2).ok_or(bad("four hexadecimal digits"))?;
            if !(0xD800..0xE000).contains(&unit) {
                return char::from_u32(unit)
                    .map(|c| (c, 6))
                    .ok_or(bad("a character"));
            }
            let low = match (unit, bytes.get(at + 6), bytes.get(at + 7)) {
                (0xD800..0xDC00, Some(b'\\'), Some(b'u')) => hex(bytes, at + 8),
                _ => None,
            };
            return low
                .filter(|low| (0xDC00..0xE000).contains(low))
                .and_then(|low| char::from_u32(0x1_0000 + ((unit - 0xD800) << 10) + (low - 0xDC00)))
                .map(|c| (c, 12))
                .ok_or(bad("both halves of a surrogate pair"));
        }
        _ => return Err(bad("an escape sequence")),
    };
    Ok((plain, 2))
}

fn hex(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.iter().try_fold(0, |value, digit| {
        Some(value << 4 | char::from(*digit).to_digit(16)?)
    })
}

fn unclosed(text: &str) -> BadString {
    BadString {
        offset: text.len(),
        expected: "the end of the string",
    }
}

/// Appends a JSON string with quotes and escapes.
#[inline(never)]
pub(crate) fn write_string(text: &str, out: &mut String) {
    out.reserve(text.len() + 2);
    out.push('"');
    write_escaped(text, out);
    out.push('"');
}

/// Appends the inside of a JSON string.
fn write_escaped(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = special(rest.as_bytes()) {
        let (plain, special) = rest.split_at(at);
        out.push_str(plain);
        let mut characters = special.chars();
        match characters.next() {
            Some('"') => out.push_str("\\\""),
            Some('\\') => out.push_str("\\\\"),
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some('\t') => out.push_str("\\t"),
            Some(control) => {
                out.push_str("\\u00");
                for shift in [4, 0] {
                    out.push(char::from_digit(u32::from(control) >> shift & 15, 16).unwrap_or('0'));
                }
            }
            None => {}
        }
        rest = characters.as_str();
    }
    out.push_str(rest);
}

/// Appends the inside of a JSON string from formatted text.
#[derive(Debug)]
pub(crate) struct Escaping<'a>(pub(crate) &'a mut String);

impl fmt::Write for Escaping<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        write_escaped(text, self.0);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn unquoted(json: &str) -> Result<String, BadString> {
        read(&json[1..]).map(|(text, length)| {
            assert_eq!(length, json.len() - 1);
            text.into_owned()
        })
    }

    #[test]
    fn every_escape_is_resolved() {
        let json = r#""\"\\\/\b\f\n\r\t\u00e9\u20ac\ud83d\ude00\u0000 end""#;
        assert_eq!(unquoted(json).unwrap(), "\"\\/\u{8}\u{c}\n\r\té€😀\0 end");
    }

    #[test]
    fn half_a_surrogate_pair_is_refused() {
        for json in [
            r#""\ud83d""#,
            r#""\ud83d\u0041""#,
            r#""\ude00""#,
            r#""\u12g4""#,
            r#""\x""#,
            r#""\"#,
        ] {
            assert!(unquoted(json).is_err(), "{json}");
        }
    }

    #[test]
    fn a_string_without_escapes_is_borrowed() {
        assert!(matches!(
            read("plain\" rest"),
            Ok((Cow::Borrowed("plain"), 6))
        ));
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(text in any::<String>(), more in "[a-z\"\\\\]{0,80}") {
            let text = text + &more;
            let mut json = String::new();
            write_string(&text, &mut json);
            prop_assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text.clone());
            prop_assert_eq!(unquoted(&json).unwrap(), text);
        }

        #[test]
        fn the_scan_agrees_with_a_plain_search(bytes in proptest::collection::vec(prop_oneof![Just(b'"'), Just(b'\\'), 0u8..255, Just(b'!'), Just(b'#')], 0..80)) {
            let expected = bytes.iter().position(|b| *b == b'"' || *b == b'\\');
            prop_assert_eq!(end_or_escape(&bytes), expected);
            let expected = bytes.iter().position(|b| *b < b' ' || *b == b'"' || *b == b'\\');
            prop_assert_eq!(special(&bytes), expected);
        }

        #[test]
        fn serde_json_strings_read_the_same(text in any::<String>()) {
            let json = serde_json::to_string(&text).unwrap();
            prop_assert_eq!(unquoted(&json).unwrap(), text);
        }
    }
}
