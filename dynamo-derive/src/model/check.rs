//! Rules about single fields.

use super::{Entity, FieldKind, KeySpec};
use crate::diagnostics::Errors;

/// Does every item with a value in this field have it in an index key?
fn is_kept_in_an_index(model: &Entity, field: usize) -> bool {
    let other_may_be_absent =
        |f: &usize| *f != field && model.fields.get(*f).is_some_and(|f| f.optional);
    model.indexes.iter().any(|used| {
        let fields: Vec<usize> = used.specs().flat_map(KeySpec::fields).collect();
        used.when.is_none() && fields.contains(&field) && !fields.iter().any(other_may_be_absent)
    })
}

/// Rules about single fields.
pub(super) fn check(model: &Entity, errors: &mut Errors) {
    for (position, field) in model.fields.iter().enumerate() {
        if field.kind == FieldKind::Skip
            && field.part.is_some()
            && !field.primary
            && (field.group.is_some() || !is_kept_in_an_index(model, position))
        {
            errors.span(
                field.ident.span(),
                "not every item would have this field in a key of its own, so its value could be lost; remove `skip`",
            );
        }
        if field.primary && field.optional {
            errors.at(
                &field.declared,
                format!(
                    "`{}` is in the primary key, which every item has; make it a plain type, not an `Option`",
                    field.ident
                ),
            );
        }
        if field.primary && matches!(field.kind, FieldKind::UpdatedAt | FieldKind::Ttl) {
            errors.span(
                field.ident.span(),
                "this field changes during the life of an item, so it cannot be in the primary key",
            );
        }
        if field.part.is_some() && field.kind == FieldKind::Ttl {
            errors.span(
                field.ident.span(),
                "a `ttl` field cannot be in a key; use another field for the key",
            );
        }
        if field.part.is_some() && field.kind == FieldKind::Version {
            errors.span(
                field.ident.span(),
                "a version changes with every write, so it cannot be in a key; use another field for the key",
            );
        }
        if field.kind != FieldKind::Plain
            && field.kind != FieldKind::Skip
            && (field.serde_skip || field.flatten)
        {
            errors.span(
                field.ident.span(),
                "the library stores this field and reads it back; remove `#[serde(skip)]` or `#[serde(flatten)]`",
            );
        }
        if field.part.is_some() && field.serde_skip {
            errors.span(
                field.ident.span(),
                "serde skips this field, so it cannot be in a key; write `#[entity(skip)]` to keep it only in the key",
            );
        }
        if field.part.is_some() && field.flatten {
            errors.span(field.ident.span(), "a flattened field cannot be in a key");
        }
        if field.kind == FieldKind::Skip && field.lossy {
            errors.span(
                field.ident.span(),
                "this field is only in a key, in a form that loses something of it; remove `skip`, or the format that changes it",
            );
        }
        if field.kind == FieldKind::Skip && field.part.is_some() && field.with.is_some() {
            errors.span(
                field.ident.span(),
                "a field that is only in a key is read by its key form; remove `#[serde(with)]`",
            );
        }
        if field.part.is_some() && field.optional && field.with.is_some() {
            errors.span(
                field.ident.span(),
                "an `Option` in an index key has the form of its type; remove `#[serde(with)]`, or put it on a type of your own",
            );
        }
        if field.natural && field.with.is_some() {
            errors.span(
                field.ident.span(),
                "the attribute of this field is a key attribute, stored in its key form; remove `#[serde(with)]`",
            );
        }
    }
}
