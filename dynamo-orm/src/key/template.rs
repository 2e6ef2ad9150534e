//! A key template: the literals and parts of a composed key, as constant data.

use super::escape::keeps_order;
use super::{Form, Format};

/// One piece of a key template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Segment {
    /// Fixed text.
    Literal(&'static str),
    /// A placeholder.
    Part {
        /// Index into the entity's parts.
        part: usize,
        /// The text form of the part's type.
        form: Form,
        /// The format behind the placeholder's colon.
        format: Format,
    },
}

/// The shape of a key, such as `"ORDER#{placed_on}#{order_id}"`.
///
/// A template is made at compile time and must pass [`Template::check`] there; what the methods promise holds
/// for such templates only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Template {
    /// Literals and parts in the order of the key.
    pub segments: &'static [Segment],
}

impl Template {
    /// Whether the key is the same for every item.
    #[must_use]
    pub const fn is_literal(&self) -> bool {
        self.levels() == 0
    }

    /// The text before the first part, `""` if the template begins with a part.
    #[must_use]
    pub const fn prefix(&self) -> &'static str {
        match self.segments {
            [Segment::Literal(text), ..] => text,
            _ => "",
        }
    }

    /// How many parts the template has.
    #[must_use]
    pub const fn levels(&self) -> usize {
        let (mut rest, mut count) = (self.segments, 0);
        while let [segment, after @ ..] = rest {
            if let Segment::Part { .. } = segment {
                count += 1;
            }
            rest = after;
        }
        count
    }

    /// Whether keys sort by the part at this level (0 is the first), so that ranges on it are possible.
    #[must_use]
    pub const fn is_ordered(&self, level: usize) -> bool {
        let (mut index, mut parts) = (0, 0);
        while index < self.segments.len() {
            if let Some(slot) = self.slot(index) {
                if parts == level {
                    return slot.is_ordered();
                }
                parts += 1;
            }
            index += 1;
        }
        false
    }

    /// The part at this segment with what follows it; `None` for a literal.
    pub(super) const fn slot(&self, index: usize) -> Option<Slot> {
        let Some(Segment::Part { part, form, format }) = at(self.segments, index) else {
            return None;
        };
        let place = match at(self.segments, index + 1) {
            None => Place::Last,
            Some(Segment::Part { .. }) => Place::Joined,
            Some(Segment::Literal(text)) => match text.as_bytes() {
                [separator, ..] => Place::Before(*separator),
                [] => Place::Joined,
            },
        };
        Some(Slot {
            part: *part,
            form: *form,
            format: *format,
            place,
        })
    }
}

/// A part where it stands in a template.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    pub(super) part: usize,
    pub(super) form: Form,
    pub(super) format: Format,
    pub(super) place: Place,
}

/// What follows a part.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    /// Nothing.
    Last,
    /// A literal that starts with this separator.
    Before(u8),
    /// Another part.
    Joined,
}

impl Slot {
    pub(super) const fn is_ordered(&self) -> bool {
        match (self.form, self.place) {
            (Form::Shape(_), _) | (Form::Text | Form::Bytes, Place::Last) => true,
            (Form::Integer { .. } | Form::Decimal, _) => self.form.ends_itself(self.format),
            (Form::Text, Place::Before(separator)) => keeps_order(separator) && !self.format.raw,
            (Form::Bytes, Place::Before(separator)) => separator < b'0',
            (Form::Text | Form::Bytes, Place::Joined) => false,
        }
    }
}

/// The element at this index, in constant evaluation too.
pub(super) const fn at<T>(slice: &[T], index: usize) -> Option<&T> {
    match slice.split_at_checked(index) {
        Some((_, [first, ..])) => Some(first),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn text(part: usize, format: Format) -> Segment {
        Segment::Part {
            part,
            form: Form::Text,
            format,
        }
    }

    #[test]
    fn a_template_tells_its_prefix_and_levels() {
        const ORDER: Template = Template {
            segments: &[Segment::Literal("O#"), text(0, Format::DEFAULT)],
        };
        const BARE: Template = Template {
            segments: &[text(0, Format::DEFAULT)],
        };
        const ONE: Template = Template {
            segments: &[Segment::Literal("PROFILE")],
        };
        assert_eq!(
            (ORDER.prefix(), ORDER.levels(), ORDER.is_literal()),
            ("O#", 1, false)
        );
        assert_eq!(
            (BARE.prefix(), BARE.levels(), BARE.is_literal()),
            ("", 1, false)
        );
        assert_eq!(
            (ONE.prefix(), ONE.levels(), ONE.is_literal()),
            ("PROFILE", 0, true)
        );
    }

    #[test]
    fn text_is_ordered_at_the_end_or_before_a_low_separator() {
        const RAW: Format = Format {
            raw: true,
            ..Format::DEFAULT
        };
        const LOW: Template = Template {
            segments: &[
                text(0, Format::DEFAULT),
                Segment::Literal("#"),
                text(1, RAW),
                Segment::Literal("#"),
                text(2, RAW),
            ],
        };
        const HIGH: Template = Template {
            segments: &[
                text(0, Format::DEFAULT),
                Segment::Literal(":"),
                text(1, RAW),
            ],
        };
        assert_eq!(
            [0, 1, 2, 3].map(|level| LOW.is_ordered(level)),
            [true, false, true, false]
        );
        assert_eq!([0, 1].map(|level| HIGH.is_ordered(level)), [false, true]);
    }
}
