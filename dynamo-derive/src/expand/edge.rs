//! The queries of an edge from both its ends, and the rules about its ends.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::{at, option};
use crate::model::{End, Entity, plain};

/// What an access path leads to: the far end of the edges it finds.
pub(crate) fn traversal(ty: &syn::Ident, far: &End, model: &Entity) -> TokenStream {
    let (entity, fields) = (&far.entity, names(model, far));
    let entity = quote_spanned!(far.span()=> #entity);
    quote! {
        #[automatically_derived]
        impl<const LEVEL: usize> __rt::Traversal for #ty<LEVEL> {
            type Far = #entity;
            const FAR: &'static [&'static str] = #fields;
        }
    }
}

/// The fields that make an end's key.
fn names(model: &Entity, end: &End) -> TokenStream {
    let fields = end.fields.iter().filter_map(|f| model.field(*f));
    let fields = fields.map(|f| plain(&f.ident));
    quote!(&[#(#fields),*])
}

/// Constants that fail where an end's key is not what the edge holds.
pub(crate) fn checks(model: &Entity) -> TokenStream {
    let edge = &model.ident;
    let mut out = TokenStream::new();
    for (near, far) in model.edges.iter().flat_map(crate::model::Edge::directions) {
        let (entity, fields, span) = (&near.entity, names(model, near), at(near.span()));
        let is_far = far.query.is_some();
        out.extend(quote_spanned! {span=>
            const _: () = __rt::check_end(
                <#edge as __rt::Entity>::MODEL,
                <#entity as __rt::Entity>::MODEL,
                #fields,
            );
        });
        if !is_far {
            out.extend(quote_spanned! {span=>
                const _: fn() = __rt::assert_end::<#edge, #entity>;
            });
        }
        if let Some(query) = &near.query {
            let index = option(query.index);
            out.extend(quote_spanned! {at(query.name.span())=>
                const _: () = __rt::check_end_path(
                    <#edge as __rt::Entity>::MODEL,
                    <#entity as __rt::Entity>::MODEL,
                    #fields,
                    #index,
                );
            });
        }
    }
    out
}
