//! What is left of an entity that could not be understood at all, so that its uses bring no second wave of errors.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{DeriveInput, Path};

use super::{at, block};
use crate::attr::entity;
use crate::diagnostics::Errors;
use crate::model;

/// The trait, implemented by nothing.
pub(crate) fn expand(input: &DeriveInput) -> TokenStream {
    let options = entity::read(&input.attrs, &mut Errors::default());
    let krate: Path = options
        .krate
        .clone()
        .unwrap_or_else(|| syn::parse_quote!(::dynamo_orm));
    let table = model::table(input, &options, &mut Errors::default());
    let ident = &input.ident;
    let mut generics = input.generics.clone();
    for parameter in generics.type_params_mut() {
        parameter.bounds.push(syn::parse_quote!(::serde::Serialize));
        parameter.bounds.push(syn::parse_quote!(::serde::de::DeserializeOwned));
        parameter.bounds.push(syn::parse_quote!(::core::marker::Send));
        parameter.bounds.push(syn::parse_quote!(::core::marker::Sync));
        parameter.bounds.push(syn::parse_quote!('static));
    }
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let name = ident.to_string();
    let model = quote_spanned!(at(ident.span())=> &__rt::EntityModel::new(
        #name, #name, &[], __rt::KeySpec::Template(__rt::Template { segments: &[] }), &[],
    ));
    block(
        &krate,
        &quote! {
            #[automatically_derived]
            impl #impl_generics __rt::Entity for #ident #ty_generics #where_clause {
                type Table = #table;
                type Fields = ();
                const MODEL: &'static __rt::EntityModel = #model;
                fn fields() {}
                fn part(&self, _: usize) -> __rt::Result<::core::option::Option<__rt::Part<'_>>> {
                    ::core::unimplemented!()
                }
            }
        },
    )
}
