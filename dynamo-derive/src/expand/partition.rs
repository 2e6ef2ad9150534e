//! The types of the partition keys' parts, for item collections.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::keys;
use crate::model::{Entity, KeySpec};

/// One small implementation for the table and for each index.
pub(crate) fn expand(model: &Entity) -> TokenStream {
    let ident = &model.ident;
    let table = (quote!(__rt::Primary), vec![&model.pk]);
    let indexes = model.indexes.iter().enumerate().map(|(n, used)| {
        // A local index shares the partition key of the table.
        let pk = match used.pk.as_slice() {
            [] => vec![&model.pk],
            pk => pk.iter().collect(),
        };
        (keys::alias(n, used).to_token_stream(), pk)
    });
    let all = std::iter::once(table).chain(indexes);
    let all = all.map(|(index, pk)| {
        let key = types(model, &pk);
        quote! {
            impl __rt::InIndex<#index> for #ident {
                type Key = #key;
            }
        }
    });
    quote!(#(#all)*)
}

/// `(A, (B, ()))`.
fn types(model: &Entity, pk: &[&KeySpec]) -> TokenStream {
    let mut fields: Vec<usize> = Vec::new();
    for field in pk.iter().flat_map(|spec| spec.fields()) {
        if !fields.contains(&field) {
            fields.push(field);
        }
    }
    let types = fields.iter().filter_map(|f| model.field(*f)).map(|f| &f.ty);
    types
        .rev()
        .fold(quote!(()), |tail, ty| quote!((#ty, #tail)))
}
