//! Options of a table: `#[table(pk = "PK", sk = "SK", gsi(…), lsi(…))]`.

use proc_macro2::TokenStream;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Ident, LitStr, Path, Token, parenthesized};

use super::{contents, once, options, value};
use crate::diagnostics::Errors;

/// A key attribute and its type.
#[derive(Clone, Debug)]
pub(crate) struct KeyAttr {
    pub(crate) name: LitStr,
    pub(crate) ty: Ident,
}

/// The options of a table.
#[derive(Debug, Default)]
pub(crate) struct TableOptions {
    pub(crate) name: Option<LitStr>,
    pub(crate) pk: Option<(Ident, Vec<KeyAttr>)>,
    pub(crate) sk: Option<(Ident, Vec<KeyAttr>)>,
    pub(crate) kind: Option<LitStr>,
    pub(crate) ttl: Option<LitStr>,
    pub(crate) stream: Option<Ident>,
    pub(crate) indexes: Vec<IndexDecl>,
    pub(crate) krate: Option<Path>,
}

/// One `gsi(…)` or `lsi(…)`.
#[derive(Debug)]
pub(crate) struct IndexDecl {
    pub(crate) marker: Ident,
    pub(crate) local: bool,
    pub(crate) name: Option<LitStr>,
    pub(crate) pk: Option<(Ident, Vec<KeyAttr>)>,
    pub(crate) sk: Option<(Ident, Vec<KeyAttr>)>,
    pub(crate) projection: Option<ProjectionDecl>,
}

/// `projection = All`, `KeysOnly` or `Include("a", "b")`.
#[derive(Debug)]
pub(crate) enum ProjectionDecl {
    All,
    KeysOnly,
    Include(Vec<LitStr>),
}

const VALID: &[&str] = &[
    "name", "pk", "sk", "kind", "ttl", "stream", "gsi", "lsi", "crate",
];
const VALID_INDEX: &[&str] = &["name", "pk", "sk", "projection"];

pub(crate) fn read(attrs: &[Attribute], errors: &mut Errors) -> TableOptions {
    let mut out = TableOptions::default();
    for tokens in contents(attrs, "table", errors) {
        let mut indexes: Vec<(Ident, bool, TokenStream)> = Vec::new();
        options(
            tokens,
            VALID,
            errors,
            &mut |name, input| match name.to_string().as_str() {
                "name" => once(&mut out.name, name, value(input)?),
                "pk" => once(&mut out.pk, name, (name.clone(), keys(input)?)),
                "sk" => once(&mut out.sk, name, (name.clone(), keys(input)?)),
                "kind" => once(&mut out.kind, name, value(input)?),
                "ttl" => once(&mut out.ttl, name, value(input)?),
                "stream" => once(&mut out.stream, name, value(input)?),
                "crate" => once(&mut out.krate, name, value(input)?),
                "gsi" | "lsi" => {
                    let content;
                    parenthesized!(content in input);
                    let marker: Ident = content.parse().map_err(|e| {
                        syn::Error::new(
                            e.span(),
                            format!("expected a name for the index; write `{name}(Gsi1, …)`"),
                        )
                    })?;
                    if !content.is_empty() {
                        content.parse::<Token![,]>()?;
                    }
                    indexes.push((marker, name == "lsi", content.parse()?));
                    Ok(())
                }
                _ => Ok(()),
            },
        );
        for (marker, local, tokens) in indexes {
            let index = read_index(marker, local, tokens, errors);
            out.indexes.push(index);
        }
    }
    out
}

fn read_index(marker: Ident, local: bool, tokens: TokenStream, errors: &mut Errors) -> IndexDecl {
    let mut out = IndexDecl {
        marker,
        local,
        name: None,
        pk: None,
        sk: None,
        projection: None,
    };
    options(
        tokens,
        VALID_INDEX,
        errors,
        &mut |name, input| match name.to_string().as_str() {
            "name" => once(&mut out.name, name, value(input)?),
            "pk" => once(&mut out.pk, name, (name.clone(), keys(input)?)),
            "sk" => once(&mut out.sk, name, (name.clone(), keys(input)?)),
            "projection" => {
                input.parse::<Token![=]>()?;
                once(&mut out.projection, name, projection(input)?)
            }
            _ => Ok(()),
        },
    );
    out
}

/// `= "PK"`, or `(region: S, "created at": N)`.
fn keys(input: ParseStream<'_>) -> syn::Result<Vec<KeyAttr>> {
    if input.peek(syn::token::Paren) {
        let content;
        parenthesized!(content in input);
        let list = content.parse_terminated(key, Token![,])?;
        return Ok(list.into_iter().collect());
    }
    let name: LitStr = value(input).map_err(|e| {
        syn::Error::new(
            e.span(),
            "expected the name of an attribute: `pk = \"PK\"`, or with its type `pk(user_id: N)`",
        )
    })?;
    let ty = Ident::new("S", name.span());
    Ok(vec![KeyAttr { name, ty }])
}

fn key(input: ParseStream<'_>) -> syn::Result<KeyAttr> {
    let name = if input.peek(LitStr) {
        input.parse()?
    } else {
        let ident: Ident = input.parse()?;
        LitStr::new(&ident.to_string(), ident.span())
    };
    let ty = if input.peek(Token![:]) {
        input.parse::<Token![:]>()?;
        Ident::parse(input)?
    } else {
        Ident::new("S", name.span())
    };
    if !["S", "N", "B"].contains(&ty.to_string().as_str()) {
        return Err(syn::Error::new(
            ty.span(),
            format!(
                "`{ty}` is no type of a key attribute; write `S` (string), `N` (number) or `B` (binary)"
            ),
        ));
    }
    Ok(KeyAttr { name, ty })
}

fn projection(input: ParseStream<'_>) -> syn::Result<ProjectionDecl> {
    let name: Ident = input.parse()?;
    match name.to_string().as_str() {
        "All" => Ok(ProjectionDecl::All),
        "KeysOnly" => Ok(ProjectionDecl::KeysOnly),
        "Include" => {
            let content;
            parenthesized!(content in input);
            let list = content.parse_terminated(<LitStr as Parse>::parse, Token![,])?;
            Ok(ProjectionDecl::Include(list.into_iter().collect()))
        }
        _ => Err(syn::Error::new(
            name.span(),
            format!(
                "unknown projection `{name}`; write `All`, `KeysOnly` or `Include(\"a\", \"b\")`"
            ),
        )),
    }
}
