//! A cursor over JSON text.

use std::{borrow::Cow, fmt};

use super::text;

/// Containers inside containers that are followed before the text is refused; DynamoDB
/// itself stops at 32.
const MAX_DEPTH: u8 = 64;

/// What is done with every member of an object.
pub(crate) type EachMember<'de, 'f> =
    dyn FnMut(&mut Reader<'de>, Cow<'de, str>) -> Result<(), Malformed> + 'f;

/// A cursor over JSON text; strings without escapes are borrowed from it.
///
/// Whoever asks for a container gets its members one by one, in a closure that must consume
/// each value. Nothing is looked at twice, and nothing is kept.
#[derive(Clone, Debug)]
pub struct Reader<'de> {
    text: &'de str,
    at: usize,
    depth: u8,
}

impl<'de> Reader<'de> {
    /// A cursor at the start of `text`.
    #[must_use]
    pub fn new(text: &'de str) -> Self {
        Self {
            text,
            at: 0,
            depth: 0,
        }
    }

    /// The byte the cursor stands at.
    #[must_use]
    pub fn position(&self) -> usize {
        self.at
    }

    /// Moves the cursor, e.g. back to a value's start.
    pub fn seek(&mut self, position: usize) {
        self.at = position;
    }

    /// The text between two positions; empty unless both lie on it, in order.
    #[must_use]
    pub fn text_between(&self, from: usize, to: usize) -> &'de str {
        self.text.get(from..to).unwrap_or_default()
    }

    /// Calls `each` with every member of an object: its name, and the cursor at its value.
    ///
    /// # Errors
    ///
    /// If this is not an object, or `each` fails or leaves the value unread.
    pub fn object(&mut self, each: &mut EachMember<'de, '_>) -> Result<(), Malformed> {
        self.enter(b'{', "an object")?;
        let mut first = true;
        while let Some(name) = self.next_name(first)? {
            first = false;
            each(self, name)?;
        }
        Ok(())
    }

    /// Calls `each` with the cursor at every element of an array.
    ///
    /// # Errors
    ///
    /// If this is not an array, or `each` fails or leaves the element unread.
    pub fn array(
        &mut self,
        each: &mut dyn FnMut(&mut Reader<'de>) -> Result<(), Malformed>,
    ) -> Result<(), Malformed> {
        self.enter(b'[', "an array")?;
        let mut first = true;
        while self.next_element(first)? {
            first = false;
            each(self)?;
        }
        Ok(())
    }

    /// Steps over a value of any kind, looking only at strings and brackets inside it.
    ///
    /// # Errors
    ///
    /// If there is no value or it does not end. What lies inside it is not checked.
    #[inline(never)]
    pub fn skip_value(&mut self) -> Result<(), Malformed> {
        match self.peek() {
            Some(b'"') => {
                self.at += 1;
                self.skip_string()
            }
            Some(b'{' | b'[') => self.skip_container(),
            Some(b't') => self.word("true"),
            Some(b'f') => self.word("false"),
            Some(b'n') => self.word("null"),
            Some(b'-' | b'0'..=b'9') => {
                let rest = self.rest();
                let number = |b: &u8| matches!(b, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
                self.at += rest.iter().position(|b| !number(b)).unwrap_or(rest.len());
                Ok(())
            }
            _ => Err(self.expected("a value")),
        }
    }

    /// Steps over a value and returns its text.
    ///
    /// # Errors
    ///
    /// As [`Reader::skip_value`].
    pub fn raw_value(&mut self) -> Result<&'de str, Malformed> {
        self.skip_space();
        let from = self.at;
        self.skip_value()?;
        Ok(self.text_between(from, self.at))
    }

    /// Reads a string.
    ///
    /// # Errors
    ///
    /// If this is not a string, or one with an escape that writes no character.
    pub fn string(&mut self) -> Result<Cow<'de, str>, Malformed> {
        match self.quoted(b"\"", b"\"") {
            Some(plain) => Ok(Cow::Borrowed(plain)),
            None => self.any_string(),
        }
    }

    /// The text without escapes between `open`, which ends in its opening quote, and `close`, which
    /// begins with its closing quote; nothing is read if it is spelled otherwise.
    #[inline]
    pub(crate) fn quoted<const N: usize, const M: usize>(
        &mut self,
        open: &[u8; N],
        close: &[u8; M],
    ) -> Option<&'de str> {
        let (found, inside) = self.rest().split_first_chunk::<N>()?;
        if found != open {
            return None;
        }
        let length = text::end_or_escape(inside)?;
        if inside.get(length..)?.first_chunk() != Some(close) {
            return None;
        }
        let from = self.at + N;
        let plain = self.text.get(from..from + length)?;
        self.at = from + length + M;
        Some(plain)
    }

    /// A string in any spelling.
    #[inline(never)]
    fn any_string(&mut self) -> Result<Cow<'de, str>, Malformed> {
        self.take(b'"', "a string")?;
        let inside = self.text.get(self.at..).unwrap_or_default();
        match text::read(inside) {
            Ok((string, length)) => {
                self.at += length;
                Ok(string)
            }
            Err(bad) => Err(Malformed {
                position: self.at + bad.offset,
                expected: bad.expected,
            }),
        }
    }

    /// Reads `true` or `false`.
    ///
    /// # Errors
    ///
    /// If this is neither.
    pub fn bool(&mut self) -> Result<bool, Malformed> {
        match self.peek() {
            Some(b't') => self.word("true").map(|()| true),
            Some(b'f') => self.word("false").map(|()| false),
            _ => Err(self.expected("true or false")),
        }
    }

    /// The next byte that is not white space; the cursor then stands at it.
    pub fn peek(&mut self) -> Option<u8> {
        self.skip_space();
        self.rest().first().copied()
    }

    /// Checks that nothing but white space is left.
    ///
    /// # Errors
    ///
    /// If there is more.
    pub fn end(&mut self) -> Result<(), Malformed> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.expected("the end")),
        }
    }

    /// Enters a container; [`Reader::next_name`] or [`Reader::next_element`] leaves it.
    pub(crate) fn enter(&mut self, bracket: u8, expected: &'static str) -> Result<(), Malformed> {
        self.take(bracket, expected)?;
        if self.depth == MAX_DEPTH {
            return Err(self.expected("at most 64 containers inside one another"));
        }
        self.depth += 1;
        Ok(())
    }

    /// The next member's name, with the cursor at its value; nothing behind the last one.
    #[inline]
    pub(crate) fn next_name(&mut self, first: bool) -> Result<Option<Cow<'de, str>>, Malformed> {
        let plain = if first {
            self.quoted(b"\"", b"\":")
        } else {
            self.quoted(b",\"", b"\":")
        };
        match plain {
            Some(name) => Ok(Some(Cow::Borrowed(name))),
            None => self.any_name(first),
        }
    }

    /// A name in any spelling, or the end.
    #[inline(never)]
    fn any_name(&mut self, first: bool) -> Result<Option<Cow<'de, str>>, Malformed> {
        match self.peek() {
            Some(b'}') => {
                self.leave();
                return Ok(None);
            }
            Some(b',') if !first => self.at += 1,
            _ if first => {}
            _ => return Err(self.expected("`,` or `}`")),
        }
        let name = self.string()?;
        self.take(b':', "`:`")?;
        Ok(Some(name))
    }

    /// Whether there is a next element, with the cursor at it.
    #[inline(never)]
    pub(crate) fn next_element(&mut self, first: bool) -> Result<bool, Malformed> {
        match self.peek() {
            Some(b']') => {
                self.leave();
                return Ok(false);
            }
            Some(b',') if !first => self.at += 1,
            _ if first => {}
            _ => return Err(self.expected("`,` or `]`")),
        }
        Ok(true)
    }

    /// Takes one byte of punctuation.
    pub(crate) fn take(&mut self, byte: u8, expected: &'static str) -> Result<(), Malformed> {
        if self.peek() == Some(byte) {
            self.at += 1;
            Ok(())
        } else {
            Err(self.expected(expected))
        }
    }

    /// The bytes from the cursor on.
    pub(crate) fn rest(&self) -> &'de [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    #[cold]
    pub(crate) fn expected(&self, expected: &'static str) -> Malformed {
        Malformed {
            position: self.at,
            expected,
        }
    }

    fn leave(&mut self) {
        self.at += 1;
        self.depth = self.depth.saturating_sub(1);
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.text.as_bytes().get(self.at) {
            self.at += 1;
        }
    }

    fn word(&mut self, word: &'static str) -> Result<(), Malformed> {
        if self.rest().starts_with(word.as_bytes()) {
            self.at += word.len();
            Ok(())
        } else {
            Err(self.expected(word))
        }
    }

    /// Steps behind the closing quote.
    fn skip_string(&mut self) -> Result<(), Malformed> {
        let bytes = self.text.as_bytes();
        while let Some(found) = text::end_or_escape(self.rest()) {
            self.at += found + 1;
            if bytes.get(self.at - 1) == Some(&b'"') {
                return Ok(());
            }
            self.at += 1;
        }
        self.at = bytes.len();
        Err(self.expected("the end of the string"))
    }

    fn skip_container(&mut self) -> Result<(), Malformed> {
        let bytes = self.text.as_bytes();
        let mut open = 0usize;
        while let Some(byte) = bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'"' => self.skip_string()?,
                b'{' | b'[' => open += 1,
                b'}' | b']' => {
                    open -= 1;
                    if open == 0 {
                        return Ok(());
                    }
                }
                _ => {}
            }
        }
        Err(self.expected("the end of the value"))
    }
}

