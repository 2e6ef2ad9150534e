//! `#[derive(KeyPart)]`: newtypes, and enums of unit variants.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{DeriveInput, Ident, Path, Type};

use super::{at, block};
use crate::attr::{contents, once, options, serde, value};
use crate::diagnostics::Errors;
use crate::model::plain;

/// The options of `#[key_part(…)]`.
#[derive(Default)]
struct KeyPartOptions {
    krate: Option<Path>,
    ordinal: Option<Ident>,
}

pub(crate) fn expand(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let mut given = KeyPartOptions::default();
    for tokens in contents(&input.attrs, "key_part", &mut errors) {
        options(
            tokens,
            &["ordinal", "crate"],
            &mut errors,
            &mut |name, input| match name.to_string().as_str() {
                "crate" => once(&mut given.krate, name, value(input)?),
                "ordinal" => once(&mut given.ordinal, name, name.clone()),
                _ => Ok(()),
            },
        );
    }
    if !input.generics.params.is_empty() {
        errors.at(
            &input.generics,
            "a key part cannot be generic; write one type for each",
        );
    }
    let body = match &input.data {
        syn::Data::Struct(data) => newtype(input, data, &given, &mut errors),
        syn::Data::Enum(data) => enumeration(input, data, &given, &mut errors),
        syn::Data::Union(_) => None,
    };
    let krate = given
        .krate
        .unwrap_or_else(|| syn::parse_quote!(::dynamo_orm));
    let body = body
        .filter(|_| errors.is_empty())
        .unwrap_or_else(|| stub(input));
    let errors = errors.into_tokens();
    let body = block(&krate, &body);
    quote!(#errors #body)
}

/// The trait, implemented by nothing, so that the uses of the type bring no second wave of errors.
fn stub(input: &DeriveInput) -> TokenStream {
    let ident = &input.ident;
    let (impl_generics, ty_generics, where_clause) = input.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impl_generics __rt::KeyPart for #ident #ty_generics #where_clause {
            const KIND: __rt::PartKind = __rt::PartKind::Text;
            const FORM: __rt::Form = __rt::Form::Text;
            fn to_part(&self) -> ::core::result::Result<__rt::Part<'_>, __rt::PartError> {
                ::core::unimplemented!()
            }
            fn from_part(_: __rt::Part<'_>) -> ::core::result::Result<Self, __rt::PartError> {
                ::core::unimplemented!()
            }
        }
        #[automatically_derived]
        impl #impl_generics __rt::OrderedKeyPart for #ident #ty_generics #where_clause {}
    }
}

/// A struct of one field is stored as that field.
fn newtype(
    input: &DeriveInput,
    data: &syn::DataStruct,
    given: &KeyPartOptions,
    errors: &mut Errors,
) -> Option<TokenStream> {
    if let Some(ordinal) = &given.ordinal {
        errors.span(ordinal.span(), "`ordinal` is for enums; remove it");
    }
    let mut fields = data.fields.iter();
    let (Some(field), None) = (fields.next(), fields.next()) else {
        errors.span(
            input.ident.span(),
            "a key part is one value: a struct with one field, or an enum of unit variants; put several values into the key's template",
        );
        return None;
    };
    let (ident, inner): (_, &Type) = (&input.ident, &field.ty);
    let (access, build) = match &field.ident {
        Some(name) => (quote!(#name), quote!(Self { #name: inner })),
        None => (quote!(0), quote!(Self(inner))),
    };
    Some(quote_spanned! {at(inner.span())=>
        #[automatically_derived]
        impl __rt::KeyPart for #ident {
            const KIND: __rt::PartKind = <#inner as __rt::KeyPart>::KIND;
            const FORM: __rt::Form = <#inner as __rt::KeyPart>::FORM;
            fn to_part(&self) -> ::core::result::Result<__rt::Part<'_>, __rt::PartError> {
                __rt::KeyPart::to_part(&self.#access)
            }
            fn from_part(part: __rt::Part<'_>) -> ::core::result::Result<Self, __rt::PartError> {
                let inner = <#inner as __rt::KeyPart>::from_part(part)?;
                ::core::result::Result::Ok(#build)
            }
        }
        #[automatically_derived]
        impl __rt::OrderedKeyPart for #ident where for<'a> #inner: __rt::OrderedKeyPart {}
        #[automatically_derived]
        impl __rt::TextKeyPart for #ident where for<'a> #inner: __rt::TextKeyPart {}
        #[automatically_derived]
        impl __rt::OrderedAttribute for #ident where for<'a> #inner: __rt::OrderedAttribute {}
    })
}

/// An enum is stored as the name of its variant, or as its position.
fn enumeration(
    input: &DeriveInput,
    data: &syn::DataEnum,
    given: &KeyPartOptions,
    errors: &mut Errors,
) -> Option<TokenStream> {
    let ident = &input.ident;
    let container = serde::container(&input.attrs);
    let mut variants: Vec<(&Ident, String)> = Vec::new();
    for variant in &data.variants {
        if !matches!(variant.fields, syn::Fields::Unit) {
            errors.at(
                variant,
                "a variant in a key carries no values; put them into the key's template",
            );
        }
        let name = plain(&variant.ident);
        let stored = serde::item(&variant.attrs)
            .rename
            .or_else(|| container.rename_all.map(|c| c.variant(&name)))
            .unwrap_or(name);
        variants.push((&variant.ident, stored));
    }
    if variants.is_empty() {
        errors.span(ident.span(), "a key part needs at least one variant");
        return None;
    }
    let ordinal = given.ordinal.is_some();
    let texts: Vec<String> = variants
        .iter()
        .enumerate()
        .map(|(n, (_, name))| {
            if ordinal {
                format!("{n:03}")
            } else {
                name.clone()
            }
        })
        .collect();
    for (n, text) in texts.iter().enumerate() {
        if texts.iter().take(n).any(|t| t == text) {
            errors.span(
                ident.span(),
                format!("two variants are stored as `{text}`; rename one with `#[serde(rename = \"…\")]`"),
            );
        }
    }
    let names_sorted = variants
        .windows(2)
        .all(|w| w.first().map(|v| &v.1) < w.last().map(|v| &v.1));
    let ordered_attribute = names_sorted.then(|| {
        quote! {
            #[automatically_derived]
            impl __rt::OrderedAttribute for #ident {}
        }
    });
    let sorted = texts.windows(2).all(|w| w.first() < w.last());
    let ordered = sorted.then(|| {
        quote! {
            #[automatically_derived]
            impl __rt::OrderedKeyPart for #ident {}
        }
    });
    let names: Vec<&Ident> = variants.iter().map(|(name, _)| *name).collect();
    let expected = format!("one of {}", texts.join(", "));
    Some(quote! {
        #[automatically_derived]
        impl __rt::KeyPart for #ident {
            const KIND: __rt::PartKind = __rt::PartKind::Text;
            const FORM: __rt::Form = __rt::Form::Text;
            fn to_part(&self) -> ::core::result::Result<__rt::Part<'_>, __rt::PartError> {
                ::core::result::Result::Ok(__rt::text(match self { #(Self::#names => #texts,)* }))
            }
            fn from_part(part: __rt::Part<'_>) -> ::core::result::Result<Self, __rt::PartError> {
                match &*part.into_text()? {
                    #(#texts => ::core::result::Result::Ok(Self::#names),)*
                    other => ::core::result::Result::Err(__rt::unknown_variant(other, #expected)),
                }
            }
        }
        #ordered
        #ordered_attribute
    })
}
