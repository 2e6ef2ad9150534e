//! The structural rules of a template, for a `const` assertion in the derive's output.

use super::template::{Place, Slot, at};
use super::{Case, Form, Segment, Template};

impl Template {
    /// Whether keys of this template can be told apart and read back; the error says what to write.
    ///
    /// # Errors
    ///
    /// A sentence for the author of the template.
    pub const fn check(&self) -> Result<(), &'static str> {
        if self.segments.is_empty() {
            return Err("the key is empty; write text such as `PROFILE`, or a part such as `{id}`");
        }
        let mut index = 0;
        while index < self.segments.len() {
            if let Some(Segment::Literal(text)) = at(self.segments, index)
                && let Err(error) = check_literal(text.as_bytes())
            {
                return Err(error);
            }
            if let Some(slot) = self.slot(index) {
                if let Err(error) = check_format(&slot) {
                    return Err(error);
                }
                if let Err(error) = check_place(&slot) {
                    return Err(error);
                }
            }
            index += 1;
        }
        Ok(())
    }
}

const fn check_literal(text: &[u8]) -> Result<(), &'static str> {
    if text.is_empty() {
        return Err("an empty literal in a key; remove it");
    }
    let mut rest = text;
    while let [_, after @ ..] = rest {
        if let [0xF4, 0x8F, 0xBF, 0xBF, ..] = rest {
            return Err("U+10FFFF in a key; it is reserved for bounds of ranges, so remove it");
        }
        rest = after;
    }
    Ok(())
}

const fn check_format(slot: &Slot) -> Result<(), &'static str> {
    let format = slot.format;
    match slot.form {
        Form::Text | Form::Shape(_) | Form::Bytes if format.width.is_some() => Err(
            "a padding on a part that is not a number; remove it, or keep the first characters with `.10`",
        ),
        Form::Shape(shape) if shape.is_empty() || !shape.is_ascii() => {
            Err("the shape of a key part is empty or not ASCII; correct its `KeyPart::FORM`")
        }
        Form::Integer { digits: 0, .. } => {
            Err("an integer key part without digits; correct its `KeyPart::FORM`")
        }
        Form::Bytes if format.truncate.is_some() => Err("a length on bytes; remove it"),
        Form::Integer { .. } | Form::Decimal | Form::Bytes
            if !matches!(format.case, Case::Keep) =>
        {
            Err("`lower` and `upper` are for text; remove them from this part")
        }
        Form::Integer { .. } | Form::Decimal => check_number(format.width, format.truncate),
        _ => Ok(()),
    }
}

const fn check_number(width: Option<u8>, decimals: Option<u8>) -> Result<(), &'static str> {
    match (width, decimals) {
        (None | Some(0), Some(_)) => {
            Err("a number cannot be cut; write a padding and the decimals to keep, such as `012.2`")
        }
        (Some(width), Some(decimals)) if (width as u16) < decimals as u16 + 2 => Err(
            "a padding without room for the point and a digit before it; widen it, such as `012.2`",
        ),
        _ => Ok(()),
    }
}

const fn check_place(slot: &Slot) -> Result<(), &'static str> {
    if slot.form.ends_itself(slot.format) {
        return Ok(());
    }
    let separator = match slot.place {
        Place::Last => return Ok(()),
        Place::Joined => {
            return Err("two parts without a separator; write one between them, such as `#`");
        }
        Place::Before(separator) => separator,
    };
    let is_raw = matches!(slot.form, Form::Text) && slot.format.raw;
    match (separator, slot.form) {
        (0x80.., _) => {
            Err("a separator that is not ASCII; begin the text behind a part with one such as `#`")
        }
        (b'%', _) if !is_raw => Err(
            "`%` behind a part; it is the escape character, so write another separator such as `#`",
        ),
        (b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z', _) if !is_raw => Err(
            "a letter or digit right behind a part; begin the text there with a separator such as `#`",
        ),
        (b'.', Form::Decimal) => {
            Err("`.` behind an unpadded number; write another separator such as `#`")
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Format;
    use super::*;

    const F: Format = Format::DEFAULT;
    const DATE: Form = Form::Shape("0000-00-00");
    const INT: Form = Form::Integer {
        digits: 10,
        signed: true,
    };

    const fn part(form: Form, format: Format) -> Segment {
        Segment::Part {
            part: 0,
            form,
            format,
        }
    }

    fn check(segments: &[Segment]) -> Result<(), &'static str> {
        Template {
            segments: segments.to_vec().leak(),
        }
        .check()
    }

    #[test]
    fn sound_templates_pass_in_constant_evaluation() {
        const SOUND: Template = Template {
            segments: &[
                Segment::Literal("A#"),
                part(DATE, F),
                part(INT, F),
                part(Form::Decimal, F),
                part(Form::Text, F),
            ],
        };
        const _: () = assert!(SOUND.check().is_ok());
        assert!(check(&[part(DATE, F), Segment::Literal("x"), part(Form::Text, F)]).is_ok());
        assert!(
            check(&[
                part(Form::Text, Format { raw: true, ..F }),
                Segment::Literal("x")
            ])
            .is_ok()
        );
    }

    #[test]
    fn unsound_templates_are_told_what_to_write() {
        let l = Segment::Literal;
        let width = |width, truncate| Format {
            width: Some(width),
            truncate,
            ..F
        };
        let cases: &[(&[Segment], &str)] = &[
            (&[], "the key is empty"),
            (&[l("")], "an empty literal"),
            (&[l("a\u{10FFFF}")], "U+10FFFF"),
            (&[part(Form::Text, F), part(DATE, F)], "two parts"),
            (&[part(INT, width(0, None)), part(DATE, F)], "two parts"),
            (&[part(Form::Text, F), l("and")], "a letter"),
            (&[part(Form::Bytes, F), l("7")], "a letter"),
            (&[part(Form::Text, F), l("%")], "`%`"),
            (
                &[part(Form::Text, F), l("→")],
                "a separator that is not ASCII",
            ),
            (&[part(Form::Decimal, width(0, None)), l(".")], "`.` behind"),
            (&[part(Form::Text, width(3, None))], "a padding on"),
            (
                &[part(
                    INT,
                    Format {
                        truncate: Some(3),
                        ..F
                    },
                )],
                "a number cannot be cut",
            ),
            (&[part(INT, width(0, Some(3)))], "a number cannot be cut"),
            (
                &[part(Form::Decimal, width(3, Some(2)))],
                "a padding without room",
            ),
            (
                &[part(
                    INT,
                    Format {
                        case: Case::Lower,
                        ..F
                    },
                )],
                "`lower`",
            ),
            (
                &[part(
                    Form::Bytes,
                    Format {
                        truncate: Some(3),
                        ..F
                    },
                )],
                "a length on bytes",
            ),
            (&[part(Form::Shape("é"), F)], "the shape"),
        ];
        for (segments, start) in cases {
            let error = check(segments).unwrap_err();
            assert!(error.starts_with(start), "{segments:?}: {error}");
        }
    }
}
