//! Writing tokens. The functions here never fail: what is wrong was found before.

mod checks;
pub(crate) mod collection;
pub(crate) mod docs;
mod edge;
pub(crate) mod entity;
pub(crate) mod fields;
mod forms;
pub(crate) mod key_part;
mod keys;
mod partition;
mod paths;
pub(crate) mod projection;
mod query;
mod stub;
pub(crate) mod table;

use proc_macro2::{Literal, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Ident, Path, Type};

use crate::model::{Entity, Field, ungroup};

/// The derive's output: errors, and an anonymous block that names the runtime crate once.
pub(crate) fn block(krate: &Path, body: &TokenStream) -> TokenStream {
    quote! {
        #[doc(hidden)]
        const _: () = {
            #[allow(unused_imports)]
            use #krate::__private::{self as __rt, Plain as _};
            #body
        };
    }
}

/// A place of the user's for tokens of ours: errors point there, the user's lints do not look there.
pub(crate) fn at(span: Span) -> Span {
    Span::call_site().located_at(span)
}

/// The argument for a part of a key.
pub(crate) fn argument(model: &Entity, field: &Field) -> TokenStream {
    let (name, ty) = (&field.ident, &field.ty);
    if !model.sound {
        return quote!(#name: impl ::core::marker::Sized);
    }
    let bound = quote_spanned!(at(ty.span())=> impl __rt::AsPart<#ty>);
    quote!(#name: #bound)
}

/// The argument as a known part.
pub(crate) fn known_part(field: &Field) -> TokenStream {
    let (name, part) = (&field.ident, number(field.part));
    let value = quote_spanned!(at(field.ty.span())=> __rt::AsPart::into_part(#name));
    quote!(.with(#part, #value))
}

/// A position without its type.
pub(crate) fn number(position: Option<usize>) -> Literal {
    Literal::usize_unsuffixed(position.unwrap_or_default())
}

/// The same as an `Option`.
pub(crate) fn option(position: Option<usize>) -> TokenStream {
    if position.is_none() {
        return quote!(::core::option::Option::None);
    }
    let position = number(position);
    quote!(::core::option::Option::Some(#position))
}

/// The body of a function; none where something is wrong, which the compiler would repeat in its words.
pub(crate) fn body(model: &Entity, body: TokenStream) -> TokenStream {
    if model.sound {
        body
    } else {
        quote!(::core::unimplemented!())
    }
}

/// What the type says about its stored form: a `Hint` expression.
pub(crate) fn hint(ty: &Type) -> TokenStream {
    if is_plain(ty) {
        return quote!(__rt::Hint::Auto);
    }
    if let Some(element) = set_element(ty) {
        if is_plain(element) {
            return quote!(__rt::Hint::Set(__rt::Element::Auto));
        }
        return quote!(__rt::Hint::Set(<__rt::Probe<#element>>::ELEMENT));
    }
    quote!(<__rt::Probe<#ty>>::HINT)
}

/// Types that are stored as serde shows them, known by name.
pub(crate) fn is_plain(ty: &Type) -> bool {
    const NAMES: &[&str] = &[
        "String", "str", "bool", "char", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16",
        "i32", "i64", "i128", "isize", "f32", "f64",
    ];
    matches!(ty, Type::Path(p) if p.qself.is_none()
        && p.path.get_ident().is_some_and(|i| NAMES.contains(&i.to_string().as_str())))
}

fn set_element(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    if last.ident != "BTreeSet" && last.ident != "HashSet" {
        return None;
    }
    let syn::PathArguments::AngleBracketed(args) = &last.arguments else {
        return None;
    };
    match args.args.first() {
        Some(syn::GenericArgument::Type(inner)) => Some(ungroup(inner)),
        _ => None,
    }
}

/// A method name that does not hide one of `Query`'s own.
pub(crate) fn level_name(field: &Ident) -> Ident {
    const TAKEN: &[&str] = &[
        "whole_partition",
        "select",
        "project",
        "filter",
        "limit",
        "take",
        "newest_first",
        "oldest_first",
        "consistent",
        "start_at",
        "results",
        "keys",
        "hydrate",
        "neighbours",
        "to_request",
        "into_sdk",
        "page",
        "page_metered",
        "load",
        "all",
        "stream",
        "one",
        "first",
        "count",
        "clone",
        "fmt",
    ];
    if TAKEN.contains(&field.to_string().as_str()) {
        quote::format_ident!("{}_part", field)
    } else {
        field.clone()
    }
}
