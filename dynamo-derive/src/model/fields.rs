//! Reading the fields of the struct.

use syn::{DeriveInput, LitStr, Type};

use super::{Field, FieldKind};
use crate::attr::field::{self, FieldOptions};
use crate::attr::serde;
use crate::diagnostics::Errors;

/// Reads the fields of the struct.
pub(super) fn fields(input: &DeriveInput, errors: &mut Errors) -> Option<Vec<Field>> {
    let syn::Data::Struct(syn::DataStruct {
        fields: syn::Fields::Named(named),
        ..
    }) = &input.data
    else {
        errors.span(
            input.ident.span(),
            "an entity is a struct with named fields; the enum of all entities derives `Table`",
        );
        return None;
    };
    let container = serde::container(&input.attrs);
    let mut out: Vec<Field> = Vec::new();
    for field in &named.named {
        let Some(ident) = field.ident.clone() else {
            continue;
        };
        let serde = serde::item(&field.attrs);
        let options = field::read(field, errors);
        let plain = syn::ext::IdentExt::unraw(&ident).to_string();
        let serde_name = serde
            .rename
            .or_else(|| container.rename_all.map(|c| c.field(&plain)))
            .unwrap_or(plain);
        let (ty, optional) = peel(&field.ty);
        let attribute = options
            .rename
            .as_ref()
            .map_or_else(|| serde_name.clone(), LitStr::value);
        if attribute.is_empty() {
            errors.at(&options.rename, "an attribute needs a name");
        }
        let kind = kind(&options, errors);
        let unnamed = serde.flatten || serde.skip || kind == FieldKind::Skip;
        if let Some(same) = out
            .iter()
            .find(|f: &&Field| !f.unnamed && !unnamed && f.attribute == attribute)
        {
            errors.span(
                ident.span(),
                format!(
                    "`{}` is stored as `{attribute}` already; rename one of the two fields",
                    same.ident
                ),
            );
        }
        let special = matches!(
            kind,
            FieldKind::Ttl | FieldKind::CreatedAt | FieldKind::UpdatedAt | FieldKind::Version
        );
        if special && serde.with.is_some() {
            errors.span(
                ident.span(),
                "the library stores this field in a form of its own; remove `#[serde(with)]`",
            );
        }
        if kind == FieldKind::Version && optional {
            errors.at(
                &field.ty,
                "a version is always there, 0 for a value that was never stored; make it a plain integer, not an `Option`",
            );
        } else if special && kind != FieldKind::Ttl && optional {
            errors.at(
                &field.ty,
                "a `created_at` or `updated_at` field is always set; make it a plain timestamp, not an `Option`",
            );
        }
        out.push(Field {
            ident,
            ty: ty.clone(),
            declared: field.ty.clone(),
            optional,
            serde_name,
            attribute,
            kind,
            default: options.default,
            null: options.null.is_some(),
            with: serde.with,
            unnamed,
            flatten: serde.flatten,
            serde_skip: serde.skip,
            serde_default: serde.default || container.default,
            part: None,
            primary: false,
            natural: false,
            composed: false,
            judges: false,
            lossy: false,
            group: None,
            unique: false,
        });
    }
    once(&out, FieldKind::Ttl, "ttl", errors);
    once(&out, FieldKind::CreatedAt, "created_at", errors);
    once(&out, FieldKind::UpdatedAt, "updated_at", errors);
    once(&out, FieldKind::Version, "version", errors);
    Some(out)
}

fn kind(options: &FieldOptions, errors: &mut Errors) -> FieldKind {
    let all = [
        (&options.ttl, FieldKind::Ttl),
        (&options.created_at, FieldKind::CreatedAt),
        (&options.updated_at, FieldKind::UpdatedAt),
        (&options.version, FieldKind::Version),
        (&options.skip, FieldKind::Skip),
    ];
    let mut given = all.iter().filter_map(|(o, k)| o.as_ref().map(|o| (o, *k)));
    let first = given.next();
    if let (Some((a, _)), Some((b, _))) = (first, given.next()) {
        errors.span(
            b.span(),
            format!("a field cannot be both `{a}` and `{b}`; remove one"),
        );
    }
    first.map_or(FieldKind::Plain, |(_, kind)| kind)
}

fn once(fields: &[Field], kind: FieldKind, name: &str, errors: &mut Errors) {
    let mut of_kind = fields.iter().filter(|f| f.kind == kind);
    let first = of_kind.next();
    for second in of_kind {
        errors.span(
            second.ident.span(),
            format!(
                "an entity has one `{name}` field, and `{}` is it already; remove one",
                first.map(|f| f.ident.to_string()).unwrap_or_default()
            ),
        );
    }
}

/// The type inside an `Option`, and whether there was one.
pub(crate) fn peel(ty: &Type) -> (&Type, bool) {
    let ty = ungroup(ty);
    if let Type::Path(path) = ty
        && let Some(last) = path.path.segments.last()
        && last.ident == "Option"
        && let syn::PathArguments::AngleBracketed(args) = &last.arguments
        && let Some(syn::GenericArgument::Type(inner)) = args.args.first()
    {
        return (ungroup(inner), true);
    }
    (ty, false)
}

/// The type without the invisible brackets that a `$ty:ty` of a macro is in.
pub(crate) fn ungroup(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => ungroup(&group.elem),
        Type::Paren(paren) => ungroup(&paren.elem),
        ty => ty,
    }
}
