//! `edge(Group -> Person, out = members, back = groups)`.

use proc_macro2::Span;
use syn::parse::{Parse, ParseStream};
use syn::{Ident, Path, Token, parenthesized};

use super::{once, value};
use crate::diagnostics::unknown;

/// The options of an edge.
#[derive(Debug)]
pub(crate) struct EdgeOptions {
    pub(crate) span: Span,
    pub(crate) from: EndOptions,
    pub(crate) to: EndOptions,
    /// The query from `from`.
    pub(crate) out: Option<Ident>,
    /// The query from `to`.
    pub(crate) back: Option<Ident>,
}

/// `Person` or `Person(follower)`.
#[derive(Debug)]
pub(crate) struct EndOptions {
    pub(crate) entity: Path,
    pub(crate) fields: Vec<Ident>,
}

const VALID: &[&str] = &["out", "back"];

/// The content of `edge(…)`.
pub(crate) fn read(option: &Ident, input: ParseStream<'_>) -> syn::Result<EdgeOptions> {
    if !input.peek(syn::token::Paren) {
        return Err(syn::Error::new(option.span(), FORM));
    }
    let content;
    parenthesized!(content in input);
    let from = end(&content)?;
    if !content.peek(Token![->]) {
        return Err(syn::Error::new(content.span(), FORM));
    }
    content.parse::<Token![->]>()?;
    let to = end(&content)?;
    let (mut out, mut back) = (None, None);
    while !content.is_empty() {
        content.parse::<Token![,]>()?;
        if content.is_empty() {
            break;
        }
        let name: Ident = content.parse()?;
        match name.to_string().as_str() {
            "out" => once(&mut out, &name, value(&content)?)?,
            "back" => once(&mut back, &name, value(&content)?)?,
            _ => return Err(unknown(&name, VALID)),
        }
    }
    Ok(EdgeOptions {
        span: option.span(),
        from,
        to,
        out,
        back,
    })
}

const FORM: &str = "an edge leads from one entity to another; write `edge(Group -> Person, out = members, back = groups)`";

fn end(input: ParseStream<'_>) -> syn::Result<EndOptions> {
    let entity = input
        .call(Path::parse_mod_style)
        .map_err(|e| syn::Error::new(e.span(), FORM))?;
    let mut fields = Vec::new();
    if input.peek(syn::token::Paren) {
        let content;
        parenthesized!(content in input);
        fields = content
            .parse_terminated(Ident::parse, Token![,])?
            .into_iter()
            .collect();
    }
    Ok(EndOptions { entity, fields })
}
