//! Options of an item collection: `#[collection(table = …, index = …, pk = "…")]`.

use syn::{Attribute, Ident, Path};

use super::spec::{Spec, specs};
use super::{contents, once, options, value};
use crate::diagnostics::Errors;

/// The options of a collection.
#[derive(Debug, Default)]
pub(crate) struct CollectionOptions {
    pub(crate) table: Option<Path>,
    pub(crate) index: Option<Path>,
    pub(crate) pk: Option<(Ident, Vec<Spec>)>,
    pub(crate) krate: Option<Path>,
    /// An option is not understood; what seems to be missing may be that one.
    pub(crate) broken: bool,
}

const VALID: &[&str] = &["table", "index", "pk", "crate"];

pub(crate) fn read(attrs: &[Attribute], errors: &mut Errors) -> CollectionOptions {
    let mut out = CollectionOptions::default();
    let known = errors.len();
    for tokens in contents(attrs, "collection", errors) {
        options(
            tokens,
            VALID,
            errors,
            &mut |name, input| match name.to_string().as_str() {
                "table" => once(&mut out.table, name, value(input)?),
                "index" => once(&mut out.index, name, value(input)?),
                "pk" => once(&mut out.pk, name, (name.clone(), specs(input)?)),
                "crate" => once(&mut out.krate, name, value(input)?),
                _ => Ok(()),
            },
        );
    }
    out.broken = errors.len() > known;
    out
}
