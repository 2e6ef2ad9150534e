//! Grouping: which items belong under which required member.

use std::collections::HashMap;

use crate::error::{Error, ErrorKind, Result};
use crate::key::{Case, Part, Segment};
use crate::schema::{Entity, EntityModel, Index, KeySpec, Scope};

use super::model::CollectionModel;

/// The groups that items are dealt to.
#[doc(hidden)]
#[derive(Debug)]
pub struct Groups {
    pub(super) collection: &'static CollectionModel,
    /// The parts whose values name a group.
    names: Vec<&'static str>,
    by_signature: HashMap<String, usize>,
}

impl Groups {
    /// Everything belongs together.
    pub(super) fn whole(collection: &'static CollectionModel) -> Self {
        Self::under(collection, Vec::new(), vec![String::new()])
    }

    /// One group for each required member.
    pub(super) fn under(
        collection: &'static CollectionModel,
        names: Vec<&'static str>,
        roots: Vec<String>,
    ) -> Self {
        let mut by_signature = HashMap::with_capacity(roots.len());
        for root in roots {
            let next = by_signature.len();
            by_signature.entry(root).or_insert(next);
        }
        Self {
            collection,
            names,
            by_signature,
        }
    }

    pub(super) fn count(&self) -> usize {
        self.by_signature.len()
    }

    /// The group of an item.
    pub(super) fn of<E: Entity>(&self, item: &E) -> Result<usize> {
        let found = self.by_signature.get(&signature(item, &self.names)?);
        found.copied().ok_or_else(|| {
            let error = Error::new(
                ErrorKind::MissingMember,
                format!(
                    "the required member of the `{}` that this item belongs to is missing",
                    self.collection.name
                ),
            );
            with_key(error, item)
        })
    }
}

/// Names the entity and its key.
pub(super) fn with_key<E: Entity>(error: Error, item: &E) -> Error {
    let error = error.with_entity(E::MODEL.name);
    match item.to_key().wire() {
        Ok((_, key)) => error.with_key(key),
        Err(_) => error,
    }
}

/// The names of the parts that tell the items of an entity apart within a partition.
pub(super) fn identity<E: Entity, I: Index>() -> Vec<&'static str> {
    let model = E::MODEL;
    let parts = model.sk.iter().chain(match I::MODEL {
        Some(index) if matches!(index.scope, Scope::Global) => Some(&model.pk),
        _ => None,
    });
    let mut names = Vec::new();
    for part in parts.flat_map(KeySpec::part_list) {
        if let Some(part) = model.parts.get(part)
            && !names.contains(&part.field)
        {
            names.push(part.field);
        }
    }
    names
}

/// The values of the named parts of an item, in the form they have in its key.
pub(super) fn signature<E: Entity>(item: &E, names: &[&'static str]) -> Result<String> {
    let mut out = String::new();
    for name in names {
        if let Some(n) = position(E::MODEL, name)
            && let Some(part) = item.part(n).map_err(|e| e.with_entity(E::MODEL.name))?
        {
            in_key(E::MODEL, n, part).to_wire(&mut out);
        }
        out.push(',');
    }
    Ok(out)
}

/// The part as the key keeps it: in another case, or cut.
fn in_key<'a>(model: &EntityModel, part: usize, value: Part<'a>) -> Part<'a> {
    let Part::Text(text) = &value else {
        return value;
    };
    let format = model.sk.iter().chain([&model.pk]).find_map(|spec| {
        let KeySpec::Template(template) = spec else {
            return None;
        };
        template.segments.iter().find_map(|segment| match segment {
            Segment::Part {
                part: p, format, ..
            } if *p == part => Some(*format),
            _ => None,
        })
    });
    let Some(format) = format else {
        return value;
    };
    let mut text = match format.case {
        Case::Keep => text.to_string(),
        Case::Lower => text.to_lowercase(),
        Case::Upper => text.to_uppercase(),
    };
    if let Some(length) = format.truncate {
        text = text.chars().take(usize::from(length)).collect();
    }
    Part::Text(text.into())
}

fn position(model: &EntityModel, name: &str) -> Option<usize> {
    model.parts.iter().position(|part| part.field == name)
}
