//! Writing one part: its text form, with the case, length, padding and escaping of its place.

use std::borrow::Cow;

use super::bounds::HIGHEST;
use super::digits::{Digits, NoRoom};
use super::escape::{escape, write_hex};
use super::form::fits_shape;
use super::template::{Place, Slot};
use super::{Case, Form, Part, PartError, RenderError};

impl Slot {
    /// Writes a part the way this place in the template has it.
    pub(super) fn write(&self, value: Part<'_>, key: &mut String) -> Result<(), RenderError> {
        let part = self.part;
        let wrong = |error| RenderError::Part { part, error };
        match self.form {
            Form::Text => {
                let text = value.into_text().map_err(wrong)?;
                let text = self.stored(&text);
                if text.is_empty() && !self.format.empty {
                    return Err(RenderError::Empty { part });
                }
                self.write_text(&text, key)
            }
            Form::Shape(shape) => {
                let text = value.into_text().map_err(wrong)?;
                let text = cased(&text, self.format.case);
                let width = self.form.fixed_width(self.format).unwrap_or_default();
                match text.get(..width) {
                    Some(kept) if fits_shape(shape, self.format.case, &text) => key.push_str(kept),
                    _ => {
                        return Err(wrong(PartError::new(format!(
                            "expected text of the shape `{shape}`"
                        ))));
                    }
                }
                Ok(())
            }
            Form::Integer { .. } | Form::Decimal => {
                self.write_number(&value.into_number().map_err(wrong)?, key)
            }
            Form::Bytes => {
                let bytes = value.into_bytes().map_err(wrong)?;
                if bytes.is_empty() && !self.format.empty {
                    return Err(RenderError::Empty { part });
                }
                write_hex(&bytes, key);
                Ok(())
            }
        }
    }

    /// Writes text that already has its case and length, whole or only its beginning.
    pub(super) fn write_text(&self, text: &str, key: &mut String) -> Result<(), RenderError> {
        let part = self.part;
        if text.contains(HIGHEST) {
            return Err(RenderError::Reserved { part });
        }
        match self.place {
            Place::Before(byte) if self.format.raw => {
                let separator = char::from(byte);
                if text.contains(separator) {
                    return Err(RenderError::RawSeparator { part, separator });
                }
                key.push_str(text);
            }
            Place::Before(separator) => escape(text, separator, key),
            Place::Last | Place::Joined => key.push_str(text),
        }
        Ok(())
    }

    /// The text as it is stored: its case mapped, then cut.
    pub(super) fn stored<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let text = cased(text, self.format.case);
        let Some(length) = self.format.truncate else {
            return text;
        };
        match (text.char_indices().nth(usize::from(length)), text) {
            (None, text) => text,
            (Some((end, _)), Cow::Borrowed(text)) => Cow::Borrowed(text.get(..end).unwrap_or(text)),
            (Some((end, _)), Cow::Owned(mut text)) => {
                text.truncate(end);
                Cow::Owned(text)
            }
        }
    }

    fn write_number(&self, text: &str, key: &mut String) -> Result<(), RenderError> {
        let part = self.part;
        let error = || PartError::new("expected a plain decimal number such as `-12.5`");
        let digits = Digits::read(text).ok_or_else(|| RenderError::Part {
            part,
            error: error(),
        })?;
        let padding = self.form.padding(self.format);
        let written = match (padding, self.format.width) {
            (Some(padding), _) => digits.write_padded(padding, key),
            (None, None) => digits.write_sorted(key),
            (None, Some(_))
                if matches!(self.form, Form::Integer { .. }) && !digits.is_integer() =>
            {
                Err(NoRoom::Inexact)
            }
            (None, Some(_)) => {
                digits.write_plain(key);
                Ok(())
            }
        };
        written.map_err(|why| match why {
            NoRoom::Overflow => RenderError::Overflow {
                part,
                width: padding.map_or(0, |p| p.width),
            },
            NoRoom::Inexact => RenderError::Inexact {
                part,
                decimals: self.format.truncate.unwrap_or(0),
            },
            NoRoom::Negative => RenderError::Part {
                part,
                error: PartError::new("expected a number that is not negative"),
            },
        })
    }
}

