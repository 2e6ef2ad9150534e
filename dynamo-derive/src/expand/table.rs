//! `#[derive(Table)]`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{DeriveInput, Ident, Path, Type, spanned::Spanned};

use super::{at, block};
use crate::attr::table::{self, IndexDecl, KeyAttr, ProjectionDecl, TableOptions};
use crate::diagnostics::Errors;
use crate::model::plain;

/// DynamoDB's limit on local secondary indexes of a table.
const MAX_LOCAL_INDEXES: usize = 5;
/// DynamoDB's limit on attributes of one index key.
const MAX_KEY_ATTRIBUTES: usize = 4;

/// A variant and its entity.
struct Variant<'a> {
    name: &'a Ident,
    entity: &'a Type,
}

pub(crate) fn expand(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let options = table::read(&input.attrs, &mut errors);
    let variants = variants(input, &mut errors);
    check(input, &options, &mut errors);
    let sound = errors.is_empty();
    let errors = errors.into_tokens();
    let expansion = table(input, &options, &variants, sound);
    quote!(#errors #expansion)
}

fn variants<'a>(input: &'a DeriveInput, errors: &mut Errors) -> Vec<Variant<'a>> {
    let syn::Data::Enum(data) = &input.data else {
        errors.span(
            input.ident.span(),
            "a table is the enum of its entities; write `enum Shop { Customer(Customer), Order(Order) }`",
        );
        return Vec::new();
    };
    let mut out: Vec<Variant<'a>> = Vec::new();
    for variant in &data.variants {
        let entity = match &variant.fields {
            syn::Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                fields.unnamed.first().map(|f| &f.ty)
            }
            _ => None,
        };
        let Some(entity) = entity else {
            errors.at(
                variant,
                format!(
                    "a variant of a table holds one entity; write `{0}({0})`",
                    variant.ident
                ),
            );
            continue;
        };
        if let Some(twice) = out.iter().find(|v| v.entity == entity) {
            errors.at(
                entity,
                format!(
                    "this entity is in the variant `{}` already; an entity has one variant",
                    twice.name
                ),
            );
            continue;
        }
        out.push(Variant {
            name: &variant.ident,
            entity,
        });
    }
    out
}

fn check(input: &DeriveInput, options: &TableOptions, errors: &mut Errors) {
    match &options.pk {
        None => errors.span(
            input.ident.span(),
            "a table needs a partition key; add `#[table(pk = \"PK\")]`",
        ),
        Some((name, keys)) => one(name, keys, errors),
    }
    if let Some((name, keys)) = &options.sk {
        one(name, keys, errors);
    }
    let table = options
        .name
        .as_ref()
        .map_or_else(|| plain(&input.ident), syn::LitStr::value);
    check_name(
        "table",
        &table,
        span_of(options.name.as_ref(), &input.ident),
        errors,
    );
    if let Some(stream) = &options.stream
        && !["KeysOnly", "NewImage", "OldImage", "NewAndOldImages"]
            .contains(&stream.to_string().as_str())
    {
        errors.span(
            stream.span(),
            format!("unknown stream view `{stream}`; write `KeysOnly`, `NewImage`, `OldImage` or `NewAndOldImages`"),
        );
    }
    for (n, index) in options.indexes.iter().enumerate() {
        check_index(index, errors);
        let name = index_name(index);
        let span = span_of(index.name.as_ref(), &index.marker);
        check_name("index", &name, span, errors);
        if options
            .indexes
            .iter()
            .take(n)
            .any(|i| index_name(i) == name)
        {
            errors.span(
                index.marker.span(),
                format!("there is an index `{name}` already; give this one another name"),
            );
        }
    }
    for extra in options
        .indexes
        .iter()
        .filter(|i| i.local)
        .skip(MAX_LOCAL_INDEXES)
    {
        errors.span(
            extra.marker.span(),
            format!("a table has at most {MAX_LOCAL_INDEXES} local secondary indexes; make this one a `gsi(…)`"),
        );
    }
    check_types(options, errors);
    let keys = options.pk.iter().chain(&options.sk).flat_map(|(_, k)| k);
    for (what, name) in [("type", &options.kind), ("time-to-live", &options.ttl)] {
        if let Some(name) = name
            && keys.clone().any(|k| k.name.value() == name.value())
        {
            errors.span(
                name.span(),
                format!(
                    "`{}` is a key attribute, so it cannot be the {what} attribute",
                    name.value()
                ),
            );
        }
    }
}

