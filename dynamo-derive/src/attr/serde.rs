//! The part of serde's own attributes that decides on stored names.

use syn::{Attribute, Meta, Token, punctuated::Punctuated};

use crate::names::Case;

/// Serde's options on a container.
#[derive(Debug, Default)]
pub(crate) struct Container {
    pub(crate) rename_all: Option<Case>,
    pub(crate) deny_unknown_fields: bool,
    pub(crate) default: bool,
}

/// The functions of `with`, `serialize_with` and `deserialize_with`.
#[derive(Clone, Debug, Default)]
pub(crate) struct With {
    pub(crate) serialize: Option<syn::Path>,
    pub(crate) deserialize: Option<syn::Path>,
}

impl With {
    /// Is this `#[serde(with = "dynamo_orm::sorted")]`, by whatever name the crate goes?
    pub(crate) fn is_sorted(&self) -> bool {
        let module = |path: &syn::Path| {
            path.segments
                .iter()
                .rev()
                .nth(1)
                .is_some_and(|s| s.ident == "sorted")
        };
        self.serialize.as_ref().is_some_and(module)
    }
}

/// Serde's options on a field or variant.
#[derive(Debug, Default)]
pub(crate) struct Item {
    pub(crate) rename: Option<String>,
    pub(crate) skip: bool,
    pub(crate) flatten: bool,
    pub(crate) default: bool,
    pub(crate) with: Option<With>,
}

pub(crate) fn container(attrs: &[Attribute]) -> Container {
    let mut out = Container::default();
    each(attrs, &mut |meta| {
        if meta.path().is_ident("rename_all") {
            out.rename_all = text(meta).and_then(|t| Case::parse(&t)).or(out.rename_all);
        } else if meta.path().is_ident("deny_unknown_fields") {
            out.deny_unknown_fields = true;
        } else if meta.path().is_ident("default") {
            out.default = true;
        }
    });
    out
}

pub(crate) fn item(attrs: &[Attribute]) -> Item {
    let mut out = Item::default();
    each(attrs, &mut |meta| {
        let path = meta.path();
        if path.is_ident("rename") {
            out.rename = text(meta).or(out.rename.take());
        } else if path.is_ident("skip") {
            out.skip = true;
        } else if path.is_ident("flatten") {
            out.flatten = true;
        } else if path.is_ident("default") {
            out.default = true;
        } else if path.is_ident("with") {
            let with = out.with.get_or_insert_default();
            with.serialize = function(meta, Some("serialize"));
            with.deserialize = function(meta, Some("deserialize"));
        } else if path.is_ident("serialize_with") {
            out.with.get_or_insert_default().serialize = function(meta, None);
        } else if path.is_ident("deserialize_with") {
            out.with.get_or_insert_default().deserialize = function(meta, None);
        }
    });
    out
}

/// What does not parse is for serde to complain about.
fn each(attrs: &[Attribute], f: &mut dyn FnMut(&Meta)) {
    for attr in attrs.iter().filter(|a| a.path().is_ident("serde")) {
        if let Ok(list) = attr.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated) {
            list.iter().for_each(&mut *f);
        }
    }
}

/// `name = "text"`, or the `serialize` half of `name(serialize = "…", deserialize = "…")`.
fn text(meta: &Meta) -> Option<String> {
    match meta {
        Meta::NameValue(nv) => match &nv.value {
            syn::Expr::Lit(syn::ExprLit {
                lit: syn::Lit::Str(s),
                ..
            }) => Some(s.value()),
            _ => None,
        },
        Meta::List(list) => list
            .parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
            .ok()?
            .iter()
            .find(|m| m.path().is_ident("serialize"))
            .and_then(text),
        Meta::Path(_) => None,
    }
}

/// The function that a path in quotes names, or one in the module it names.
fn function(meta: &Meta, inside: Option<&str>) -> Option<syn::Path> {
    let mut path: syn::Path = syn::parse_str(&text(meta)?).ok()?;
    if let Some(name) = inside {
        let name = syn::Ident::new(name, proc_macro2::Span::call_site());
        path.segments.push(name.into());
    }
    Some(path)
}