/// Each character mapped by itself, so that the beginning of a text maps to the beginning of its mapping.
fn cased(text: &str, case: Case) -> Cow<'_, str> {
    match case {
        Case::Keep => Cow::Borrowed(text),
        Case::Lower => text.chars().flat_map(char::to_lowercase).collect(),
        Case::Upper => text.chars().flat_map(char::to_uppercase).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Format, Segment, Template};
    use super::*;

    const F: Format = Format::DEFAULT;

    fn render(
        form: Form,
        format: Format,
        next: Option<&'static str>,
        value: &Part<'static>,
    ) -> Result<String, RenderError> {
        let mut segments = vec![
            Segment::Literal("A#"),
            Segment::Part {
                part: 0,
                form,
                format,
            },
        ];
        segments.extend(next.map(Segment::Literal));
        Template {
            segments: segments.leak(),
        }
        .render(&|_| Some(value.clone()))
    }

    fn text(format: &str, value: &'static str) -> Result<String, RenderError> {
        let format = if format.is_empty() {
            F
        } else {
            Format::parse(format).unwrap()
        };
        render(Form::Text, format, Some("#"), &Part::Text(value.into()))
    }

    fn number(form: Form, format: &str, value: &'static str) -> Result<String, RenderError> {
        render(
            form,
            Format::parse(format).unwrap(),
            None,
            &Part::Number(value.into()),
        )
    }

    #[test]
    fn text_is_mapped_cut_and_escaped_in_this_order() {
        assert_eq!(text("", "a#B").unwrap(), "A#a%23B#");
        assert_eq!(text("lower", "a#B").unwrap(), "A#a%23b#");
        assert_eq!(text(".2+upper", "a#B").unwrap(), "A#A%23#");
        assert_eq!(text("raw", "a b").unwrap(), "A#a b#");
        assert_eq!(text("empty", "").unwrap(), "A##");
    }

    #[test]
    fn text_without_a_place_in_the_key_is_refused() {
        assert_eq!(text("", ""), Err(RenderError::Empty { part: 0 }));
        assert_eq!(
            text("raw", "a#b"),
            Err(RenderError::RawSeparator {
                part: 0,
                separator: '#'
            })
        );
        assert_eq!(
            text("", "a\u{10FFFF}"),
            Err(RenderError::Reserved { part: 0 })
        );
    }

    #[test]
    fn numbers_follow_their_padding() {
        const INT: Form = Form::Integer {
            digits: 3,
            signed: true,
        };
        assert_eq!(number(INT, "05", "-7").unwrap(), "A#-99992");
        assert_eq!(number(INT, "0", "-7").unwrap(), "A#-7");
        assert_eq!(
            number(INT, "02", "100"),
            Err(RenderError::Overflow { part: 0, width: 2 })
        );
        assert_eq!(number(Form::Decimal, "08.2", "12.5").unwrap(), "A#00012.50");
        assert_eq!(
            number(Form::Decimal, "08.2", "12.505"),
            Err(RenderError::Inexact {
                part: 0,
                decimals: 2
            })
        );
        assert_eq!(number(Form::Decimal, "0", "12.50").unwrap(), "A#12.5");
    }

    #[test]
    fn errors_name_the_part_and_the_remedy() {
        let error = text("", "").unwrap_err();
        assert_eq!(
            error.describe("`name`"),
            "`name` is empty; give it a value, or allow it with `:empty` in the template"
        );
        let wrong = render(Form::Shape("0000"), F, None, &Part::Text("24".into())).unwrap_err();
        assert_eq!(
            wrong.to_string(),
            "part 0 of the key is refused: expected text of the shape `0000`"
        );
        let failed = Template {
            segments: &[Segment::Part {
                part: 3,
                form: Form::Text,
                format: F,
            }],
        }
        .render(&|_| Some(Err(PartError::new("no"))));
        assert_eq!(
            failed,
            Err(RenderError::Part {
                part: 3,
                error: PartError::new("no")
            })
        );
    }
}
