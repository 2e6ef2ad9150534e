//! `unique(email)`, `unique("{email:lower}", within = (tenant, region), name = "…")`.

use proc_macro2::Span;
use syn::parse::ParseStream;
use syn::{Ident, LitStr, Token, parenthesized};

use super::spec::Spec;
use super::{once, value};
use crate::diagnostics::unknown;

/// The options of a unique value.
#[derive(Debug)]
pub(crate) struct UniqueOptions {
    pub(crate) span: Span,
    /// Fields, or a template that says how they are normalised.
    pub(crate) of: Vec<Spec>,
    pub(crate) within: Vec<Spec>,
    pub(crate) name: Option<LitStr>,
}

const VALID: &[&str] = &["within", "name"];

/// The content of `unique(…)`.
pub(crate) fn read(option: &Ident, input: ParseStream<'_>) -> syn::Result<UniqueOptions> {
    let content;
    parenthesized!(content in input);
    let mut out = UniqueOptions {
        span: option.span(),
        of: Vec::new(),
        within: Vec::new(),
        name: None,
    };
    let mut within = None;
    while !content.is_empty() {
        if content.peek(Ident) && content.peek2(Token![=]) {
            let name: Ident = content.parse()?;
            match name.to_string().as_str() {
                "within" => {
                    content.parse::<Token![=]>()?;
                    once(&mut within, &name, scope(&content)?)?;
                }
                "name" => once(&mut out.name, &name, value(&content)?)?,
                _ => return Err(unknown(&name, VALID)),
            }
        } else {
            out.of.push(one(&content)?);
        }
        if !content.is_empty() {
            content.parse::<Token![,]>()?;
        }
    }
    out.within = within.unwrap_or_default();
    Ok(out)
}

/// `customer`, `"{customer:lower}"` or `(tenant, region)`.
fn scope(input: ParseStream<'_>) -> syn::Result<Vec<Spec>> {
    if input.peek(syn::token::Paren) {
        let content;
        parenthesized!(content in input);
        let list = content.parse_terminated(one, Token![,])?;
        return Ok(list.into_iter().collect());
    }
    Ok(vec![one(input)?])
}

fn one(input: ParseStream<'_>) -> syn::Result<Spec> {
    if input.peek(LitStr) {
        return input.parse().map(Spec::Template);
    }
    input.parse().map(Spec::Natural).map_err(|e| {
        syn::Error::new(
            e.span(),
            "expected a field or a template of fields; write `unique(email)` or `unique(\"{email:lower}\")`",
        )
    })
}
