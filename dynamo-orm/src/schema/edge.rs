//! Rules about edges: an edge holds the keys of both its ends, and each query begins at one of them.

#![expect(
    clippy::indexing_slicing,
    reason = "constant evaluation has no other way, and a wrong index is a compile error"
)]

use super::check::{Message, same};
use super::entity::Entity;
use super::model::{EntityModel, KeySpec};
use crate::key::{PartKind, Segment};

/// Both are of one table.
#[doc(hidden)]
pub const fn assert_end<E: Entity, N: Entity<Table = E::Table>>() {}

/// Checks that an edge holds every part of the key of one of its ends; `named` are its fields, in the order of the
/// key's arguments, and empty where they have the same names.
///
/// # Panics
/// At compile time, when it does not.
#[track_caller]
pub const fn check_end(edge: &EntityModel, end: &EntityModel, named: &[&str]) {
    if !edge.is_sound() || !end.is_sound() {
        return;
    }
    let (mut part, mut position) = (0, 0);
    while part < end.parts.len() {
        if is_primary(end, part) {
            if !named.is_empty() && position >= named.len() {
                Message::new("the key of `")
                    .then(end.name)
                    .then("` needs another field after these, its `")
                    .then(end.parts[part].field)
                    .then("`; name one field for each argument of `")
                    .then(end.name)
                    .then("::key`")
                    .panic();
            }
            check_part(edge, end, part, source(end, part, named));
            position += 1;
        }
        part += 1;
    }
    if named.len() > position {
        Message::new("the key of `")
            .then(end.name)
            .then("` has fewer parts than fields are named; leave out `")
            .then(named[position])
            .then("`")
            .panic();
    }
}

#[track_caller]
const fn check_part(edge: &EntityModel, end: &EntityModel, part: usize, field: &str) {
    let Some(own) = part_of(edge, field) else {
        Message::new("the key of `")
            .then(end.name)
            .then("` needs its `")
            .then(field)
            .then("`, and no key of `")
            .then(edge.name)
            .then("` has a field of this name; add it, or say which fields they are: `")
            .then(end.name)
            .then("(…)`")
            .panic()
    };
    let (mine, wanted) = (edge.parts[own].kind, end.parts[part].kind);
    if !same(kind(mine), kind(wanted)) {
        Message::new("`")
            .then(end.parts[part].field)
            .then("` of `")
            .then(end.name)
            .then("` is ")
            .then(kind(wanted))
            .then(" and the edge's `")
            .then(field)
            .then("` is ")
            .then(kind(mine))
            .then("; give them the same type")
            .panic();
    }
}

/// Checks that the partition key of an access path is made of an end's key.
///
/// # Panics
/// At compile time, when it is not.
#[track_caller]
pub const fn check_end_path(
    edge: &EntityModel,
    end: &EntityModel,
    named: &[&str],
    index: Option<usize>,
) {
    if !edge.is_sound() || !end.is_sound() {
        return;
    }
    let own = &[edge.pk];
    let (specs, begin) = match index {
        // A local index shares the partition key of the table.
        Some(n) if !edge.indexes[n].pk.is_empty() => (
            edge.indexes[n].pk,
            Message::new("the partition key of the index `")
                .then(edge.indexes[n].index.name)
                .then("`"),
        ),
        _ => (
            own as &[KeySpec],
            Message::new("the partition key of the table"),
        ),
    };
    let mut part = 0;
    while part < end.parts.len() {
        let given = part_of(edge, source(end, part, named));
        if is_primary(end, part)
            && let Some(own) = given
            && !uses_any(specs, own)
        {
            begin
                .then(" lacks `")
                .then(edge.parts[own].field)
                .then("` of the key of `")
                .then(end.name)
                .then("`; add an index whose partition key has all of it, or say which fields name each end: `")
                .then(end.name)
                .then("(…)`")
                .panic();
        }
        part += 1;
    }
    let mut own = 0;
    while own < edge.parts.len() {
        if uses_any(specs, own) && !names(edge, end, named, own) {
            begin
                .then(" also has `")
                .then(edge.parts[own].field)
                .then("`, which is not in the key of `")
                .then(end.name)
                .then("`; add an index whose partition key is that of the end alone, or say which fields name each end: `")
                .then(end.name)
                .then("(…)`")
                .panic();
        }
        own += 1;
    }
}

/// Does this part of the edge give a part of the end's key?
const fn names(edge: &EntityModel, end: &EntityModel, named: &[&str], own: usize) -> bool {
    let mut part = 0;
    while part < end.parts.len() {
        if is_primary(end, part) && same(source(end, part, named), edge.parts[own].field) {
            return true;
        }
        part += 1;
    }
    false
}

/// The edge's field for a part of the end's key.
pub(crate) const fn source<'n>(end: &EntityModel, part: usize, named: &[&'n str]) -> &'n str {
    let (mut n, mut position) = (0, 0);
    while n < part {
        if is_primary(end, n) {
            position += 1;
        }
        n += 1;
    }
    if position < named.len() {
        named[position]
    } else {
        end.parts[part].field
    }
}

/// The part that a field of this name is.
pub(crate) const fn part_of(edge: &EntityModel, field: &str) -> Option<usize> {
    let mut n = 0;
    while n < edge.parts.len() {
        if same(edge.parts[n].field, field) {
            return Some(n);
        }
        n += 1;
    }
    None
}

/// Is the part in the primary key?
pub(crate) const fn is_primary(entity: &EntityModel, part: usize) -> bool {
    let in_sort_key = match &entity.sk {
        Some(sk) => uses(sk, part),
        None => false,
    };
    in_sort_key || uses(&entity.pk, part)
}

const fn uses_any(specs: &[KeySpec], part: usize) -> bool {
    let mut n = 0;
    while n < specs.len() {
        if uses(&specs[n], part) {
            return true;
        }
        n += 1;
    }
    false
}

const fn uses(spec: &KeySpec, part: usize) -> bool {
    match spec {
        KeySpec::Natural { part: own, .. } => *own == part,
        KeySpec::Template(template) => {
            let mut n = 0;
            while n < template.segments.len() {
                if let Segment::Part { part: own, .. } = &template.segments[n]
                    && *own == part
                {
                    return true;
                }
                n += 1;
            }
            false
        }
    }
}

const fn kind(kind: PartKind) -> &'static str {
    match kind {
        PartKind::Text => "text",
        PartKind::Number => "a number",
        PartKind::Bytes => "bytes",
    }
}
