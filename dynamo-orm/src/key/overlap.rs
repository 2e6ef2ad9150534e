//! Overlap: whether one key could belong to two templates, decided at compile time.

use super::cursor::{ALL, Ahead, Cursor, Set, fixed_byte, fixed_width};
use super::template::{Place, Slot};
use super::{Form, Template};

impl Template {
    /// Whether one key text could match both templates.
    ///
    /// `false` is a proof; `true` may be caution. What tells templates apart is different text at the same
    /// place: in front, at the end, behind parts of a fixed width, or behind parts that end on one separator.
    #[must_use]
    pub const fn overlaps(&self, other: &Self) -> bool {
        meet_from_front(self, other) && meet_from_back(self, other)
    }
}

const fn meet_from_front(left: &Template, right: &Template) -> bool {
    let mut a = Cursor {
        segment: 0,
        offset: 0,
    };
    let mut b = a;
    loop {
        a = a.settled(left);
        b = b.settled(right);
        match (a.ahead(left), b.ahead(right)) {
            (Ahead::End, Ahead::End) => return true,
            (Ahead::End, Ahead::Open { may_end, .. })
            | (Ahead::Open { may_end, .. }, Ahead::End) => return may_end,
            (Ahead::End, Ahead::Byte(_)) | (Ahead::Byte(_), Ahead::End) => return false,
            (Ahead::Byte(x), Ahead::Byte(y)) => {
                if !x.meets(y) {
                    return false;
                }
                a = a.next_byte();
                b = b.next_byte();
            }
            (
                Ahead::Open {
                    slot,
                    first,
                    may_end,
                },
                Ahead::Byte(set),
            ) => {
                if !first.meets(set) && !may_end {
                    return false;
                }
                match past_text(&slot, right, b) {
                    Past::Separator(cursor) => (a, b) = (a.next_segment(), cursor),
                    Past::End => return false,
                    Past::Unknown => return true,
                }
            }
            (
                Ahead::Byte(set),
                Ahead::Open {
                    slot,
                    first,
                    may_end,
                },
            ) => {
                if !first.meets(set) && !may_end {
                    return false;
                }
                match past_text(&slot, left, a) {
                    Past::Separator(cursor) => (a, b) = (cursor, b.next_segment()),
                    Past::End => return false,
                    Past::Unknown => return true,
                }
            }
            (
                Ahead::Open {
                    slot: x,
                    first,
                    may_end,
                },
                Ahead::Open {
                    slot: y,
                    first: other,
                    may_end: other_may_end,
                },
            ) => {
                if !first.meets(other) && !may_end && !other_may_end {
                    return false;
                }
                if !end_together(&x, &y) {
                    return true;
                }
                a = a.next_segment();
                b = b.next_segment();
            }
        }
    }
}

/// Where free text, which never contains its separator, leaves the other template.
enum Past {
    /// At this separator.
    Separator(Cursor),
    /// The other key ends before there is a separator.
    End,
    /// Somewhere.
    Unknown,
}

const fn past_text(text: &Slot, other: &Template, mut cursor: Cursor) -> Past {
    let (Form::Text | Form::Bytes, Place::Before(separator)) = (text.form, text.place) else {
        return Past::Unknown;
    };
    let separator = Set::byte(separator);
    loop {
        cursor = cursor.settled(other);
        match cursor.ahead(other) {
            Ahead::End => return Past::End,
            Ahead::Byte(set) if !set.meets(separator) => cursor = cursor.next_byte(),
            Ahead::Byte(set) if !set.without(separator).meets(ALL) => {
                return Past::Separator(cursor);
            }
            Ahead::Open { slot, .. } if end_together(text, &slot) => {
                return Past::Separator(cursor.next_segment());
            }
            Ahead::Byte(_) | Ahead::Open { .. } => return Past::Unknown,
        }
    }
}

/// Whether two parts that begin together, or text that began before, end at the same place of one key.
const fn end_together(x: &Slot, y: &Slot) -> bool {
    match (x.form, y.form, x.place, y.place) {
        (
            Form::Text | Form::Bytes,
            Form::Text | Form::Bytes,
            Place::Before(a),
            Place::Before(b),
        ) => a == b,
        _ => match (x.form.padding(x.format), y.form.padding(y.format)) {
            (Some(x), Some(y)) => x.width == y.width,
            (None, None) => {
                matches!(
                    (x.form, x.format.width, y.form, y.format.width),
                    (Form::Decimal, None, Form::Decimal, None)
                )
            }
            _ => false,
        },
    }
}