/// Text that is not JSON, or JSON that is not an attribute value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed {
    /// The byte at which this showed.
    pub position: usize,
    /// What should have stood there.
    pub expected: &'static str,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {} at byte {}", self.expected, self.position)
    }
}

impl std::error::Error for Malformed {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn members_and_elements_come_in_order() {
        let mut reader =
            Reader::new(" { \"a\" : [ 1 , true,\"x\" ] ,\"b\\n\":{}, \"c\":null } tail");
        let mut seen = Vec::new();
        reader
            .object(&mut |reader, name| {
                if name != "a" {
                    seen.push(format!("{name}={}", reader.raw_value()?));
                    return Ok(());
                }
                reader.array(&mut |reader| {
                    seen.push(reader.raw_value()?.to_owned());
                    Ok(())
                })
            })
            .unwrap();
        assert_eq!(seen, ["1", "true", "\"x\"", "b\n={}", "c=null"]);
        assert_eq!(reader.text_between(reader.position(), 999), "");
        assert_eq!(reader.peek(), Some(b't'));
    }

    #[test]
    fn a_value_left_unread_is_an_error() {
        let unread = Reader::new("{\"a\":1}").object(&mut |_, _| Ok(()));
        assert_eq!(
            unread,
            Err(Malformed {
                position: 5,
                expected: "`,` or `}`"
            })
        );
    }

