//! Resolving keys against the fields.

use syn::{DeriveInput, Ident, Type};

use super::{Field, IndexUse, KeySpec, Segment, When, plain};
use crate::attr::entity::{EntityOptions, IndexOptions};
use crate::attr::spec::Spec;
use crate::diagnostics::{Errors, close};
use crate::template::{self, Piece};

/// Resolves keys against the fields.
pub(super) struct Keys<'a> {
    pub(super) fields: &'a mut Vec<Field>,
    pub(super) parts: Vec<usize>,
    pub(super) errors: &'a mut Errors,
}

impl Keys<'_> {
    /// A key of the table, which has one attribute.
    pub(super) fn single(&mut self, (name, specs): &(Ident, Vec<Spec>), primary: bool) -> KeySpec {
        let [spec] = specs.as_slice() else {
            self.errors.span(
                name.span(),
                format!("the table's `{name}` is one attribute; write one template or field"),
            );
            return KeySpec::Template(name.span(), Vec::new());
        };
        self.spec(spec, primary)
    }

    pub(super) fn missing(&mut self, input: &DeriveInput, options: &EntityOptions) -> KeySpec {
        let span = input.ident.span();
        if !options.broken {
            let name = input.ident.to_string().to_uppercase();
            self.errors.span(
                span,
                format!("an entity needs a partition key; add `#[entity(pk = \"{name}#{{id}}\")]`"),
            );
        }
        KeySpec::Template(span, Vec::new())
    }

    pub(super) fn index(&mut self, options: &IndexOptions) -> IndexUse {
        let mut specs = |specs: &Option<(Ident, Vec<Spec>)>| -> Vec<KeySpec> {
            let Some((name, specs)) = specs else {
                return Vec::new();
            };
            if specs.len() > 4 {
                self.errors.span(
                    name.span(),
                    format!(
                        "an index key has at most 4 attributes; `{name}` names {}",
                        specs.len()
                    ),
                );
            }
            specs.iter().map(|s| self.spec(s, false)).collect()
        };
        let (pk, sk) = (specs(&options.pk), specs(&options.sk));
        let when = options.when.as_ref().map(|when| match &when.fields {
            None => When::Whole(when.function.clone()),
            Some(names) => {
                let fields: Vec<usize> = names
                    .iter()
                    .filter_map(|n| self.part(n, &plain(n)))
                    .collect();
                for field in &fields {
                    if let Some(field) = self.fields.get_mut(*field) {
                        field.judges = true;
                    }
                }
                When::Fields(when.function.clone(), fields)
            }
        });
        IndexUse {
            index: options.index.clone(),
            pk,
            sk,
            query: options.query.clone(),
            when,
        }
    }

    pub(super) fn spec(&mut self, spec: &Spec, primary: bool) -> KeySpec {
        match spec {
            Spec::Natural(ident) => {
                let found = self.part(ident, &plain(ident));
                if let Some(field) = found.and_then(|f| self.fields.get_mut(f)) {
                    field.natural = true;
                    field.primary |= primary;
                    if field.unnamed {
                        self.errors.span(
                            ident.span(),
                            format!("`{ident}` has no attribute of its own, so it cannot be the key attribute; write a template: `\"{{{ident}}}\"`"),
                        );
                    }
                }
                KeySpec::Natural(ident.span(), found.unwrap_or(usize::MAX))
            }
            Spec::Template(literal) => {
                let pieces = self
                    .errors
                    .keep(template::parse(literal))
                    .unwrap_or_default();
                let mut segments = Vec::new();
                for piece in pieces {
                    match piece {
                        Piece::Literal(text) => segments.push(Segment::Literal(text)),
                        Piece::Placeholder { field: name, spec } => {
                            let Some(field) = self.part(literal, &name) else {
                                continue;
                            };
                            if let Some(Err(message)) = spec.as_deref().map(template::check_format)
                            {
                                self.errors.span(literal.span(), message);
                            }
                            let spec = spec.unwrap_or_default();
                            if let Some(known) = self.fields.get_mut(field) {
                                known.composed = true;
                                known.primary |= primary;
                                known.lossy |= template::is_lossy(&spec);
                            }
                            segments.push(Segment::Part { field, spec });
                        }
                    }
                }
                KeySpec::Template(literal.span(), segments)
            }
        }
    }

    /// The position of a field that takes part in a key.
    pub(super) fn part(
        &mut self,
        at: &dyn crate::diagnostics::ToTokensDyn,
        name: &str,
    ) -> Option<usize> {
        let Some(position) = self.fields.iter().position(|f| plain(&f.ident) == name) else {
            let similar = self
                .fields
                .iter()
                .map(|f| plain(&f.ident))
                .find(|f| close(f, name));
            let help = if let Some(similar) = similar {
                format!("did you mean `{similar}`?")
            } else {
                let all: Vec<String> = self.fields.iter().map(|f| plain(&f.ident)).collect();
                format!("the fields are `{}`", all.join("`, `"))
            };
            self.errors
                .at_dyn(at, format!("there is no field `{name}`; {help}"));
            return None;
        };
        let next = self.parts.len();
        if let Some(field) = self.fields.get_mut(position)
            && field.part.is_none()
        {
            if let Some(float) = float(&field.ty) {
                self.errors.at(
                    &field.declared,
                    format!("`{float}` cannot be part of a key: floating-point numbers do not compare exactly; use an integer of the smallest unit, or `rust_decimal::Decimal`"),
                );
            }
            field.part = Some(next);
            self.parts.push(position);
        }
        Some(position)
    }
}

fn float(ty: &Type) -> Option<&Ident> {
    let Type::Path(path) = ty else { return None };
    path.path.get_ident().filter(|i| *i == "f32" || *i == "f64")
}
