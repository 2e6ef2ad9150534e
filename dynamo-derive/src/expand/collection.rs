//! `#[derive(Collection)]`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::DeriveInput;
use syn::spanned::Spanned;

use super::{at, block, docs, number};
use crate::diagnostics::Errors;
use crate::model::collection::{self, Collection, KeySpec, Member, Number, Segment};
use crate::model::plain;

pub(crate) fn expand(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let model = collection::build(input, &mut errors);
    let errors = errors.into_tokens();
    let expansion = model.as_ref().map(expansion);
    quote!(#errors #expansion)
}

fn expansion(model: &Collection) -> TokenStream {
    let (ident, vis) = (&model.ident, &model.vis);
    let Some(first) = model.members.first() else {
        return TokenStream::new();
    };
    let index = model
        .index
        .as_ref()
        .map_or_else(|| quote!(__rt::Primary), |index| quote!(#index));
    let parts = format_ident!("{}Parts", ident);
    let first_ty = &first.ty;
    let anchor = quote_spanned!(at(first.ty.span())=> __rt::AnchorOf<#first_ty>);
    let (name, constant) = (plain(ident), constant(model));
    let names: Vec<_> = model.members.iter().map(|m| &m.ident).collect();
    let types = list(model, |member| {
        let ty = &member.ty;
        match member.number {
            Number::One => quote_spanned!(at(ty.span())=> __rt::One<#ty>),
            Number::Maybe => quote_spanned!(at(ty.span())=> __rt::Maybe<#ty>),
            Number::Many => quote_spanned!(at(ty.span())=> __rt::Many<#ty>),
        }
    });
    let pattern = list(model, |member| {
        let ident = &member.ident;
        quote!(#ident)
    });
    let fields = model.members.iter().map(|member| {
        let (vis, ident, ty) = (&member.vis, &member.ident, &member.ty);
        let doc = docs::part(&plain(ident));
        quote_spanned!(at(ty.span())=> #[doc = #doc] #vis #ident: __rt::PartsOf<#ty>)
    });
    let found = model.members.iter().map(|member| {
        let (ident, ty) = (&member.ident, &member.ty);
        quote_spanned!(at(ty.span())=> #ident: __rt::parts_of::<#ty>(#ident))
    });
    let debug = model.members.iter().map(|member| {
        let (name, ty, text) = (&member.ident, &member.ty, plain(&member.ident));
        quote!(.field(#text, &__rt::tally::<#ty>(&self.#name)))
    });
    // Said once here, what is no member is not said again at each use.
    let bounds = model.members.iter().map(|member| {
        let ty = &member.ty;
        quote_spanned!(at(ty.span())=> #ty: __rt::CollectionMember)
    });
    let bounds = quote!(where #(#bounds),*);
    let of = of(model, &bounds);
    let rooted = rooted(model, &bounds);
    let checks = checks(model);
    let parts_name = parts.to_string();
    let parts_doc = docs::parts(ident);
    block(
        &model.krate,
        &quote! {
            type __Index = #index;
            #[automatically_derived]
            impl __rt::Collection for #ident #bounds {
                type Index = __Index;
                type Anchor = #anchor;
                type Members = #types;
                type Parts = #parts;
                const MODEL: &'static __rt::CollectionModel = &__rt::CollectionModel::new(#name, #constant);
                fn build(#pattern: __rt::Outputs<Self>) -> Self {
                    Self { #(#names),* }
                }
                fn parts(#pattern: __rt::Slots<Self>) -> #parts {
                    #parts { #(#found),* }
                }
            }
            #[doc = #parts_doc]
            #[allow(dead_code)]
            #vis struct #parts #bounds { #(#fields),* }
            #[automatically_derived]
            impl ::core::fmt::Debug for #parts #bounds {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    f.debug_struct(#parts_name) #(#debug)* .finish()
                }
            }
            #of
            #rooted
            #checks
        },
    )
}

/// `(A, (B, ()))`.
fn list(model: &Collection, each: impl Fn(&Member) -> TokenStream) -> TokenStream {
    let members = model.members.iter().rev();
    members.fold(quote!(()), |tail, member| {
        let head = each(member);
        quote!((#head, #tail))
    })
}

/// The partition key and the names of its parts.
fn constant(model: &Collection) -> TokenStream {
    let specs = model.pk.iter().map(|spec| match spec {
        KeySpec::Natural(part) => {
            let part = number(Some(*part));
            quote!(__rt::KeySpec::Natural { part: #part, attribute: "" })
        }
        KeySpec::Template(segments) => {
            let segments = segments.iter().map(|segment| match segment {
                Segment::Literal(text) => quote!(__rt::Segment::Literal(#text)),
                Segment::Part(part, spec, span) => {
                    let part = number(Some(*part));
                    let text = quote!(::std::string::String);
                    if spec.is_empty() {
                        quote!(__rt::Segment::part::<#text>(#part))
                    } else {
                        quote_spanned!(at(*span)=> __rt::Segment::formatted::<#text>(#part, #spec))
                    }
                }
            });
            quote!(__rt::KeySpec::template(&[#(#segments),*]))
        }
    });
    let names = model.arguments.iter().map(plain);
    quote!(&[#(#specs),*], &[#(#names),*])
}

/// The function that begins the request.
fn of(model: &Collection, bounds: &TokenStream) -> TokenStream {
    let (ident, vis) = (&model.ident, &model.vis);
    let names = &model.arguments;
    let Some(first) = model.members.first() else {
        return TokenStream::new();
    };
    let ty = &first.ty;
    let mut key = quote!(<#ty as __rt::InIndex<__Index>>::Key);
    let mut arguments = TokenStream::new();
    for name in names {
        let span = at(name.span());
        arguments
            .extend(quote_spanned!(span=> #name: impl __rt::AsPart<<#key as __rt::Typed>::Head>,));
        key = quote_spanned!(span=> <#key as __rt::Typed>::Tail);
    }
    let doc = docs::of(ident);
    quote! {
        #[automatically_derived]
        #[allow(dead_code)]
        impl #ident #bounds {
            #[doc = #doc]
            #vis fn of(#arguments) -> __rt::Collect<#ident> {
                __rt::Collect::new([#(__rt::AsPart::into_part(#names)),*])
            }
        }
    }
}

/// What lets the collection be a member of another one.
fn rooted(model: &Collection, bounds: &TokenStream) -> Option<TokenStream> {
    let root = model.members.iter().find(|m| m.number == Number::One)?;
    let (ident, member, ty) = (&model.ident, &root.ident, &root.ty);
    let (span, tokens) = (at(ty.span()), quote!(#ident));
    Some(quote_spanned! {span=>
        impl __rt::Rooted for #tokens #bounds {
            type Root = #ty;
            fn root(&self) -> &#ty {
                &self.#member
            }
        }
        impl __rt::CollectionMember for #tokens #bounds {
            type As = __rt::AsCollection<Self>;
        }
        impl __rt::InIndex<__Index> for #tokens {
            type Key = <#ty as __rt::InIndex<__Index>>::Key;
        }
    })
}

/// The rules that need the members, in constants at their types.
fn checks(model: &Collection) -> TokenStream {
    let (ident, table) = (&model.ident, &model.table);
    let (table_model, index) = (
        quote!(<#table as __rt::Table>::MODEL),
        quote!(<__Index as __rt::Index>::MODEL),
    );
    let span = at(table.span());
    let mut out = quote_spanned! {span=>
        const _: () = __rt::check_collection::<#ident>(#table_model, #index);
    };
    if let Some(index) = &model.index {
        out.extend(quote_spanned! {at(index.span())=>
            const _: fn() = __rt::assert_index::<#table, __Index>;
            const _: fn() = __rt::assert_whole::<__Index>;
        });
    }
    for member in &model.members {
        let ty = &member.ty;
        let in_index = model.index.as_ref().map(|_| {
            quote_spanned!(at(ty.span())=> const _: fn() = __rt::assert_in_index::<__Index, #ty>;)
        });
        out.extend(quote_spanned! {at(ty.span())=>
            const _: fn() = __rt::assert_member::<#table, #ty>;
            #in_index
            const _: () = __rt::check_member::<#ident, #ty>(#table_model, #index);
        });
    }
    out
}
