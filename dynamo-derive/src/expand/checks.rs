//! The rules that need the table, in constants at the tokens they are about.

use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::spanned::Spanned;

use super::{at, edge, keys, number};
use crate::model::{Entity, FieldKind, KeySpec};

pub(crate) fn expand(model: &Entity) -> TokenStream {
    let ident = &model.ident;
    let entity = |span| quote_spanned!(at(span)=> <#ident as __rt::Entity>::MODEL);
    let table_ty = &model.table;
    let table = |span| quote_spanned!(at(span)=> <#table_ty as __rt::Table>::MODEL);
    let mut out = TokenStream::new();
    let rules = [
        ("check_partition_key", Some(model.pk.span())),
        (
            "check_sort_key",
            Some(
                model
                    .sk
                    .as_ref()
                    .map_or_else(|| model.pk.span(), KeySpec::span),
            ),
        ),
        ("check_time_to_live", ttl(model)),
    ];
    for (rule, span) in rules {
        let Some(span) = span else { continue };
        let (entity, table) = (entity(span), table(span));
        let rule = syn::Ident::new(rule, at(span));
        out.extend(quote_spanned!(at(span)=> const _: () = #entity.#rule(#table);));
    }
    let (model_of, table_of) = (entity(ident.span()), table(ident.span()));
    out.extend(quote_spanned! {at(ident.span())=>
        const _: () = __rt::check_entity(#table_of, #model_of);
    });
    for (n, unique) in model.uniques.iter().enumerate() {
        let (entity, table) = (entity(unique.span), table(unique.span));
        let position = number(Some(n));
        out.extend(quote_spanned! {at(unique.span)=>
            const _: () = #entity.check_unique(#table, #position);
        });
    }
    out.extend(edge::checks(model));
    for (n, used) in model.indexes.iter().enumerate() {
        let span = used.index.span();
        let membership = number(Some(n));
        let (entity_model, index, table) = (entity(span), keys::alias(n, used), &model.table);
        out.extend(quote_spanned! {at(span)=>
            const _: () = __rt::check_index(#entity_model, #membership);
            const _: fn() = __rt::assert_index::<#table, #index>;
        });
        for (position, spec) in used.specs().enumerate() {
            let (entity, position) = (entity(spec.span()), number(Some(position)));
            out.extend(quote_spanned! {at(spec.span())=>
                const _: () = #entity.check_index_key(#membership, #position);
            });
        }
    }
    out
}

fn ttl(model: &Entity) -> Option<proc_macro2::Span> {
    let field = model.fields.iter().find(|f| f.kind == FieldKind::Ttl)?;
    Some(field.ident.span())
}
