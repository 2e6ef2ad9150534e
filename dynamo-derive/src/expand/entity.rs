//! `#[derive(Entity)]`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::DeriveInput;
use syn::spanned::Spanned;

use super::paths::field_hint;
use super::{
    argument, at, block, body, checks, docs, is_plain, keys, known_part, number, option, partition,
    paths, query, stub,
};
use crate::attr::field::DefaultValue;
use crate::diagnostics::Errors;
use crate::model::{self, Entity, Field, FieldKind, When, plain};

pub(crate) fn expand(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let model = model::build(input, &mut errors);
    let errors = errors.into_tokens();
    let expansion = match &model {
        Some(model) => entity(model),
        None => stub::expand(input),
    };
    quote!(#errors #expansion)
}

fn entity(model: &Entity) -> TokenStream {
    let ident = &model.ident;
    let (table, missing) = stub::table(model.table.as_ref());
    let fields_name = quote::format_ident!("{}Fields", ident);
    let constant = if model.sound {
        constant(model)
    } else {
        quote!(__rt::EntityModel::new(
            "",
            "",
            &[],
            __rt::KeySpec::template(&[]),
            &[]
        ))
    };
    let paths = paths::expand(model);
    let (access, queries) = query::expand(model);
    let keyed = keyed(model);
    let partitions = model.sound.then(|| partition::expand(model));
    let checks = model.sound.then(|| checks::expand(model));
    let aliases = model.indexes.iter().enumerate().map(|(n, used)| {
        let (alias, index) = (keys::alias(n, used), &used.index);
        quote!(type #alias = #index;)
    });
    let methods = methods(model);
    let creatable = (model.sound && is_creatable(model)).then(|| {
        let key_fields = paths::key_fields(model);
        quote! {
            #[automatically_derived]
            impl __rt::Creatable for #ident {
                fn key_fields(
                    parts: &__rt::Parts<'_>,
                    actions: &mut __rt::Actions,
                ) -> __rt::Result<()> {
                    #key_fields
                    ::core::result::Result::Ok(())
                }
            }
        }
    });
    let guarded = guarded(model);
    let unused = (!model.sound).then(|| quote!(#[allow(unused_variables)]));
    block(
        &model.krate,
        &quote! {
            #missing
            #(#aliases)*
            #[automatically_derived]
            impl __rt::Entity for #ident {
                type Table = #table;
                type Fields = #fields_name;
                const MODEL: &'static __rt::EntityModel = &#constant;
                fn fields() -> #fields_name {
                    #fields_name
                }
                #methods
            }
            #creatable
            #guarded
            #[automatically_derived]
            #[allow(dead_code)]
            #unused
            impl #ident {
                #keyed
                #queries
            }
            #paths
            #access
            #partitions
            #checks
        },
    )
}

