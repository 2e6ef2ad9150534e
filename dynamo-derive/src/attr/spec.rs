//! How a key is filled: `"ORDER#{order_id}"`, `order_id`, or a list of these.

use syn::parse::ParseStream;
use syn::{Ident, LitStr, Token, parenthesized};

/// How one key is filled, one for each of its attributes.
#[derive(Clone, Debug)]
pub(crate) enum Spec {
    /// A template, stored in the key attribute.
    Template(LitStr),
    /// A field whose own attribute is the key attribute.
    Natural(Ident),
}

/// `= "template"`, `= field`, or `= (field, "template", …)`.
pub(super) fn specs(input: ParseStream<'_>) -> syn::Result<Vec<Spec>> {
    input.parse::<Token![=]>()?;
    if input.peek(syn::token::Paren) {
        let content;
        parenthesized!(content in input);
        let list = content.parse_terminated(spec, Token![,])?;
        return Ok(list.into_iter().collect());
    }
    Ok(vec![spec(input)?])
}

fn spec(input: ParseStream<'_>) -> syn::Result<Spec> {
    if input.peek(LitStr) {
        return input.parse().map(Spec::Template);
    }
    input.parse().map(Spec::Natural).map_err(|e| {
        syn::Error::new(
            e.span(),
            "expected a template such as `\"ORDER#{order_id}\"`, or the name of a field whose attribute is the key",
        )
    })
}
