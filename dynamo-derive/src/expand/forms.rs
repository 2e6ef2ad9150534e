//! Fields with a form of their own: `#[serde(with = "…")]`.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::{Ident, Type, Visibility};

use crate::attr::serde::With;
use crate::model::plain;
use crate::names::pascal;

/// The name of the type that stands for the functions.
pub(crate) fn name(owner: &Ident, field: &Ident) -> Ident {
    format_ident!("{}{}Form", owner, pascal(&plain(field)))
}

/// The type with the functions, where the field has any.
pub(crate) fn expand(
    vis: &Visibility,
    owner: &Ident,
    field: &Ident,
    ty: &Type,
    with: &With,
) -> TokenStream {
    let name = name(owner, field);
    let write = with.serialize.as_ref().map_or_else(
        || quote!(<#ty as __rt::Serialize>::serialize),
        ToTokens::to_token_stream,
    );
    let read = with.deserialize.as_ref().map_or_else(
        || quote!(<#ty as __rt::Deserialize<'de>>::deserialize),
        ToTokens::to_token_stream,
    );
    let sorted = with.is_sorted().then(|| {
        quote! {
            #[automatically_derived]
            impl __rt::OrderedForm for #name {}
        }
    });
    quote! {
        #sorted
        #[derive(Debug)]
        #vis struct #name;
        #[automatically_derived]
        impl __rt::CustomForm<#ty> for #name {
            fn serialize<S: __rt::Serializer>(
                value: &#ty,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                #write(value, serializer)
            }
            fn deserialize<'de, D: __rt::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<#ty, D::Error> {
                #read(deserializer)
            }
        }
    }
}