/// What a write of the entity has to keep beside the item.
fn guarded(model: &Entity) -> TokenStream {
    let ident = &model.ident;
    let versioned = model.fields.iter().any(|f| f.kind == FieldKind::Version);
    let unique = !model.uniques.is_empty();
    let traits = [
        ("Versioned", versioned),
        ("WithoutUnique", !unique),
        ("Unguarded", !unique && !versioned),
    ];
    let traits = traits
        .into_iter()
        .filter(|(_, holds)| *holds)
        .map(|(name, _)| {
            let name = syn::Ident::new(name, proc_macro2::Span::call_site());
            quote!(impl __rt::#name for #ident {})
        });
    quote!(#(#traits)*)
}

/// The `EntityModel` constant.
fn constant(model: &Entity) -> TokenStream {
    let (name, kind) = (plain(&model.ident), &model.kind);
    let parts = model.parts.iter().filter_map(|f| model.field(*f)).map(|f| {
        let (field, ty, optional) = (plain(&f.ident), &f.ty, f.optional);
        // The bound is checked here, at the type of the field.
        quote_spanned!(at(ty.span())=> __rt::PartModel::new::<#ty>(#field, #optional))
    });
    let pk = keys::spec(model, &model.pk);
    let sk = match &model.sk {
        Some(sk) => {
            let sk = keys::spec(model, sk);
            quote!(.sort_key(#sk))
        }
        None => TokenStream::new(),
    };
    let indexes = keys::indexes(model);
    let fields = model.fields.iter().map(|f| {
        let (name, attribute, optional, unnamed) =
            (plain(&f.ident), &f.attribute, f.optional, f.unnamed);
        let defaulted = (f.default.is_some() || f.serde_default).then(|| quote!(.defaulted()));
        quote!(__rt::FieldModel::new(#name, #attribute, #optional, #unnamed) #defaulted)
    });
    let rules = rules(model);
    let mut rest = TokenStream::new();
    for field in &model.fields {
        let (attribute, ty) = (&field.attribute, &field.ty);
        let part = option(field.part);
        match field.kind {
            FieldKind::Ttl => rest.extend(quote!(.time_to_live(#attribute))),
            FieldKind::CreatedAt => rest.extend(
                quote_spanned!(at(ty.span())=> .created(#attribute, #part, __rt::stamp::<#ty>)),
            ),
            FieldKind::UpdatedAt => rest.extend(
                quote_spanned!(at(ty.span())=> .updated(#attribute, #part, __rt::stamp::<#ty>)),
            ),
            FieldKind::Version => rest.extend(quote!(.version(#attribute))),
            FieldKind::Plain | FieldKind::Skip => {}
        }
    }
    if !model.uniques.is_empty() {
        let uniques = model.uniques.iter().map(|unique| {
            let (name, guard) = (&unique.name, keys::spec(model, &unique.guard));
            quote!(__rt::UniqueModel::new(#name, #guard))
        });
        rest.extend(quote!(.uniques(&[#(#uniques),*])));
    }
    if model.sees_all {
        rest.extend(quote!(.sees_all()));
    }
    if model.fields.iter().any(is_restored) {
        rest.extend(quote!(.restores()));
    }
    quote! {
        __rt::EntityModel::new(#name, #kind, &[#(#parts),*], #pk, &[#(#fields),*])
            #sk
            .indexes(#indexes)
            #rules
            #rest
    }
}

/// Not read by serde from its attribute.
fn is_restored(field: &Field) -> bool {
    !field.serde_skip
        && (!matches!(field.kind, FieldKind::Plain | FieldKind::Version)
            || field.natural
            || field.default.is_some())
}

/// How stored names and forms differ from serde's: when writing, and, where that is not the same, when reading.
fn rules(model: &Entity) -> TokenStream {
    let list = |write: bool| {
        let rules = rule_list(model, write);
        quote! {{
            const RULES: &[__rt::Rule] = &[#(#rules),*];
            __rt::needed_rules(RULES)
        }}
    };
    if rule_list(model, true).is_empty() {
        return TokenStream::new();
    }
    let write = list(true);
    if model
        .fields
        .iter()
        .any(|f| f.null || f.kind == FieldKind::Version)
    {
        let read = list(false);
        return quote!(.rules(#write, #read));
    }
    quote!(.same_rules(#write))
}

fn rule_list(model: &Entity, write: bool) -> Vec<TokenStream> {
    let stored = model.fields.iter().filter(|f| !f.flatten && !f.serde_skip);
    stored
        .filter_map(|f| {
            // The library counts the version, serde reads it.
            let omit = f.natural
                || match f.kind {
                    FieldKind::Plain => false,
                    FieldKind::Version => write,
                    _ => true,
                };
            let renamed = f.serde_name != f.attribute;
            let null = f.null && write;
            if !omit && !renamed && !null && (is_plain(&f.ty) || f.with.is_some()) {
                return None;
            }
            let (name, attribute) = (&f.serde_name, &f.attribute);
            let hint = if omit {
                quote!(__rt::Hint::Auto)
            } else {
                field_hint(f)
            };
            let null = null.then(|| quote!(.null()));
            let omit = omit.then(|| quote!(.omit()));
            Some(quote!(__rt::Rule::new(#name, #attribute, #hint) #null #omit))
        })
        .collect()
}

/// `key`, `get`, `update`, `delete` and `exists`.
fn keyed(model: &Entity) -> TokenStream {
    let (vis, ident) = (&model.vis, &model.ident);
    let primary: Vec<&Field> = model
        .parts
        .iter()
        .filter_map(|f| model.field(*f))
        .filter(|f| f.primary)
        .collect();
    let names: Vec<_> = primary.iter().map(|f| &f.ident).collect();
    let arguments: Vec<TokenStream> = primary.iter().map(|f| argument(model, f)).collect();
    let parts = primary.iter().map(|f| known_part(f));
    let key = body(model, quote!(__rt::Key::new()#(#parts)*));
    let key_doc = docs::key(ident);
    let operations = [
        ("get", "Get", docs::get(ident)),
        ("update", "Update", docs::update(ident)),
        ("delete", "Delete", docs::delete(ident)),
        ("exists", "Exists", docs::exists(ident)),
    ]
    .into_iter()
    .map(|(function, ty, doc)| {
        let function = syn::Ident::new(function, ident.span());
        let ty = syn::Ident::new(ty, ident.span());
        let body = body(model, quote!(__rt::#ty::new(Self::key(#(#names),*))));
        quote! {
            #[doc = #doc]
            #vis fn #function(#(#arguments),*) -> __rt::#ty<#ident> {
                #body
            }
        }
    });
    quote! {
        #[doc = #key_doc]
        #[must_use]
        #vis fn key(#(#arguments),*) -> __rt::Key<#ident> {
            #key
        }
        #(#operations)*
    }
}

/// The methods of the trait that read and write parts and special fields.
fn methods(model: &Entity) -> TokenStream {
    if !model.sound {
        return quote! {
            fn part(&self, _: usize) -> __rt::Result<::core::option::Option<__rt::Part<'_>>> {
                ::core::unimplemented!()
            }
        };
    }
    let arms = model.parts.iter().enumerate().filter_map(|(n, f)| {
        let f = model.field(*f)?;
        let value = own(f);
        let read = if f.optional {
            quote_spanned!(at(f.ty.span())=> __rt::optional_part(#value))
        } else {
            quote_spanned!(at(f.ty.span())=> __rt::part(#value))
        };
        let n = number(Some(n));
        Some(quote!(#n => #read,))
    });
    let mut out = quote! {
        fn part(&self, part: usize) -> __rt::Result<::core::option::Option<__rt::Part<'_>>> {
            match part {
                #(#arms)*
                _ => ::core::result::Result::Ok(::core::option::Option::None),
            }
        }
    };
    out.extend(holds(model));
    out.extend(write(model));
    out.extend(version(model));
    out.extend(restore(model));
    out
}

/// `&self.field`, at the type of the field.
fn own(field: &Field) -> TokenStream {
    let span = at(field.ty.span());
    let mut ident = field.ident.clone();
    ident.set_span(span);
    quote_spanned!(span=> &self.#ident)
}

/// Membership in indexes with a predicate.
fn holds(model: &Entity) -> TokenStream {
    let (mut by_parts, mut whole) = (TokenStream::new(), TokenStream::new());
    for (n, used) in model.indexes.iter().enumerate() {
        match &used.when {
            Some(When::Fields(function, fields)) => {
                let values = fields.iter().filter_map(|f| model.field(*f)).map(|f| {
                    let (ty, part) = (&f.ty, f.part);
                    if f.optional {
                        quote!(&parts.option::<#ty>(#part)?)
                    } else {
                        quote!(&parts.value::<#ty>(#part)?)
                    }
                });
                by_parts.extend(quote!(#n => #function(#(#values),*),));
            }
            Some(When::Whole(method)) => match method.get_ident() {
                Some(method) => whole.extend(quote!(#n => self.#method(),)),
                None => whole.extend(quote!(#n => #method(self),)),
            },
            None => {}
        }
    }
    let mut out = TokenStream::new();
    if !by_parts.is_empty() {
        out.extend(quote! {
            fn holds(index: usize, parts: &__rt::Parts<'_>) -> __rt::Result<bool> {
                ::core::result::Result::Ok(match index { #by_parts _ => true })
            }
        });
    }
    if !whole.is_empty() {
        out.extend(quote! {
            fn holds_whole(&self, index: usize) -> bool {
                match index { #whole _ => true }
            }
        });
    }
    out
}

fn version(model: &Entity) -> TokenStream {
    let field = model.fields.iter().find(|f| f.kind == FieldKind::Version);
    let Some(field) = field else {
        return TokenStream::new();
    };
    let value = own(field);
    let number = quote_spanned!(at(field.ty.span())=> __rt::Version::number(*#value));
    quote! {
        fn version(&self) -> ::core::option::Option<u64> {
            ::core::option::Option::Some(#number)
        }
    }
}

fn write(model: &Entity) -> TokenStream {
    let lines: Vec<TokenStream> = model
        .fields
        .iter()
        .filter(|f| !f.natural)
        .filter_map(|f| {
            let (value, attribute, ty) = (own(f), &f.attribute, &f.ty);
            let method = match f.kind {
                FieldKind::Ttl => "time_to_live",
                FieldKind::CreatedAt => "created",
                FieldKind::UpdatedAt => "updated",
                FieldKind::Version => "version",
                FieldKind::Plain | FieldKind::Skip => return None,
            };
            let method = syn::Ident::new(method, at(ty.span()));
            let value = match f.kind {
                FieldKind::Version => quote_spanned!(at(ty.span())=> *#value),
                _ => value,
            };
            Some(quote_spanned!(at(ty.span())=> item.#method(#attribute, #value)?;))
        })
        .collect();
    if lines.is_empty() {
        return TokenStream::new();
    }
    quote! {
        fn write(&self, item: &mut __rt::ItemWriter<'_>) -> __rt::Result<()> {
            #(#lines)*
            ::core::result::Result::Ok(())
        }
    }
}

fn restore(model: &Entity) -> TokenStream {
    let lines: Vec<TokenStream> = model
        .fields
        .iter()
        .filter(|f| is_restored(f))
        .map(|f| {
            let (name, attribute, ty) = (&f.serde_name, &f.attribute, &f.ty);
            let span = at(ty.span());
            match f.kind {
                FieldKind::Skip => match f.part {
                    Some(part) => quote_spanned!(span=> item.from_key::<#ty>(#name, #part)?;),
                    None => default(f),
                },
                FieldKind::Ttl => {
                    quote_spanned!(span=> item.time_to_live::<#ty>(#name, #attribute)?;)
                }
                FieldKind::CreatedAt | FieldKind::UpdatedAt => {
                    quote_spanned!(span=> item.timestamp::<#ty>(#name, #attribute)?;)
                }
                FieldKind::Plain if f.natural => {
                    quote_spanned!(span=> item.natural::<#ty>(#name, #attribute)?;)
                }
                FieldKind::Plain | FieldKind::Version => default(f),
            }
        })
        .collect();
    if lines.is_empty() {
        return TokenStream::new();
    }
    quote! {
        fn restore(item: &mut __rt::Restore<'_, '_>) -> ::core::result::Result<(), __rt::Fault> {
            #(#lines)*
            ::core::result::Result::Ok(())
        }
    }
}

fn default(field: &Field) -> TokenStream {
    let (name, attribute) = (&field.serde_name, &field.attribute);
    let hint = field_hint(field);
    let ty = &field.ty;
    let ty = if field.optional {
        quote!(::core::option::Option<#ty>)
    } else {
        quote!(#ty)
    };
    let value = if let Some(DefaultValue::Expression(expression)) = &field.default {
        quote!(|| #expression)
    } else {
        quote!(<#ty as ::core::default::Default>::default)
    };
    quote!(item.default::<#ty>(#name, #attribute, #hint, #value)?;)
}

/// Every field outside the key may be missing, and those of the key are in the key alone.
fn is_creatable(model: &Entity) -> bool {
    model.fields.iter().all(|f| {
        f.primary
            || (f.unnamed && f.part.is_none())
            || f.optional
            || f.kind == FieldKind::CreatedAt
            || f.kind == FieldKind::UpdatedAt
            || f.kind == FieldKind::Version
            || (f.part.is_none() && (f.default.is_some() || f.serde_default))
    }) && !model.is_judged()
        && model.uniques.is_empty()
        || !model.sound
}
