//! Key specs and index uses as constant data.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::Ident;
use syn::spanned::Spanned;

use super::{at, number};
use crate::model::{Entity, IndexUse, KeySpec, Segment, When};

/// A `KeySpec` expression.
pub(crate) fn spec(model: &Entity, spec: &KeySpec) -> TokenStream {
    match spec {
        KeySpec::Natural(_, field) => {
            let Some(field) = model.field(*field) else {
                return quote!(__rt::KeySpec::template(&[]));
            };
            let (part, attribute) = (field.part, &field.attribute);
            let part = part.unwrap_or_default();
            quote!(__rt::KeySpec::Natural { part: #part, attribute: #attribute })
        }
        KeySpec::Template(span, segments) => {
            let segments = segments.iter().map(|s| match s {
                Segment::Literal(text) => quote!(__rt::Segment::Literal(#text)),
                Segment::Part { field, spec } => {
                    let Some(field) = model.field(*field) else {
                        return quote!(__rt::Segment::Literal(""));
                    };
                    let (part, ty) = (number(field.part), &field.ty);
                    if spec.is_empty() {
                        quote!(__rt::Segment::part::<#ty>(#part))
                    } else {
                        quote_spanned!(at(*span)=> __rt::Segment::formatted::<#ty>(#part, #spec))
                    }
                }
            });
            quote!(__rt::KeySpec::template(&[#(#segments),*]))
        }
    }
}

/// The block's own name for an index, so that one that does not exist is reported once.
pub(crate) fn alias(position: usize, used: &IndexUse) -> Ident {
    format_ident!("__Index{}", position, span = at(used.index.span()))
}

/// The `IndexUse` expressions.
pub(crate) fn indexes(model: &Entity) -> TokenStream {
    let uses = model.indexes.iter().enumerate().map(|(n, used)| {
        let index = alias(n, used);
        let pk = used.pk.iter().map(|s| spec(model, s));
        let sk = used.sk.iter().map(|s| spec(model, s));
        let when = match &used.when {
            None => quote!(__rt::When::Always),
            Some(When::Whole(_)) => quote!(__rt::When::Entity),
            Some(When::Fields(_, fields)) => {
                let parts = fields.iter().filter_map(|f| model.field(*f)?.part);
                quote!(__rt::When::Parts(&[#(#parts),*]))
            }
        };
        quote! {
            __rt::IndexUse::new(__rt::index_model::<#index>(), &[#(#pk),*], &[#(#sk),*], #when)
        }
    });
    quote!(&[#(#uses),*])
}