const fn meet_from_back(left: &Template, right: &Template) -> bool {
    let mut back = 0;
    loop {
        match (byte_from_back(left, back), byte_from_back(right, back)) {
            (Some(x), Some(y)) if !x.meets(y) => return false,
            (Some(_), Some(_)) => back += 1,
            _ => return true,
        }
    }
}

const fn byte_from_back(template: &Template, mut back: usize) -> Option<Set> {
    let mut segment = template.segments.len();
    while segment > 0 {
        segment -= 1;
        match fixed_width(template, segment) {
            None => return None,
            Some(width) if back < width => {
                return Some(fixed_byte(template, segment, width - 1 - back));
            }
            Some(width) => back -= width,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::{Format, Segment};
    use super::*;

    const F: Format = Format::DEFAULT;
    const TEXT: Segment = part(Form::Text);
    const DATE: Segment = part(Form::Shape("0000-00-00"));
    const INT: Segment = part(Form::Integer {
        digits: 3,
        signed: true,
    });

    const fn part(form: Form) -> Segment {
        Segment::Part {
            part: 0,
            form,
            format: F,
        }
    }

    const fn l(text: &'static str) -> Segment {
        Segment::Literal(text)
    }

    fn overlap(a: &[Segment], b: &[Segment]) -> bool {
        let (a, b) = (
            Template {
                segments: a.to_vec().leak(),
            },
            Template {
                segments: b.to_vec().leak(),
            },
        );
        assert_eq!(a.overlaps(&b), b.overlaps(&a));
        a.overlaps(&b)
    }

    #[test]
    fn it_is_decided_in_constant_evaluation() {
        const A: Template = Template {
            segments: &[l("ORDER#"), DATE, l("#"), TEXT],
        };
        const B: Template = Template {
            segments: &[l("PROFILE")],
        };
        const _: () = assert!(A.overlaps(&A) && !A.overlaps(&B));
    }

    #[test]
    fn different_text_at_the_same_place_is_a_proof() {
        let cases: &[(&[Segment], &[Segment])] = &[
            (&[l("A")], &[l("B")]),
            (&[l("A")], &[l("AB")]),
            (&[l("A")], &[l("A#"), TEXT]),
            (&[l("ORDER#"), TEXT], &[l("ORDERS#"), TEXT]),
            (&[DATE], &[l("PROFILE")]),
            (&[INT, l("#"), TEXT], &[l("PROFILE")]),
            (&[part(Form::Decimal)], &[DATE, TEXT]),
            (&[l("O#"), DATE], &[l("O#"), DATE, l("#LINE#"), TEXT]),
            (&[TEXT, l("#USER#"), TEXT], &[TEXT, l("#ORG#"), TEXT]),
            (&[TEXT, l("#USER#"), TEXT], &[DATE, l("#ORG#"), TEXT]),
            (
                &[TEXT, l("#USER#"), TEXT],
                &[l("T-"), TEXT, l("#ORG#"), TEXT],
            ),
            (&[TEXT, l("#USER#"), TEXT], &[DATE]),
            (&[INT, l("#A#"), TEXT], &[INT, l("#B#"), TEXT]),
            (&[TEXT, l("#END")], &[TEXT, l("#STOP")]),
            (&[TEXT, l("#END")], &[TEXT, l(":END2")]),
        ];
        for (a, b) in cases {
            assert!(!overlap(a, b), "{a:?} {b:?}");
        }
    }

    #[test]
    fn without_a_proof_templates_overlap() {
        let cases: &[(&[Segment], &[Segment])] = &[
            (&[TEXT], &[l("PROFILE")]),
            (&[l("O#"), TEXT], &[l("O#"), TEXT, l("#LINE#"), TEXT]),
            (&[TEXT, l("#A")], &[TEXT, l(":"), TEXT]),
            (&[INT, l("#A")], &[TEXT, l("#B#"), TEXT]),
            (&[DATE], &[l("2024-05-01")]),
        ];
        for (a, b) in cases {
            assert!(overlap(a, b), "{a:?} {b:?}");
        }
    }
}
