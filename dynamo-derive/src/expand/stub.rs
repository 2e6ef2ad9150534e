//! What is left of an entity that could not be understood at all, so that its uses bring no second wave of errors.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{DeriveInput, Path};

use super::{at, block};
use crate::attr::entity;
use crate::diagnostics::Errors;

/// The trait, implemented by nothing.
pub(crate) fn expand(input: &DeriveInput) -> TokenStream {
    let options = entity::read(&input.attrs, &mut Errors::default());
    let krate: Path = options
        .krate
        .clone()
        .unwrap_or_else(|| syn::parse_quote!(::dynamo_orm));
    let (table, missing) = table(options.table.as_ref());
    let ident = &input.ident;
    let mut generics = input.generics.clone();
    for parameter in generics.type_params_mut() {
        parameter.bounds.push(syn::parse_quote!(::serde::Serialize));
        parameter
            .bounds
            .push(syn::parse_quote!(::serde::de::DeserializeOwned));
        parameter
            .bounds
            .push(syn::parse_quote!(::core::marker::Send));
        parameter
            .bounds
            .push(syn::parse_quote!(::core::marker::Sync));
        parameter.bounds.push(syn::parse_quote!('static));
    }
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let name = ident.to_string();
    let model = quote_spanned!(at(ident.span())=> &__rt::EntityModel::new(
        #name, #name, &[], __rt::KeySpec::template(&[]), &[],
    ));
    block(
        &krate,
        &quote! {
            #missing
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

/// The type of the table; where none is named, one of the block's own, and its declaration.
pub(crate) fn table(named: Option<&Path>) -> (Path, Option<TokenStream>) {
    if let Some(named) = named {
        return (named.clone(), None);
    }
    let declaration = quote! {
        enum __Unknown {}
        #[automatically_derived]
        impl __rt::Table for __Unknown {
            const MODEL: &'static __rt::TableModel =
                &__rt::TableModel::new("", __rt::KeyAttribute::new("", __rt::KeyType::S), &[], &[]);
            fn read(
                _: usize,
                _: &mut __rt::Reader<'_>,
            ) -> ::core::result::Result<Self, __rt::Fault> {
                ::core::unimplemented!()
            }
        }
    };
    (syn::parse_quote!(__Unknown), Some(declaration))
}
