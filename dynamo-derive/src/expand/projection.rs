//! `#[derive(Projection)]`: a smaller type to read items of an entity as.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::{DeriveInput, Ident, Path, spanned::Spanned};

use super::{at, block};
use crate::attr::{contents, once, options, value};
use crate::diagnostics::Errors;
use crate::model::plain;

/// The longest tuple of paths.
const MAX_FIELDS: usize = 12;

pub(crate) fn expand(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let mut krate: Option<Path> = None;
    let mut of: Option<Path> = None;
    let mut index: Option<Path> = None;
    for tokens in contents(&input.attrs, "projection", &mut errors) {
        options(
            tokens,
            &["of", "index", "crate"],
            &mut errors,
            &mut |name, input| match name.to_string().as_str() {
                "crate" => once(&mut krate, name, value(input)?),
                "of" => once(&mut of, name, value(input)?),
                "index" => once(&mut index, name, value(input)?),
                _ => Ok(()),
            },
        );
    }
    let syn::Data::Struct(syn::DataStruct {
        fields: syn::Fields::Named(named),
        ..
    }) = &input.data
    else {
        errors.span(
            input.ident.span(),
            "a projection is a struct with fields of its entity",
        );
        return errors.into_tokens();
    };
    if named.named.len() > MAX_FIELDS {
        errors.span(
            input.ident.span(),
            format!("a projection has at most {MAX_FIELDS} fields; read the whole entity instead"),
        );
    }
    let Some(of) = of else {
        errors.span(
            input.ident.span(),
            "a projection needs its entity; add `#[projection(of = Order)]`",
        );
        return errors.into_tokens();
    };
    if !errors.is_empty() {
        return errors.into_tokens();
    }
    let krate = krate.unwrap_or_else(|| syn::parse_quote!(::dynamo_orm));
    let ident = &input.ident;
    let idents: Vec<_> = named
        .named
        .iter()
        .filter_map(|f| f.ident.as_ref())
        .collect();
    let variables: Vec<_> = (0..idents.len()).map(|n| format_ident!("f{}", n)).collect();
    let types: Vec<_> = named.named.iter().map(|f| &f.ty).collect();
    let getters = idents.iter().zip(&types).map(
        |(name, ty)| quote_spanned!(at(ty.span())=> __rt::any_path::<#ty, _, _, _>(fields.#name())),
    );
    let checks = index.map(|index| checks(&of, &index, &idents));
    let path_types = types.iter().map(|ty| quote!(__rt::AnyPath<#of, #ty>));
    block(
        &krate,
        &quote_spanned! {at(of.span())=>
            #[automatically_derived]
            impl __rt::Projection for #ident {
                type Entity = #of;
                type Paths = (#(#path_types,)*);
                fn paths() -> Self::Paths {
                    let fields = <#of as __rt::Entity>::fields();
                    (#(#getters,)*)
                }
                fn build((#(#variables,)*): (#(#types,)*)) -> Self {
                    Self { #(#idents: #variables),* }
                }
            }
            #checks
        },
    )
}

/// The index carries every field.
fn checks(of: &Path, index: &Path, fields: &[&Ident]) -> TokenStream {
    let carried = fields.iter().map(|field| {
        let name = plain(field);
        quote_spanned! {at(field.span())=>
            const _: () = __rt::check_carried::<__Of, __Index>(#name);
        }
    });
    let bound = quote_spanned! {at(index.span())=>
        const _: fn() = __rt::assert_index::<<__Of as __rt::Entity>::Table, #index>;
    };
    quote! {
        type __Of = #of;
        type __Index = #index;
        #bound
        #(#carried)*
    }
}
