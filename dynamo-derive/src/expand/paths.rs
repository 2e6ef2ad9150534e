//! The typed paths of an entity's fields.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use super::{docs, forms, hint, number};
use crate::model::{Entity, Field, FieldKind, plain};

/// The struct `OrderFields` with a method for each field and each group.
pub(crate) fn expand(model: &Entity) -> TokenStream {
    let (vis, entity) = (&model.vis, &model.ident);
    let name = format_ident!("{}Fields", entity);
    let mut markers = TokenStream::new();
    let mut methods = TokenStream::new();
    for field in model.fields.iter().filter(|f| !f.unnamed) {
        let (ident, attribute) = (&field.ident, &field.attribute);
        let mut ty = field.ty.clone();
        if let Some(with) = &field.with {
            ty = field.whole_ty();
            markers.extend(forms::expand(vis, entity, ident, &ty, with));
        }
        let role = role(model, field);
        let hint = field_hint(field);
        let path = if field.part.is_some() {
            let part = number(field.part);
            quote!(__rt::Path::keyed(#attribute, #hint, #part))
        } else {
            quote!(__rt::Path::stored(#attribute, #hint))
        };
        let doc = docs::field(&plain(ident), attribute);
        methods.extend(quote! {
            #[doc = #doc]
            #[must_use]
            #vis fn #ident(&self) -> __rt::Path<#entity, #ty, #role> {
                #path
            }
        });
    }
    for group in &model.groups {
        let marker = group_name(model, group);
        let members: Vec<&Field> = group.iter().filter_map(|f| model.field(*f)).collect();
        let types = members.iter().map(|f| {
            let (ty, role) = (&f.ty, role(model, f));
            quote!(__rt::Path<#entity, #ty, #role>)
        });
        let paths = members.iter().map(|f| &f.ident);
        let names: Vec<String> = members.iter().map(|f| plain(&f.ident)).collect();
        let doc = docs::group(&names);
        markers.extend(quote! {
            #[allow(dead_code, non_camel_case_types)]
            #[derive(::core::fmt::Debug)]
            #vis struct #marker;
        });
        methods.extend(quote! {
            #[doc = #doc]
            #[must_use]
            #vis fn #marker(&self) -> __rt::Group<(#(#types,)*)> {
                __rt::Group::new((#(self.#paths(),)*))
            }
        });
    }
    quote! {
        #markers
        #[allow(dead_code)]
        #[derive(::core::fmt::Debug)]
        #vis struct #name;
        #[automatically_derived]
        #[allow(dead_code)]
        impl #name { #methods }
    }
}

/// `status_and_priority`.
fn group_name(model: &Entity, group: &[usize]) -> Ident {
    let names: Vec<String> = group
        .iter()
        .filter_map(|f| model.field(*f))
        .map(|f| plain(&f.ident))
        .collect();
    format_ident!("{}", names.join("_and_"))
}

/// Sets the stored fields of the primary key on an item that an update creates.
pub(crate) fn key_fields(model: &Entity) -> TokenStream {
    let fields = model
        .fields
        .iter()
        .filter(|f| f.primary && !f.natural && !f.unnamed);
    let lines = fields.map(|field| {
        let (ty, attribute) = (&field.ty, &field.attribute);
        let (role, hint, part) = (role(model, field), field_hint(field), number(field.part));
        quote!(__rt::key_field::<#ty, #role>(parts, #part, #attribute, #hint, actions)?;)
    });
    quote!(#(#lines)*)
}

/// Serde's `with` decides on its own form.
pub(crate) fn field_hint(field: &Field) -> TokenStream {
    if field.with.is_some() {
        quote!(__rt::Hint::Auto)
    } else {
        hint(&field.ty)
    }
}

/// What the field is to updates and conditions.
fn role(model: &Entity, field: &Field) -> TokenStream {
    let custom = field.with.as_ref().map(|_| {
        let form = forms::name(&model.ident, &field.ident);
        quote!(__rt::Custom<#form>)
    });
    let form = match &custom {
        _ if field.natural => Some(quote!(<__rt::role::AsKey>)),
        Some(custom) => Some(quote!(<#custom>)),
        None => None,
    };
    let role = match field.kind {
        FieldKind::CreatedAt => quote!(__rt::role::CreatedAt),
        FieldKind::UpdatedAt => quote!(__rt::role::UpdatedAt),
        FieldKind::Version => quote!(__rt::role::VersionNumber),
        FieldKind::Ttl if field.optional => quote!(__rt::role::OptionalTimeToLive),
        FieldKind::Ttl => quote!(__rt::role::TimeToLive),
        FieldKind::Plain | FieldKind::Skip => {
            if field.primary {
                return quote!(__rt::role::PrimaryKey #form);
            }
            match (
                field.part.is_some(),
                field.composed || field.judges,
                field.optional,
            ) {
                (false, ..) if custom.is_some() => quote!(#custom),
                (false, _, false) => quote!(__rt::role::Plain),
                (false, _, true) => quote!(__rt::role::Optional),
                (true, false, false) if field.is_in_no_index() => quote!(__rt::role::Plain),
                (true, false, true) if field.is_in_no_index() => quote!(__rt::role::Optional),
                (true, false, false) if field.natural => quote!(__rt::role::NaturalKey),
                (true, false, true) if field.natural => quote!(__rt::role::OptionalNaturalKey),
                (true, _, false) => quote!(__rt::role::IndexKey #form),
                (true, _, true) => quote!(__rt::role::OptionalIndexKey #form),
            }
        }
    };
    if field.primary {
        return quote!(__rt::role::PrimaryKey<#role>);
    }
    if field.unique {
        return quote!(__rt::role::Unique<#role>);
    }
    let role = match field.group.and_then(|g| model.groups.get(g)) {
        Some(group) => {
            let marker = group_name(model, group);
            quote!(__rt::role::PartOf<#marker, #role>)
        }
        None => role,
    };
    if model.is_judged() {
        quote!(__rt::role::Judged<#role>)
    } else {
        role
    }
}
