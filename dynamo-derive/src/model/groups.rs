//! The fields of index keys that an update sets together.

use super::{Entity, FieldKind, KeySpec, When};
use crate::diagnostics::Errors;

/// Finds the fields that only a joint update keeps in step.
///
/// An index that every item is in needs the fields of one key attribute together; a sparse one needs all its fields.
pub(super) fn group(model: &mut Entity, errors: &mut Errors) {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let fields = &model.fields;
    let loose = |f: &usize| fields.get(*f).is_some_and(|f| !f.primary);
    for used in &model.indexes {
        let all: Vec<usize> = used
            .specs()
            .flat_map(KeySpec::fields)
            .chain(used.when_fields().iter().copied())
            .filter(loose)
            .collect();
        let composed = used.specs().any(|s| matches!(s, KeySpec::Template(..)));
        let sparse = matches!(used.when, Some(When::Fields(..)))
            || all
                .iter()
                .any(|f| fields.get(*f).is_some_and(|f| f.optional));
        if sparse && composed {
            join(&mut groups, all);
        } else {
            for spec in used.specs() {
                join(
                    &mut groups,
                    spec.fields().into_iter().filter(loose).collect(),
                );
            }
        }
    }
    groups.retain(|g| g.len() > 1);
    for group in &mut groups {
        group.sort_unstable();
        let updated = group
            .iter()
            .filter_map(|f| model.fields.get(*f))
            .find(|f| f.kind == FieldKind::UpdatedAt);
        if let Some(updated) = updated {
            errors.span(
                updated.ident.span(),
                "`updated_at` changes with every update, so an index key it is in cannot have other fields that may change; remove it from that template",
            );
        }
        if group.len() > 8 {
            errors.span(
                model.ident.span(),
                "more than 8 fields make one index key together; an update could hardly set them all",
            );
        }
    }
    // What is set together with a unique value is changed by `save`, as that is.
    let unique = |f: &usize| model.fields.get(*f).is_some_and(|f| f.unique);
    let (guarded, groups): (Vec<_>, Vec<_>) =
        groups.into_iter().partition(|g| g.iter().any(unique));
    for field in guarded.into_iter().flatten() {
        if let Some(field) = model.fields.get_mut(field) {
            field.unique = true;
        }
    }
    for (n, group) in groups.iter().enumerate() {
        for field in group {
            if let Some(field) = model.fields.get_mut(*field) {
                field.group = Some(n);
            }
        }
    }
    model.groups = groups;
}

fn join(groups: &mut Vec<Vec<usize>>, mut set: Vec<usize>) {
    set.dedup();
    let (touching, rest): (Vec<_>, Vec<_>) = std::mem::take(groups)
        .into_iter()
        .partition(|g| g.iter().any(|f| set.contains(f)));
    *groups = rest;
    for group in touching {
        set.extend(group);
    }
    set.sort_unstable();
    set.dedup();
    groups.push(set);
}