/// DynamoDB's rule for the names of tables and indexes.
fn check_name(what: &str, name: &str, span: proc_macro2::Span, errors: &mut Errors) {
    let valid = |b: u8| b.is_ascii_alphanumeric() || b"_-.".contains(&b);
    if !(3..=255).contains(&name.len()) || !name.bytes().all(valid) {
        errors.span(
            span,
            format!("`{name}` is no name for a DynamoDB {what}, which has 3 to 255 of the characters a-z, A-Z, 0-9, `_`, `-` and `.`; set one with `name = \"…\"`"),
        );
    }
}

fn span_of(given: Option<&syn::LitStr>, ident: &Ident) -> proc_macro2::Span {
    given.map_or_else(|| ident.span(), syn::LitStr::span)
}

fn one(name: &Ident, keys: &[KeyAttr], errors: &mut Errors) {
    if keys.len() != 1 {
        errors.span(
            name.span(),
            format!("the table's `{name}` is one attribute; only indexes can have up to {MAX_KEY_ATTRIBUTES}"),
        );
    }
}

fn check_index(index: &IndexDecl, errors: &mut Errors) {
    match (&index.pk, index.local) {
        (Some((name, _)), true) => errors.span(
            name.span(),
            "a local secondary index shares the table's partition key; remove `pk`, or make it a `gsi(…)`",
        ),
        (None, false) => errors.span(
            index.marker.span(),
            "a global secondary index needs a partition key; add `pk = \"GSI1PK\"`",
        ),
        _ => {}
    }
    if index.local && index.sk.is_none() {
        errors.span(
            index.marker.span(),
            "a local secondary index needs a sort key; add `sk = \"LSI1SK\"`",
        );
    }
    for (name, keys) in index.pk.iter().chain(&index.sk) {
        let limit = if index.local { 1 } else { MAX_KEY_ATTRIBUTES };
        if keys.is_empty() || keys.len() > limit {
            errors.span(
                name.span(),
                format!(
                    "`{name}` names {} attributes; this index takes 1 to {limit}",
                    keys.len()
                ),
            );
        }
    }
    if let Some(ProjectionDecl::Include(names)) = &index.projection
        && names.is_empty()
    {
        errors.span(
            index.marker.span(),
            "`Include` needs the names of attributes; write `KeysOnly` for none",
        );
    }
}

/// One attribute name has one type.
fn check_types(options: &TableOptions, errors: &mut Errors) {
    let mut seen: Vec<&KeyAttr> = Vec::new();
    let all = options.pk.iter().chain(&options.sk).chain(
        options
            .indexes
            .iter()
            .flat_map(|i| i.pk.iter().chain(&i.sk)),
    );
    for key in all.flat_map(|(_, keys)| keys) {
        match seen.iter().find(|k| k.name.value() == key.name.value()) {
            Some(known) if known.ty != key.ty => errors.span(
                key.ty.span(),
                format!(
                    "the attribute `{}` is of type `{}` in another key; an attribute has one type",
                    key.name.value(),
                    known.ty
                ),
            ),
            Some(_) => {}
            None => seen.push(key),
        }
    }
}

fn index_name(index: &IndexDecl) -> String {
    index
        .name
        .as_ref()
        .map_or_else(|| plain(&index.marker), syn::LitStr::value)
}

