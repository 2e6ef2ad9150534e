//! Options of a field: `#[entity(ttl)]` and its like.

use syn::{Expr, Field, Ident, LitStr, Token};

use super::{contents, once, options, value};
use crate::diagnostics::Errors;

/// The options of a field.
#[derive(Debug, Default)]
pub(crate) struct FieldOptions {
    pub(crate) rename: Option<LitStr>,
    pub(crate) ttl: Option<Ident>,
    pub(crate) created_at: Option<Ident>,
    pub(crate) updated_at: Option<Ident>,
    pub(crate) skip: Option<Ident>,
    pub(crate) null: Option<Ident>,
    /// `default`, or `default = expression`.
    pub(crate) default: Option<Option<Expr>>,
}

const VALID: &[&str] = &[
    "rename",
    "ttl",
    "created_at",
    "updated_at",
    "default",
    "skip",
    "null",
];

pub(crate) fn read(field: &Field, errors: &mut Errors) -> FieldOptions {
    let mut out = FieldOptions::default();
    for tokens in contents(&field.attrs, "entity", errors) {
        options(tokens, VALID, errors, &mut |name, input| {
            match name.to_string().as_str() {
                "rename" => once(&mut out.rename, name, value(input)?),
                "ttl" => once(&mut out.ttl, name, name.clone()),
                "created_at" => once(&mut out.created_at, name, name.clone()),
                "updated_at" => once(&mut out.updated_at, name, name.clone()),
                "skip" => once(&mut out.skip, name, name.clone()),
                "null" => once(&mut out.null, name, name.clone()),
                "default" => {
                    let expression = if input.peek(Token![=]) {
                        Some(value(input)?)
                    } else {
                        None
                    };
                    once(&mut out.default, name, expression)
                }
                _ => Ok(()),
            }
        });
    }
    out
}
