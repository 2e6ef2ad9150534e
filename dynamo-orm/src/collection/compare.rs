//! Comparing how partition keys are made, while the user's crate compiles.

#![expect(
    clippy::indexing_slicing,
    reason = "constant evaluation has no other way, and a wrong index is a compile error"
)]

use crate::key::{Form, Format, Segment, Template};
use crate::schema::{EntityModel, KeySpec, Message, same};

/// How a member's key differs from what the collection declares.
pub(super) const fn spec_differs(declared: &KeySpec, own: &KeySpec) -> Option<&'static str> {
    match (declared, own) {
        (KeySpec::Template(declared), KeySpec::Template(own)) => template_differs(declared, own),
        (KeySpec::Template(one), KeySpec::Natural { .. })
        | (KeySpec::Natural { .. }, KeySpec::Template(one)) => match one.segments {
            [Segment::Part { format, .. }] if format.same(Format::DEFAULT) => None,
            _ => Some(" another template"),
        },
        (KeySpec::Natural { .. }, KeySpec::Natural { .. }) => None,
    }
}

const fn template_differs(declared: &Template, own: &Template) -> Option<&'static str> {
    if declared.segments.len() != own.segments.len() {
        return Some(" another template");
    }
    let mut n = 0;
    while n < own.segments.len() {
        match (&declared.segments[n], &own.segments[n]) {
            (Segment::Literal(a), Segment::Literal(b)) => {
                if !same(a, b) {
                    return Some(" another template");
                }
            }
            (
                Segment::Part {
                    format: a,
                    part: first,
                    ..
                },
                Segment::Part {
                    format: b,
                    part: second,
                    ..
                },
            ) => {
                if !a.same(*b) {
                    return Some(" another format");
                }
                if appears(declared, *first) != appears(own, *second) {
                    return Some(" another template");
                }
            }
            _ => return Some(" another template"),
        }
        n += 1;
    }
    None
}

/// Where a part is first.
const fn appears(template: &Template, wanted: usize) -> usize {
    let mut n = 0;
    while n < template.segments.len() {
        if let Segment::Part { part, .. } = &template.segments[n]
            && *part == wanted
        {
            return n;
        }
        n += 1;
    }
    n
}

/// Do the parts of the two keys have the same types, as far as stored keys can tell?
pub(super) const fn same_forms(
    own: &EntityModel,
    first: &KeySpec,
    other: &EntityModel,
    second: &KeySpec,
) -> bool {
    match (first, second) {
        (KeySpec::Template(x), KeySpec::Template(y)) => {
            let mut n = 0;
            while n < x.segments.len() && n < y.segments.len() {
                if let (
                    Segment::Part {
                        form: f, part: p, ..
                    },
                    Segment::Part {
                        form: g, part: q, ..
                    },
                ) = (&x.segments[n], &y.segments[n])
                    && !(same_form(*f, *g)
                        && own.parts[*p].kind as u8 == other.parts[*q].kind as u8)
                {
                    return false;
                }
                n += 1;
            }
            true
        }
        _ => match (only_part(first), only_part(second)) {
            (Some(p), Some(q)) => own.parts[p].kind as u8 == other.parts[q].kind as u8,
            _ => true,
        },
    }
}

const fn only_part(spec: &KeySpec) -> Option<usize> {
    match spec {
        KeySpec::Natural { part, .. } => Some(*part),
        KeySpec::Template(template) => match template.segments {
            [Segment::Part { part, .. }] => Some(*part),
            _ => None,
        },
    }
}

const fn same_form(a: Form, b: Form) -> bool {
    match (a, b) {
        (Form::Text, Form::Text) | (Form::Decimal, Form::Decimal) | (Form::Bytes, Form::Bytes) => {
            true
        }
        (Form::Shape(a), Form::Shape(b)) => same(a, b),
        (
            Form::Integer { digits, signed },
            Form::Integer {
                digits: d,
                signed: s,
            },
        ) => digits == d && signed == s,
        _ => false,
    }
}

/// Templates as they were written, but for the formats.
pub(super) const fn show_all(
    mut message: Message,
    specs: &[KeySpec],
    entity: &EntityModel,
    names: &[&str],
) -> Message {
    let mut n = 0;
    while n < specs.len() {
        message = message.then(if n == 0 { "`" } else { "`, `" });
        message = show(message, &specs[n], entity, names);
        n += 1;
    }
    message.then("`")
}

const fn show(
    mut message: Message,
    spec: &KeySpec,
    entity: &EntityModel,
    names: &[&str],
) -> Message {
    match spec {
        KeySpec::Natural { part, .. } => message.then(name_of(*part, entity, names)),
        KeySpec::Template(template) => {
            let mut n = 0;
            while n < template.segments.len() {
                message = match &template.segments[n] {
                    Segment::Literal(text) => message.then(text),
                    Segment::Part { part, .. } => message
                        .then("{")
                        .then(name_of(*part, entity, names))
                        .then("}"),
                };
                n += 1;
            }
            message
        }
    }
}

const fn name_of<'n>(part: usize, entity: &'n EntityModel, names: &[&'n str]) -> &'n str {
    if part < names.len() {
        names[part]
    } else {
        entity.parts[part].field
    }
}
