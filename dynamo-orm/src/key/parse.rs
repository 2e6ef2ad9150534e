//! Parsing: a key back into its parts.

use std::borrow::Cow;

use super::bounds::HIGHEST;
use super::escape::{take_hex, unescape};
use super::form::fits_shape;
use super::number::{take_padded, take_plain, take_sorted};
use super::template::{Place, Slot};
use super::{Form, ParseError, Part, Segment, Template};

impl Template {
    /// The parts of a key of this template, by their index and in the order of the key.
    ///
    /// A part with a case or a length comes back as it is stored. A text that rendering would have escaped is
    /// not a key of this template; keys of another program that does not escape are read with `raw`.
    ///
    /// # Errors
    ///
    /// [`ParseError`] if the key is not one of this template's.
    pub fn parse(&self, key: &str) -> Result<Vec<(usize, Part<'static>)>, ParseError> {
        let mut parts = Vec::with_capacity(self.levels());
        self.read(key, |part, value| parts.push((part, value)))?;
        Ok(parts)
    }

    /// Whether the key could be one of this template's.
    #[must_use]
    pub fn matches(&self, key: &str) -> bool {
        self.read(key, |_, _| ()).is_ok()
    }

    fn read(
        &self,
        key: &str,
        mut found: impl FnMut(usize, Part<'static>),
    ) -> Result<(), ParseError> {
        let error = |rest: &str, expected| ParseError {
            at: key.len() - rest.len(),
            expected,
        };
        if key.is_empty() {
            return Err(error("", "a key that is not empty".into()));
        }
        let mut rest = key;
        for (index, segment) in self.segments.iter().enumerate() {
            rest = if let Some(slot) = self.slot(index) {
                let taken = slot
                    .take(rest)
                    .and_then(|(part, length)| Some((part, rest.get(length..)?)));
                let (part, after) = taken.ok_or_else(|| error(rest, slot.expected()))?;
                found(slot.part, part);
                after
            } else if let Segment::Literal(text) = segment {
                rest.strip_prefix(text)
                    .ok_or_else(|| error(rest, format!("`{text}`").into()))?
            } else {
                rest
            };
        }
        if rest.is_empty() {
            Ok(())
        } else {
            Err(error(rest, "the end".into()))
        }
    }
}

impl Slot {
    /// Takes the part off the front of the key: its value and the length of its text.
    fn take(&self, key: &str) -> Option<(Part<'static>, usize)> {
        let number = |(text, length): (String, usize)| (Part::Number(Cow::Owned(text)), length);
        match self.form {
            Form::Text => self.take_text(key),
            Form::Shape(shape) => {
                let text = key.get(..self.form.fixed_width(self.format)?)?;
                fits_shape(shape, self.format.case, text)
                    .then(|| (Part::Text(Cow::Owned(text.to_owned())), text.len()))
            }
            Form::Integer { .. } | Form::Decimal => {
                match (self.form.padding(self.format), self.format.width) {
                    (Some(padding), _) => take_padded(key, padding).map(number),
                    (None, None) => take_sorted(key).map(number),
                    (None, Some(_)) => {
                        take_plain(key, matches!(self.form, Form::Decimal)).map(number)
                    }
                }
            }
            Form::Bytes => {
                let (bytes, length) = take_hex(key)?;
                (length > 0 || self.format.empty)
                    .then_some((Part::Bytes(Cow::Owned(bytes)), length))
            }
        }
    }

    fn take_text(&self, key: &str) -> Option<(Part<'static>, usize)> {
        let (text, length) = match self.place {
            Place::Last | Place::Joined => (Cow::Borrowed(key), key.len()),
            Place::Before(separator) => {
                let text = key.get(..key.find(char::from(separator))?)?;
                (
                    if self.format.raw {
                        Cow::Borrowed(text)
                    } else {
                        unescape(text, separator)?
                    },
                    text.len(),
                )
            }
        };
        let too_long = self
            .format
            .truncate
            .is_some_and(|n| text.chars().nth(usize::from(n)).is_some());
        if too_long || (text.is_empty() && !self.format.empty) || text.contains(HIGHEST) {
            return None;
        }
        Some((Part::Text(Cow::Owned(text.into_owned())), length))
    }

    /// What stands here, for an error.
    fn expected(&self) -> Cow<'static, str> {
        let what: Cow<'static, str> = match (self.form, self.form.padding(self.format)) {
            (Form::Text, _) if self.format.raw => "text".into(),
            (Form::Text, _) if matches!(self.place, Place::Before(_)) => "escaped text".into(),
            (Form::Text, _) => "text".into(),
            (Form::Shape(shape), _) => format!("text of the shape `{shape}`").into(),
            (Form::Bytes, _) => "lower-case hexadecimal".into(),
            (_, Some(padding)) => format!("a number padded to {} characters", padding.width).into(),
            (Form::Decimal, None) if self.format.width.is_none() => {
                "a decimal such as `p501125.`".into()
            }
            _ => "a plain number".into(),
        };
        match self.place {
            Place::Before(separator) if !self.form.ends_itself(self.format) => {
                format!("{what} and `{}`", char::from(separator)).into()
            }
            _ => what,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Format;
    use super::*;

    const F: Format = Format::DEFAULT;
    const LINE: Template = Template {
        segments: &[
            Segment::Literal("ORDER#"),
            Segment::Part {
                part: 0,
                form: Form::Text,
                format: F,
            },
            Segment::Literal("#LINE#"),
            Segment::Part {
                part: 2,
                form: Form::Integer {
                    digits: 3,
                    signed: false,
                },
                format: F,
            },
        ],
    };

    #[test]
    fn parts_come_back_with_their_index() {
        let parts = LINE.parse("ORDER#a%23b#LINE#007").unwrap();
        assert_eq!(
            parts,
            [(0, Part::Text("a#b".into())), (2, Part::Number("7".into()))]
        );
    }

    #[test]
    fn errors_say_what_was_expected_where() {
        for (key, sentence) in [
            ("", "expected a key that is not empty at byte 0 of the key"),
            ("ORDERS#1", "expected `ORDER#` at byte 0 of the key"),
            (
                "ORDER#a",
                "expected escaped text and `#` at byte 6 of the key",
            ),
            (
                "ORDER##LINE#007",
                "expected escaped text and `#` at byte 6 of the key",
            ),
            (
                "ORDER#a b#LINE#007",
                "expected escaped text and `#` at byte 6 of the key",
            ),
            ("ORDER#a#NOTE#007", "expected `#LINE#` at byte 7 of the key"),
            (
                "ORDER#a#LINE#7",
                "expected a number padded to 3 characters at byte 13 of the key",
            ),
            (
                "ORDER#a#LINE#007x",
                "expected the end at byte 16 of the key",
            ),
        ] {
            assert_eq!(LINE.parse(key).unwrap_err().to_string(), sentence);
            assert!(!LINE.matches(key));
        }
    }
}
