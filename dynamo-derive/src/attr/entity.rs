//! Options of an entity: `#[entity(table = …, pk = "…", index(…))]`.

use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Ident, LitStr, Path, Token, parenthesized};

use super::edge::{self, EdgeOptions};
use super::spec::{Spec, specs};
use super::unique::{self, UniqueOptions};
use super::{contents, once, options, value};
use crate::diagnostics::Errors;

/// The options of an entity.
#[derive(Debug, Default)]
pub(crate) struct EntityOptions {
    pub(crate) table: Option<Path>,
    pub(crate) kind: Option<LitStr>,
    pub(crate) pk: Option<(Ident, Vec<Spec>)>,
    pub(crate) sk: Option<(Ident, Vec<Spec>)>,
    pub(crate) query: Option<Ident>,
    pub(crate) indexes: Vec<IndexOptions>,
    pub(crate) uniques: Vec<UniqueOptions>,
    pub(crate) edges: Vec<EdgeOptions>,
    pub(crate) krate: Option<Path>,
    /// An option is not understood; what seems to be missing may be that one.
    pub(crate) broken: bool,
}

/// One `index(…)`.
#[derive(Debug)]
pub(crate) struct IndexOptions {
    pub(crate) index: Path,
    pub(crate) pk: Option<(Ident, Vec<Spec>)>,
    pub(crate) sk: Option<(Ident, Vec<Spec>)>,
    pub(crate) query: Option<Ident>,
    pub(crate) when: Option<When>,
}

/// `when = is_open(status)`, or `when = is_open` for a method of the entity.
#[derive(Debug)]
pub(crate) struct When {
    pub(crate) function: Path,
    pub(crate) fields: Option<Vec<Ident>>,
}

const VALID: &[&str] = &[
    "table", "kind", "pk", "sk", "query", "index", "unique", "edge", "crate",
];
const VALID_INDEX: &[&str] = &["pk", "sk", "query", "when"];

pub(crate) fn read(attrs: &[Attribute], errors: &mut Errors) -> EntityOptions {
    let mut out = EntityOptions::default();
    let known = errors.len();
    for tokens in contents(attrs, "entity", errors) {
        let mut indexes = Vec::new();
        options(
            tokens,
            VALID,
            errors,
            &mut |name, input| match name.to_string().as_str() {
                "table" => once(&mut out.table, name, value(input)?),
                "kind" => once(&mut out.kind, name, value(input)?),
                "pk" => once(&mut out.pk, name, (name.clone(), specs(input)?)),
                "sk" => once(&mut out.sk, name, (name.clone(), specs(input)?)),
                "query" => once(&mut out.query, name, value(input)?),
                "unique" => {
                    out.uniques.push(unique::read(name, input)?);
                    Ok(())
                }
                "edge" => {
                    out.edges.push(edge::read(name, input)?);
                    Ok(())
                }
                "crate" => once(&mut out.krate, name, value(input)?),
                "index" => {
                    let content;
                    parenthesized!(content in input);
                    let index: Path = content.parse().map_err(|e| {
                        syn::Error::new(
                            e.span(),
                            "expected an index of the table; write `index(Gsi1, pk = \"…\", sk = \"…\")`",
                        )
                    })?;
                    if !content.is_empty() {
                        content.parse::<Token![,]>()?;
                    }
                    indexes.push((index, content.parse::<proc_macro2::TokenStream>()?));
                    Ok(())
                }
                _ => Ok(()),
            },
        );
        for (index, tokens) in indexes {
            let index = read_index(index, tokens, errors);
            out.indexes.push(index);
        }
    }
    out.broken = errors.len() > known;
    out
}

fn read_index(index: Path, tokens: proc_macro2::TokenStream, errors: &mut Errors) -> IndexOptions {
    let mut out = IndexOptions {
        index,
        pk: None,
        sk: None,
        query: None,
        when: None,
    };
    options(
        tokens,
        VALID_INDEX,
        errors,
        &mut |name, input| match name.to_string().as_str() {
            "pk" => once(&mut out.pk, name, (name.clone(), specs(input)?)),
            "sk" => once(&mut out.sk, name, (name.clone(), specs(input)?)),
            "query" => once(&mut out.query, name, value(input)?),
            "when" => {
                input.parse::<Token![=]>()?;
                once(&mut out.when, name, when(input)?)
            }
            _ => Ok(()),
        },
    );
    out
}

fn when(input: ParseStream<'_>) -> syn::Result<When> {
    let function: Path = input.parse()?;
    let fields = if input.peek(syn::token::Paren) {
        let content;
        parenthesized!(content in input);
        let fields = content.parse_terminated(Ident::parse, Token![,])?;
        Some(fields.into_iter().collect())
    } else {
        None
    };
    Ok(When { function, fields })
}
