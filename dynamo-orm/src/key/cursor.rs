//! A walk along a template: which bytes its keys can have at each place.

use super::escape::keeps_order;
use super::template::{Place, Slot, at};
use super::{Case, Form, Segment, Template};

/// What comes next in a template.
pub(super) enum Ahead {
    /// The end of the key.
    End,
    /// One of these bytes.
    Byte(Set),
    /// A part of unknown length: what its text, or whatever follows if it is empty, starts with.
    Open {
        slot: Slot,
        first: Set,
        may_end: bool,
    },
}

/// A place in a template: a segment and, within one of fixed width, an offset.
#[derive(Clone, Copy)]
pub(super) struct Cursor {
    pub(super) segment: usize,
    pub(super) offset: usize,
}

impl Cursor {
    pub(super) const fn next_segment(self) -> Self {
        Self {
            segment: self.segment + 1,
            offset: 0,
        }
    }

    pub(super) const fn next_byte(self) -> Self {
        Self {
            segment: self.segment,
            offset: self.offset + 1,
        }
    }

    /// The same place, not at the end of a segment of fixed width.
    pub(super) const fn settled(mut self, template: &Template) -> Self {
        while let Some(width) = fixed_width(template, self.segment) {
            if self.offset < width {
                break;
            }
            self = self.next_segment();
        }
        self
    }

    pub(super) const fn ahead(self, template: &Template) -> Ahead {
        if self.segment >= template.segments.len() {
            return Ahead::End;
        }
        if fixed_width(template, self.segment).is_some() {
            return Ahead::Byte(fixed_byte(template, self.segment, self.offset));
        }
        match template.slot(self.segment) {
            Some(slot) => Ahead::Open {
                slot,
                first: first_byte(&slot),
                may_end: slot.format.empty && matches!(slot.place, Place::Last),
            },
            None => Ahead::End,
        }
    }
}

pub(super) const fn fixed_width(template: &Template, segment: usize) -> Option<usize> {
    match at(template.segments, segment) {
        Some(Segment::Literal(text)) => Some(text.len()),
        Some(Segment::Part { form, format, .. }) => form.fixed_width(*format),
        None => None,
    }
}

pub(super) const fn fixed_byte(template: &Template, segment: usize, offset: usize) -> Set {
    match at(template.segments, segment) {
        Some(Segment::Literal(text)) => match at(text.as_bytes(), offset) {
            Some(byte) => Set::byte(*byte),
            None => ALL,
        },
        Some(Segment::Part {
            form: Form::Shape(shape),
            format,
            ..
        }) => match at(shape.as_bytes(), offset) {
            Some(class) => shape_bytes(*class, format.case),
            None => ALL,
        },
        // An unsigned integer; with decimals there is a point in it.
        _ => DIGITS.or(Set::byte(b'.')),
    }
}

const fn shape_bytes(class: u8, case: Case) -> Set {
    match (class, case) {
        (b'0', _) => DIGITS,
        (b'x', Case::Keep | Case::Lower) => DIGITS.or(Set::range(b'a', b'f')),
        (b'x', Case::Upper) => DIGITS.or(Set::range(b'A', b'F')),
        (b'?', Case::Keep | Case::Upper) => DIGITS.or(Set::range(b'A', b'Z')),
        (b'?', Case::Lower) => DIGITS.or(Set::range(b'a', b'z')),
        (byte, Case::Keep) => Set::byte(byte),
        (byte, Case::Lower) => Set::byte(byte.to_ascii_lowercase()),
        (byte, Case::Upper) => Set::byte(byte.to_ascii_uppercase()),
    }
}

const fn first_byte(slot: &Slot) -> Set {
    let (separator, escaped) = match slot.place {
        Place::Before(byte) if keeps_order(byte) => (Set::byte(byte), Set::range(0, b'%' - 1)),
        Place::Before(byte) => (Set::byte(byte), Set::byte(byte)),
        Place::Last | Place::Joined => (ALL, Set { ascii: 0, high: 0 }),
    };
    let first = match slot.form {
        Form::Text if slot.format.raw && matches!(slot.place, Place::Before(_)) => {
            ALL.without(separator)
        }
        Form::Text => ALL.without(escaped),
        Form::Bytes => DIGITS.or(Set::range(b'a', b'f')),
        Form::Decimal if slot.format.width.is_none() => Set::range(b'n', b'p'),
        Form::Integer { .. } | Form::Decimal => return DIGITS.or(Set::byte(b'-')),
        Form::Shape(_) => ALL,
    };
    if slot.format.empty {
        first.or(separator)
    } else {
        first
    }
}

/// A set of bytes.
#[derive(Clone, Copy)]
pub(super) struct Set {
    pub(super) ascii: u128,
    pub(super) high: u128,
}

pub(super) const DIGITS: Set = Set::range(b'0', b'9');
pub(super) const ALL: Set = Set {
    ascii: u128::MAX,
    high: u128::MAX,
};

impl Set {
    pub(super) const fn byte(byte: u8) -> Self {
        if byte < 128 {
            Self {
                ascii: 1 << byte,
                high: 0,
            }
        } else {
            Self {
                ascii: 0,
                high: 1 << (byte - 128),
            }
        }
    }

    pub(super) const fn range(first: u8, last: u8) -> Self {
        Self {
            ascii: ((1 << (last - first + 1)) - 1) << first,
            high: 0,
        }
    }

    pub(super) const fn or(self, other: Self) -> Self {
        Self {
            ascii: self.ascii | other.ascii,
            high: self.high | other.high,
        }
    }

    pub(super) const fn without(self, other: Self) -> Self {
        Self {
            ascii: self.ascii & !other.ascii,
            high: self.high & !other.high,
        }
    }

    pub(super) const fn meets(self, other: Self) -> bool {
        self.ascii & other.ascii != 0 || self.high & other.high != 0
    }
}
