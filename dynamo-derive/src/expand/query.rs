//! The access paths behind `query = …`.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::Ident;

use super::{argument, body, docs, edge, keys, known_part, level_name, number, option};
use crate::model::{Edge, End, Entity, KeySpec, path_text, plain};
use crate::names::pascal;
use crate::template::is_lossy;

/// All access paths: types in the block, and functions of the entity.
pub(crate) fn expand(model: &Entity) -> (TokenStream, TokenStream) {
    let (mut types, mut functions) = (TokenStream::new(), partition(model));
    for (name, index, far) in named(model) {
        let used = index.and_then(|n| model.indexes.get(n));
        // A local index shares the partition key of the table.
        let pk: Vec<&KeySpec> = match used {
            Some(used) if !used.pk.is_empty() => used.pk.iter().collect(),
            _ => vec![&model.pk],
        };
        let sk: Vec<&KeySpec> = match used {
            Some(used) => used.sk.iter().collect(),
            None => model.sk.iter().collect(),
        };
        let (t, f) = access(model, name, index, &pk, &sk);
        types.extend(t);
        functions.extend(f);
        types.extend(far.map(|far| edge::traversal(&type_name(model, name), far, model)));
    }
    (types, functions)
}

/// The names of access paths, with the far end of those that follow an edge.
fn named(model: &Entity) -> Vec<(&Ident, Option<usize>, Option<&End>)> {
    let mut out: Vec<(&Ident, Option<usize>, Option<&End>)> = Vec::new();
    for (near, far) in model.edges.iter().flat_map(Edge::directions) {
        let query = near.query.iter();
        out.extend(query.map(|q| (&q.name, q.index, Some(far))));
    }
    let indexes = model.indexes.iter().enumerate();
    let indexes = indexes.filter_map(|(n, used)| Some((used.query.as_ref()?, Some(n))));
    let table = model.query.iter().map(|name| (name, None));
    for (name, index) in table.chain(indexes) {
        // The same name for an edge says more.
        if !out.iter().any(|(known, ..)| *known == name) {
            out.push((name, index, None));
        }
    }
    out
}

fn type_name(model: &Entity, query: &Ident) -> Ident {
    format_ident!("{}{}", model.ident, pascal(&plain(query)))
}

/// The whole partition of the table, whatever is in it.
fn partition(model: &Entity) -> TokenStream {
    let (vis, entity, table) = (&model.vis, &model.ident, &model.table);
    let mut fields = model.pk.fields();
    fields.dedup();
    let arguments = fields
        .iter()
        .filter_map(|f| model.field(*f))
        .map(|f| argument(model, f));
    let parts = fields
        .iter()
        .filter_map(|f| model.field(*f))
        .map(known_part);
    let start = body(
        model,
        quote!(__rt::Partition::query(__rt::QueryState::new::<#entity>(::core::option::Option::None)#(#parts)*)),
    );
    let doc = docs::partition(entity);
    quote! {
        #[doc = #doc]
        #vis fn partition(#(#arguments),*) -> __rt::Query<__rt::Partition<#entity>, __rt::Mixed<#table>> {
            #start
        }
    }
}

/// Does the partition key tell less of a field than the sort key holds? A day of a time, say; then the sort key is asked
/// for it, too. `QueryState` decides the same.
fn is_shortened(pk: &[&KeySpec], sk: &[&KeySpec], field: usize) -> bool {
    let formats = |specs: &[&'_ KeySpec]| -> Vec<String> {
        let all = specs.iter().flat_map(|spec| spec.formats(field));
        all.map(str::to_owned).collect()
    };
    let told = formats(pk);
    let held = formats(sk);
    let is_told = |held: &String| told.iter().any(|told| told == held || !is_lossy(told));
    !held.iter().all(is_told)
}

fn access(
    model: &Entity,
    name: &Ident,
    index: Option<usize>,
    pk: &[&KeySpec],
    sk: &[&KeySpec],
) -> (TokenStream, TokenStream) {
    let (vis, entity) = (&model.vis, &model.ident);
    let ty = type_name(model, name);
    let used = index.and_then(|n| model.indexes.get(n));
    let marker = used.zip(index).map_or_else(
        || quote!(__rt::Primary),
        |(used, n)| keys::alias(n, used).to_token_stream(),
    );
    let index_text = used.map(|u| path_text(&u.index));
    let mut known: Vec<usize> = Vec::new();
    for field in pk.iter().flat_map(|s| s.fields()) {
        if !known.contains(&field) {
            known.push(field);
        }
    }
    let arguments = known
        .iter()
        .filter_map(|f| model.field(*f))
        .map(|f| argument(model, f));
    let parts = known.iter().filter_map(|f| model.field(*f)).map(known_part);
    let position = option(index);
    let doc = docs::query(entity, index_text.as_deref());
    let start = body(
        model,
        quote!(__rt::Query::new(#ty(__rt::QueryState::new::<#entity>(#position)#(#parts)*))),
    );
    let function = quote! {
        #[doc = #doc]
        #vis fn #name(#(#arguments),*) -> __rt::Query<#ty<0>> {
            #start
        }
    };
    let mut shortened: Vec<usize> = known.clone();
    shortened.retain(|field| is_shortened(pk, sk, *field));
    let mut levels = TokenStream::new();
    let mut level = 0usize;
    for field in sk.iter().flat_map(|s| s.fields()) {
        if known.contains(&field) && !shortened.contains(&field) {
            continue;
        }
        shortened.retain(|f| *f != field);
        known.push(field);
        let Some(f) = model.field(field) else {
            continue;
        };
        let (ident, part_ty, part) = (level_name(&f.ident), &f.ty, number(f.part));
        let doc = docs::level(&plain(&f.ident));
        let (here, next) = (number(Some(level)), number(Some(level + 1)));
        let body = body(model, quote!(__rt::Level::new(self, #part)));
        levels.extend(quote! {
            #[automatically_derived]
            #[allow(dead_code)]
            impl #ty<#here> {
                #[doc = #doc]
                #vis fn #ident(&self) -> __rt::Level<Self, #part_ty, #ty<#next>> {
                    #body
                }
            }
        });
        level += 1;
    }
    let types = quote! {
        #[allow(dead_code)]
        #[derive(::core::fmt::Debug)]
        #vis struct #ty<const LEVEL: usize>(__rt::QueryState);
        #[automatically_derived]
        impl<const LEVEL: usize> __rt::Access for #ty<LEVEL> {
            type Entity = #entity;
            type Index = #marker;
            fn from_state(state: __rt::QueryState) -> Self {
                Self(state)
            }
            fn state(&self) -> &__rt::QueryState {
                &self.0
            }
            fn into_state(self) -> __rt::QueryState {
                self.0
            }
        }
        #levels
    };
    (types, function)
}
