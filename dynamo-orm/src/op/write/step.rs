//! Keeping index attributes in step with an update.

use crate::error::{Error, Result};
use crate::key::Part;
use crate::schema::keys::{index, index_attribute_names, render};
use crate::schema::{Entity, IndexUse, KeySpec, Parts, Table, When};

/// An index attribute with its new value, `None` where it goes.
type Change = (&'static str, Option<Part<'static>>);

/// An index predicate that reads the whole entity cannot be judged by an update.
pub(crate) fn require_unjudged<E: Entity>() -> Result<()> {
    let mut indexes = E::MODEL.indexes.iter();
    match indexes.find(|used| used.when == When::Entity) {
        None => Ok(()),
        Some(used) => Err(Error::invalid(format!(
            "the predicate of the index `{}` reads the whole entity, so write the full state with `put`, or name the fields it reads: `when = is_open(status)`",
            used.index.name
        ))),
    }
}

/// Does the key attribute of this name hold the part?
pub(crate) fn holds_part<E: Entity>(attribute: &str, part: usize) -> bool {
    let specs = E::MODEL.indexes.iter().flat_map(IndexUse::specs);
    specs
        .filter(|(key, _)| key.name == attribute)
        .any(|(_, spec)| spec.uses(part))
}

/// The index attributes that an update must set or remove.
///
/// `parts` are the parts known after the update: those of the primary key and those it touches.
pub(crate) fn index_changes<E: Entity>(
    parts: &Parts<'_>,
    touched: &[usize],
    create: bool,
) -> Result<Vec<Change>> {
    let mut out: Vec<Change> = Vec::new();
    for (position, used) in E::MODEL.indexes.iter().enumerate() {
        // Keys that are fields of their own keep themselves in step.
        if index_attribute_names(E::Table::MODEL, used)
            .next()
            .is_none()
        {
            continue;
        }
        let changes = if touched.iter().any(|part| used.depends_on(*part)) {
            if always_present::<E>(used) {
                changed_attributes::<E>(used, parts, touched, create)?
            } else {
                // Without one of its parts the item is out of the index, whatever the others are.
                let gone = |part: &usize| {
                    parts.get(*part).is_none() && used.specs().any(|(_, spec)| spec.uses(*part))
                };
                let values = if touched.iter().any(gone) {
                    None
                } else {
                    require_known::<E>(used, parts, touched)?;
                    index::<E>(position, used, parts, None)?
                };
                index_attribute_names(E::Table::MODEL, used)
                    .map(|name| {
                        let value = values
                            .iter()
                            .flatten()
                            .find(|v| v.attribute == name)
                            .map(|v| v.value.clone());
                        (name, value)
                    })
                    .collect()
            }
        } else if create && all_known(used, parts) {
            let values = index::<E>(position, used, parts, None)?;
            if values.is_some() {
                require_known::<E>(used, parts, touched)?;
            }
            values
                .unwrap_or_default()
                .into_iter()
                .map(|v| (v.attribute, Some(v.value)))
                .collect()
        } else {
            Vec::new()
        };
        merge(&mut out, changes);
    }
    keep_shared::<E>(&mut out, parts, touched)?;
    let keys: Vec<&str> = E::Table::MODEL.keys().map(|k| k.name).collect();
    out.retain(|(name, _)| !keys.contains(name));
    Ok(out)
}

/// An attribute that two indexes share stays as long as one of them wants it.
fn merge(out: &mut Vec<Change>, changes: Vec<Change>) {
    for (name, value) in changes {
        match out.iter_mut().find(|(n, _)| *n == name) {
            Some((_, known)) => {
                if known.is_none() {
                    *known = value;
                }
            }
            None => out.push((name, value)),
        }
    }
}

/// What one index no longer wants stays where another one, which the update does not touch, needs it.
fn keep_shared<E: Entity>(
    out: &mut Vec<Change>,
    parts: &Parts<'_>,
    touched: &[usize],
) -> Result<()> {
    let mut kept: Vec<&'static str> = Vec::new();
    for (name, value) in out.iter_mut().filter(|(_, value)| value.is_none()) {
        for (position, used) in E::MODEL.indexes.iter().enumerate() {
            let shares = index_attribute_names(E::Table::MODEL, used).any(|n| n == *name);
            if !shares || touched.iter().any(|part| used.depends_on(*part)) {
                continue;
            }
            if always_present::<E>(used) {
                kept.push(name);
                continue;
            }
            require_known::<E>(used, parts, touched)?;
            let values = index::<E>(position, used, parts, None)?.unwrap_or_default();
            let wanted = values.into_iter().find(|v| v.attribute == *name);
            if let Some(wanted) = wanted {
                *value = Some(wanted.value);
            }
        }
    }
    out.retain(|(name, value)| value.is_some() || !kept.contains(name));
    Ok(())
}

/// Every item is in the index, so that its attributes can be set one by one.
fn always_present<E: Entity>(used: &IndexUse) -> bool {
    let optional = |part: usize| E::MODEL.parts.get(part).is_some_and(|p| p.optional);
    used.when == When::Always && !used.specs().any(|(_, spec)| spec.part_list().any(optional))
}

fn changed_attributes<E: Entity>(
    used: &IndexUse,
    parts: &Parts<'_>,
    touched: &[usize],
    create: bool,
) -> Result<Vec<Change>> {
    let mut out = Vec::new();
    for (attribute, spec) in used.specs() {
        let composed = matches!(spec, KeySpec::Template(_));
        let changed = touched.iter().any(|part| spec.uses(*part));
        // A created item takes what the primary key says as well.
        let given = create && spec.part_list().all(|part| parts.get(part).is_some());
        if !composed || !(changed || given) {
            continue;
        }
        match render(&spec, attribute.ty, attribute.name, E::MODEL, parts)? {
            Some(value) => out.push((value.attribute, Some(value.value))),
            None => return Err(incomplete::<E>(used)),
        }
    }
    Ok(out)
}

/// The parts an index depends on are either touched or part of the primary key.
fn require_known<E: Entity>(used: &IndexUse, parts: &Parts<'_>, touched: &[usize]) -> Result<()> {
    let unknown = (0..E::MODEL.parts.len())
        .any(|part| used.depends_on(part) && parts.get(part).is_none() && !touched.contains(&part));
    if unknown || used.when == When::Entity {
        return Err(incomplete::<E>(used));
    }
    Ok(())
}

fn all_known(used: &IndexUse, parts: &Parts<'_>) -> bool {
    used.specs()
        .all(|(_, spec)| spec.part_list().all(|part| parts.get(part).is_some()))
}

fn incomplete<E: Entity>(used: &IndexUse) -> Error {
    Error::invalid(format!(
        "the update changes a part of the index `{}` but not all of them, so its key would be stale; set the other parts too, or write the whole item",
        used.index.name
    ))
    .with_entity(E::MODEL.name)
}
