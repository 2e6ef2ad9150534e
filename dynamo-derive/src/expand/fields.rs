//! `#[derive(Fields)]`: typed paths into a nested struct.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{DeriveInput, Path};

use super::{block, docs, forms};
use crate::attr::{contents, once, options, serde, value};
use crate::diagnostics::Errors;
use crate::model::{peel, plain};

pub(crate) fn expand(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let mut krate: Option<Path> = None;
    for tokens in contents(&input.attrs, "fields", &mut errors) {
        options(tokens, &["crate"], &mut errors, &mut |name, input| {
            once(&mut krate, name, value(input)?)
        });
    }
    if !input.generics.params.is_empty() {
        errors.at(
            &input.generics,
            "a struct with typed fields cannot be generic; write one struct for each type",
        );
        return errors.into_tokens();
    }
    let syn::Data::Struct(syn::DataStruct {
        fields: syn::Fields::Named(named),
        ..
    }) = &input.data
    else {
        errors.span(
            input.ident.span(),
            "only a struct with named fields has typed paths",
        );
        return errors.into_tokens();
    };
    let krate = krate.unwrap_or_else(|| syn::parse_quote!(::dynamo_orm));
    let container = serde::container(&input.attrs);
    let (vis, ident) = (&input.vis, &input.ident);
    let name = format_ident!("{}Fields", ident);
    let mut customs = TokenStream::new();
    let methods: Vec<TokenStream> = named
        .named
        .iter()
        .filter_map(|field| {
            let serde = serde::item(&field.attrs);
            let field_ident = field.ident.as_ref()?;
            if serde.skip || serde.flatten {
                return None;
            }
            let plain = plain(field_ident);
            let attribute = serde
                .rename
                .or_else(|| container.rename_all.map(|c| c.field(&plain)))
                .unwrap_or_else(|| plain.clone());
            let (mut ty, optional) = peel(&field.ty);
            let mut role = if optional {
                quote!(__rt::role::Optional)
            } else {
                quote!(__rt::role::Plain)
            };
            if let Some(with) = &serde.with {
                ty = &field.ty;
                let form = forms::name(ident, field_ident);
                role = quote!(__rt::Custom<#form>);
                customs.extend(forms::expand(vis, ident, field_ident, ty, with));
            }
            let doc = docs::field(&plain, &attribute);
            Some(quote! {
                #[doc = #doc]
                #[must_use]
                #vis fn #field_ident(&self) -> __rt::Path<R, #ty, #role> {
                    self.0.field(#attribute, __rt::Hint::Auto)
                }
            })
        })
        .collect();
    let body = block(
        &krate,
        &quote! {
            #customs
            #[allow(dead_code)]
            #[derive(::core::fmt::Debug)]
            #vis struct #name<R>(__rt::Prefix, ::core::marker::PhantomData<fn() -> R>);
            #[automatically_derived]
            impl __rt::Fields for #ident {
                type Paths<R> = #name<R>;
                fn below<R>(path: __rt::Prefix) -> #name<R> {
                    #name(path, ::core::marker::PhantomData)
                }
            }
            #[automatically_derived]
            #[allow(dead_code)]
            impl<R> #name<R> { #(#methods)* }
        },
    );
    let errors = errors.into_tokens();
    quote!(#errors #body)
}
