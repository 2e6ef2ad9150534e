//! Reading options.

pub(crate) mod collection;
pub(crate) mod edge;
pub(crate) mod entity;
pub(crate) mod field;
pub(crate) mod serde;
pub(crate) mod spec;
pub(crate) mod table;
pub(crate) mod unique;

use proc_macro2::{TokenStream, TokenTree};
use syn::parse::{Parse, ParseStream};
use syn::{Ident, Token};

use crate::diagnostics::{Errors, similar, unknown};

/// Reads `name …, name …` and hands each name to `each`. A broken option does not take its neighbours with it, and a
/// misspelt one is read as what it was meant to be.
pub(crate) fn options(
    tokens: TokenStream,
    valid: &[&str],
    errors: &mut Errors,
    each: &mut dyn FnMut(&Ident, ParseStream<'_>) -> syn::Result<()>,
) {
    let sections = split(tokens);
    for section in sections {
        let result = syn::parse::Parser::parse2(
            |input: ParseStream<'_>| {
                let mut name = input.call(ident_or_keyword)?;
                if !valid.contains(&name.to_string().as_str()) {
                    errors.push(unknown(&name, valid));
                    let Some(meant) = similar(&name, valid) else {
                        return input.parse::<TokenStream>().map(drop);
                    };
                    name = Ident::new(meant, name.span());
                }
                each(&name, input)?;
                if input.is_empty() {
                    Ok(())
                } else {
                    Err(input.error("expected `,`"))
                }
            },
            section,
        );
        if let Err(error) = result {
            errors.push(error);
        }
    }
}

/// `crate` is a keyword and an option.
fn ident_or_keyword(input: ParseStream<'_>) -> syn::Result<Ident> {
    input
        .call(<Ident as syn::ext::IdentExt>::parse_any)
        .map_err(|e| syn::Error::new(e.span(), "expected the name of an option"))
}

/// Splits at top-level commas.
fn split(tokens: TokenStream) -> Vec<TokenStream> {
    let mut sections = vec![TokenStream::new()];
    for token in tokens {
        match &token {
            TokenTree::Punct(p) if p.as_char() == ',' => sections.push(TokenStream::new()),
            _ => {
                if let Some(last) = sections.last_mut() {
                    last.extend([token]);
                }
            }
        }
    }
    sections.retain(|s| !s.is_empty());
    sections
}

/// `= value`.
pub(crate) fn value<T: Parse>(input: ParseStream<'_>) -> syn::Result<T> {
    input.parse::<Token![=]>()?;
    input.parse()
}

/// Sets an option once.
pub(crate) fn once<T>(slot: &mut Option<T>, name: &Ident, value: T) -> syn::Result<()> {
    if slot.is_some() {
        return Err(syn::Error::new(
            name.span(),
            format!("`{name}` is given twice; remove one"),
        ));
    }
    *slot = Some(value);
    Ok(())
}

/// The content of every `#[name(…)]` among the attributes.
pub(crate) fn contents(
    attrs: &[syn::Attribute],
    name: &str,
    errors: &mut Errors,
) -> Vec<TokenStream> {
    let mut out = Vec::new();
    for attr in attrs.iter().filter(|a| a.path().is_ident(name)) {
        match attr.meta.require_list() {
            Ok(list) => out.push(list.tokens.clone()),
            Err(_) => errors.at(
                attr,
                format!("write the options in parentheses: `#[{name}(…)]`"),
            ),
        }
    }
    out
}