    #[test]
    fn containers_inside_one_another_are_bounded() {
        fn follow(reader: &mut Reader<'_>) -> Result<(), Malformed> {
            reader.array(&mut follow)
        }
        let deep = "[".repeat(100_000);
        assert!(follow(&mut Reader::new(&deep)).is_err());
        let allowed = format!("{}{}", "[".repeat(64), "]".repeat(64));
        assert_eq!(follow(&mut Reader::new(&allowed)), Ok(()));
    }

    #[test]
    fn skipping_goes_over_brackets_in_strings() {
        let mut reader = Reader::new(r#"{"a":["}\"]",{"b":"\\"}]},1"#);
        assert_eq!(reader.raw_value().unwrap(), r#"{"a":["}\"]",{"b":"\\"}]}"#);
        assert_eq!(reader.position(), 25);
    }

    proptest! {
        #[test]
        fn any_text_is_handled(text in "[\\[\\]{}\",:\\\\tfn0-9a ]{0,40}", at in 0usize..50) {
            for from in [0, at] {
                let mut reader = Reader::new(&text);
                reader.seek(from);
                let _ = reader.clone().skip_value();
                let _ = reader.clone().raw_value();
                let _ = reader.clone().string();
                let _ = reader.clone().bool();
                let _ = reader.clone().object(&mut |reader, _| reader.skip_value());
                let _ = reader.array(&mut Reader::skip_value);
            }
        }
    }
}