fn table(
    input: &DeriveInput,
    options: &TableOptions,
    variants: &[Variant<'_>],
    sound: bool,
) -> TokenStream {
    let ident = &input.ident;
    let krate: Path = options
        .krate
        .clone()
        .unwrap_or_else(|| syn::parse_quote!(::dynamo_orm));
    let markers = markers(input, options);
    // An empty name says that the table is broken already, so that its entities do not complain about it.
    let constant = if sound {
        constant(ident, options, variants)
    } else {
        quote!(__rt::TableModel::new(
            "",
            __rt::KeyAttribute::new("", __rt::KeyType::S),
            &[],
            &[]
        ))
    };
    let arms = variants.iter().enumerate().map(|(n, v)| {
        let (name, entity) = (v.name, v.entity);
        quote! {
            #n => ::core::result::Result::Ok(Self::#name(__rt::read_entity::<#entity>(reader)?)),
        }
    });
    let writes = variants.iter().map(|v| {
        let name = v.name;
        quote!(Self::#name(entity) => __rt::to_item(entity),)
    });
    let no_variants = variants
        .is_empty()
        .then(|| quote!(_ => ::core::unreachable!(),));
    let froms = variants.iter().map(|v| {
        let (name, entity) = (v.name, v.entity);
        quote! {
            #[automatically_derived]
            impl ::core::convert::From<#entity> for #ident {
                fn from(entity: #entity) -> Self {
                    Self::#name(entity)
                }
            }
            const _: fn() = __rt::assert_entity::<#ident, #entity>;
        }
    });
    let impls = options.indexes.iter().map(|i| index_impls(ident, i, sound));
    let views = views(options).iter().map(|view| {
        let view = Ident::new(view, ident.span());
        quote! {
            #[automatically_derived]
            impl __rt::stream::Carries<__rt::stream::#view> for #ident {}
        }
    });
    let checks = sound.then(|| {
        let n = variants.len();
        let pairs = (0..n).flat_map(|a| (a + 1..n).map(move |b| (a, b)));
        let pairs = pairs.filter_map(|(a, b)| {
            let (a, b) = (variants.get(a)?.entity, variants.get(b)?.entity);
            Some(quote_spanned! {at(b.span())=>
                const _: () = __rt::check_pair(
                    <#ident as __rt::Table>::MODEL,
                    <#a as __rt::Entity>::MODEL,
                    <#b as __rt::Entity>::MODEL,
                );
            })
        });
        quote!(#(#pairs)*)
    });
    let body = block(
        &krate,
        &quote! {
            #[automatically_derived]
            impl __rt::Table for #ident {
                const MODEL: &'static __rt::TableModel = &#constant;
                fn to_item(&self) -> __rt::Result<__rt::SdkItem> {
                    match self {
                        #(#writes)*
                        #no_variants
                    }
                }
                fn read(
                    entity: usize,
                    reader: &mut __rt::Reader<'_>,
                ) -> ::core::result::Result<Self, __rt::Fault> {
                    match entity {
                        #(#arms)*
                        _ => ::core::result::Result::Err(__rt::no_such_entity()),
                    }
                }
            }
            #(#impls)*
            #(#views)*
            #(#froms)*
            #checks
        },
    );
    quote!(#markers #body)
}

/// The views that the records of the table's changes can be read with.
fn views(options: &TableOptions) -> &'static [&'static str] {
    let stream = options.stream.as_ref().map(ToString::to_string);
    match stream.as_deref() {
        Some("KeysOnly") => &["Keys"],
        Some("NewImage") => &["NewImages", "Keys"],
        Some("OldImage") => &["OldImages", "Keys"],
        // Without a stream of its own the table may be read through Kinesis, which carries both images.
        _ => &["NewAndOldImages", "NewImages", "OldImages", "Keys"],
    }
}

/// The types that stand for indexes, in the module of the table.
fn markers(input: &DeriveInput, options: &TableOptions) -> TokenStream {
    let vis = &input.vis;
    let markers = options.indexes.iter().map(|i| {
        let marker = &i.marker;
        let what = if i.local { "local" } else { "global" };
        let doc = format!(
            "The {what} secondary index `{}` of the table `{}`.",
            index_name(i),
            input.ident
        );
        quote! {
            #[doc = #doc]
            #[allow(dead_code)]
            #[derive(::core::fmt::Debug, ::core::clone::Clone, ::core::marker::Copy)]
            #vis struct #marker;
        }
    });
    quote!(#(#markers)*)
}

fn index_impls(table: &Ident, index: &IndexDecl, sound: bool) -> TokenStream {
    let marker = &index.marker;
    let name = if sound {
        index_name(index)
    } else {
        String::new()
    };
    let pk = index.pk.as_ref().map_or(quote!(&[]), |(_, k)| keys(k));
    let sk = index.sk.as_ref().map_or(quote!(&[]), |(_, k)| keys(k));
    let scope = if index.local {
        quote!(__rt::Scope::Local)
    } else {
        quote!(__rt::Scope::Global)
    };
    let projection = match &index.projection {
        None | Some(ProjectionDecl::All) => quote!(__rt::Projected::All),
        Some(ProjectionDecl::KeysOnly) => quote!(__rt::Projected::KeysOnly),
        Some(ProjectionDecl::Include(names)) => quote!(__rt::Projected::Include(&[#(#names),*])),
    };
    let all = matches!(index.projection, None | Some(ProjectionDecl::All)).then(|| {
        quote! {
            #[automatically_derived]
            impl __rt::ProjectsAll for #marker {}
        }
    });
    let consistent = index.local.then(|| {
        quote! {
            #[automatically_derived]
            impl __rt::ConsistentlyReadable for #marker {}
        }
    });
    quote! {
        #[automatically_derived]
        impl __rt::Index for #marker {
            const MODEL: ::core::option::Option<&'static __rt::IndexModel> =
                ::core::option::Option::Some(&__rt::IndexModel::new(#name, #scope, #pk, #sk, #projection));
        }
        #[automatically_derived]
        impl __rt::IndexOf<#table> for #marker {}
        #all
        #consistent
    }
}

fn keys(keys: &[KeyAttr]) -> TokenStream {
    let keys = keys.iter().map(key);
    quote!(&[#(#keys),*])
}

fn key(key: &KeyAttr) -> TokenStream {
    let (name, ty) = (&key.name, &key.ty);
    quote!(__rt::KeyAttribute::new(#name, __rt::KeyType::#ty))
}

fn constant(ident: &Ident, options: &TableOptions, variants: &[Variant<'_>]) -> TokenStream {
    let name = options
        .name
        .as_ref()
        .map_or_else(|| plain(ident), syn::LitStr::value);
    let pk = options
        .pk
        .as_ref()
        .and_then(|(_, k)| k.first())
        .map_or(quote!(__rt::KeyAttribute::new("PK", __rt::KeyType::S)), key);
    let mut rest = TokenStream::new();
    if let Some(sk) = options.sk.as_ref().and_then(|(_, k)| k.first()) {
        let sk = key(sk);
        rest.extend(quote!(.sort_key(#sk)));
    }
    if let Some(kind) = &options.kind {
        rest.extend(quote!(.kind(#kind)));
    }
    if let Some(ttl) = &options.ttl {
        rest.extend(quote!(.time_to_live(#ttl)));
    }
    if let Some(stream) = &options.stream {
        rest.extend(quote!(.stream(__rt::StreamView::#stream)));
    }
    let indexes = options.indexes.iter().map(|i| {
        let marker = &i.marker;
        quote!(__rt::index_model::<#marker>())
    });
    let entities = variants.iter().map(|v| {
        let entity = v.entity;
        quote!(<#entity as __rt::Entity>::MODEL)
    });
    quote! {
        __rt::TableModel::new(#name, #pk, &[#(#indexes),*], &[#(#entities),*])
            #rest
    }
}
