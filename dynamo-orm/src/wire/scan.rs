//! A minimal JSON scanner: it finds members and their ends, and leaves values as text.

use std::borrow::Cow;
use std::{error, fmt};

use memchr::memchr2;

/// Text that is not the JSON expected, and where it stopped being so.
///
/// Only for a broken answer. An item that does not fit its type is the decoder's own result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Undecodable {
    offset: usize,
    expected: &'static str,
}

impl Undecodable {
    /// Names what was expected at a byte offset of the text.
    #[must_use]
    pub(crate) fn new(offset: usize, expected: &'static str) -> Self {
        Self { offset, expected }
    }
}

impl fmt::Display for Undecodable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {} at byte {}", self.expected, self.offset)
    }
}

impl error::Error for Undecodable {}

/// A position in JSON text.
#[derive(Debug)]
pub(super) struct Scan<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Scan<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    /// The byte offset reached.
    pub(super) fn offset(&self) -> usize {
        self.at
    }

    /// Continues at a byte offset, where a decoder stopped.
    pub(super) fn resume(&mut self, offset: usize) {
        self.at = offset;
    }

    /// The next byte that is not white space.
    pub(super) fn peek(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.byte() {
            self.at += 1;
        }
        self.byte()
    }

    /// Walks an object; `member` gets each name as written and must consume the value.
    pub(super) fn object(
        &mut self,
        mut member: impl FnMut(&mut Self, &'t str) -> Result<(), Undecodable>,
    ) -> Result<(), Undecodable> {
        self.expect(b'{', "an object")?;
        if self.eat(b'}') {
            return Ok(());
        }
        loop {
            let name = self.string()?;
            self.expect(b':', "a colon")?;
            self.peek();
            member(self, name)?;
            if self.eat(b'}') {
                return Ok(());
            }
            self.expect(b',', "a comma or the end of an object")?;
        }
    }

    /// Walks an array; `element` must consume the value.
    pub(super) fn array(
        &mut self,
        mut element: impl FnMut(&mut Self) -> Result<(), Undecodable>,
    ) -> Result<(), Undecodable> {
        self.expect(b'[', "an array")?;
        if self.eat(b']') {
            return Ok(());
        }
        loop {
            self.peek();
            element(self)?;
            if self.eat(b']') {
                return Ok(());
            }
            self.expect(b',', "a comma or the end of an array")?;
        }
    }

    /// A string as written between its quotes; see [`unescape`].
    pub(super) fn string(&mut self) -> Result<&'t str, Undecodable> {
        self.expect(b'"', "a string")?;
        let start = self.at;
        loop {
            let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
            match memchr2(b'"', b'\\', rest) {
                Some(found) if rest.get(found) == Some(&b'"') => {
                    let end = self.at + found;
                    self.at = end + 1;
                    return self.slice(start, end);
                }
                Some(found) => self.at += found + 2,
                None => return Err(Undecodable::new(start, "the end of a string")),
            }
        }
    }

    /// Skips a value of any kind and gives its text. Brackets are counted, not matched.
    pub(super) fn value(&mut self) -> Result<&'t str, Undecodable> {
        self.peek();
        let start = self.at;
        let mut depth = 0_usize;
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.string()?;
                }
                Some(b'{' | b'[') => {
                    depth += 1;
                    self.at += 1;
                }
                Some(b'}' | b']') if depth > 0 => {
                    depth -= 1;
                    self.at += 1;
                }
                Some(b',' | b':') if depth > 0 => self.at += 1,
                Some(b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-') => self.word(),
                _ => return Err(Undecodable::new(self.at, "a value")),
            }
            if depth == 0 {
                return self.slice(start, self.at);
            }
        }
    }

    /// Makes sure that nothing follows.
    pub(super) fn end(&mut self) -> Result<(), Undecodable> {
        match self.peek() {
            None if self.at == self.text.len() => Ok(()),
            _ => Err(Undecodable::new(self.at, "the end of the text")),
        }
    }

    fn word(&mut self) {
        while let Some(b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'+' | b'.') = self.byte() {
            self.at += 1;
        }
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, byte: u8, expected: &'static str) -> Result<(), Undecodable> {
        if self.eat(byte) {
            Ok(())
        } else {
            Err(Undecodable::new(self.at, expected))
        }
    }

    fn slice(&self, start: usize, end: usize) -> Result<&'t str, Undecodable> {
        let text = self.text.get(start..end);
        text.ok_or(Undecodable::new(start, "whole characters"))
    }
}

/// The characters of a string as written between its quotes; a broken escape becomes U+FFFD.
pub(super) fn unescape(raw: &str) -> Cow<'_, str> {
    if !raw.contains('\\') {
        return Cow::Borrowed(raw);
    }
    let mut text = String::with_capacity(raw.len());
    let mut units = Vec::new();
    let mut chars = raw.chars();
    while let Some(c) = chars.next() {
        let plain = match c {
            '\\' => match chars.next() {
                Some('u') => {
                    let (digits, rest) = chars.as_str().split_at_checked(4).unwrap_or_default();
                    chars = rest.chars();
                    units.push(u16::from_str_radix(digits, 16).unwrap_or(0xFFFD));
                    continue;
                }
                Some('n') => '\n',
                Some('r') => '\r',
                Some('t') => '\t',
                Some('b') => '\u{8}',
                Some('f') => '\u{c}',
                Some(same) => same,
                None => char::REPLACEMENT_CHARACTER,
            },
            c => c,
        };
        text.push_str(&String::from_utf16_lossy(&units));
        units.clear();
        text.push(plain);
    }
    text.push_str(&String::from_utf16_lossy(&units));
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_ends_where_it_ends() {
        for (text, value) in [
            (r#" {"a":"}\"","b":[1,{}]} ,x"#, r#"{"a":"}\"","b":[1,{}]}"#),
            ("-1.5e+3,", "-1.5e+3"),
            ("null}", "null"),
            (r#""é\\" "#, r#""é\\""#),
        ] {
            assert_eq!(Scan::new(text).value(), Ok(value));
        }
    }

    #[test]
    fn broken_text_is_refused_and_never_panics() {
        for text in ["", "}", r#"{"a""#, r#""a\"#, "[1,", ",", r#"{"a":"#] {
            assert!(Scan::new(text).value().is_err(), "{text}");
        }
        let mut scan = Scan::new("é");
        scan.resume(1);
        assert!(scan.value().is_err());
    }

    #[test]
    fn escapes_are_resolved_and_broken_ones_replaced() {
        assert_eq!(
            unescape(r#"a\"\\\n\u00e9\ud83d\ude00\/"#),
            "a\"\\\né\u{1F600}/"
        );
        assert_eq!(unescape(r"\ud83d x"), "\u{FFFD} x");
        assert_eq!(unescape(r"\u12"), "\u{FFFD}");
    }
}
