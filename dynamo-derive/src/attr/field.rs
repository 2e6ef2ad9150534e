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
    pub(crate) version: Option<Ident>,
    pub(crate) skip: Option<Ident>,
    pub(crate) null: Option<Ident>,
    pub(crate) default: Option<DefaultValue>,
}

/// What stands in for an attribute that is missing.
#[derive(Debug)]
pub(crate) enum DefaultValue {
    /// `default`: the type's own.
    OfType,
    /// `default = expression`.
    Expression(Expr),
}

const VALID: &[&str] = &[
    "rename",
    "ttl",
    "created_at",
    "updated_at",
    "version",
    "default",
    "skip",
    "null",
];

pub(crate) fn read(field: &Field, errors: &mut Errors) -> FieldOptions {
    let mut out = FieldOptions::default();
    for tokens in contents(&field.attrs, "entity", errors) {
        options(
            tokens,
            VALID,
            errors,
            &mut |name, input| match name.to_string().as_str() {
                "rename" => once(&mut out.rename, name, value(input)?),
                "ttl" => once(&mut out.ttl, name, name.clone()),
                "created_at" => once(&mut out.created_at, name, name.clone()),
                "updated_at" => once(&mut out.updated_at, name, name.clone()),
                "version" => once(&mut out.version, name, name.clone()),
                "skip" => once(&mut out.skip, name, name.clone()),
                "null" => once(&mut out.null, name, name.clone()),
                "default" => {
                    let default = if input.peek(Token![=]) {
                        DefaultValue::Expression(value(input)?)
                    } else {
                        DefaultValue::OfType
                    };
                    once(&mut out.default, name, default)
                }
                _ => Ok(()),
            },
        );
    }
    out
}
