//! Unique values: the partition key of the guard that holds each.

use proc_macro2::Span;

use super::keys::Keys;
use super::{FieldKind, KeySpec, Segment, Unique, plain};
use crate::attr::spec::Spec;
use crate::attr::unique::UniqueOptions;

/// How the partition key of every guard begins.
const PREFIX: &str = "$unique#";

impl Keys<'_> {
    /// Resolves the unique values against the fields.
    pub(super) fn uniques(&mut self, all: &[UniqueOptions], kind: &str) -> Vec<Unique> {
        let mut out: Vec<Unique> = Vec::new();
        for options in all {
            let Some(unique) = self.unique(options, kind) else {
                continue;
            };
            if out.iter().any(|u| u.name == unique.name) {
                self.errors.span(
                    unique.span,
                    format!("there is a unique value `{0}` already; give this one another name: `unique(…, name = \"{0}_2\")`", unique.name),
                );
                continue;
            }
            out.push(unique);
        }
        if !out.is_empty() {
            // Guards have the time to live of their owner.
            let ttl = self.fields.iter_mut().filter(|f| f.kind == FieldKind::Ttl);
            ttl.for_each(|f| f.unique = true);
        }
        out
    }

    /// `$unique#User#email#{scope}#{email}`.
    fn unique(&mut self, options: &UniqueOptions, kind: &str) -> Option<Unique> {
        let span = options.span;
        let mut names: Vec<String> = Vec::new();
        let mut value: Vec<Segment> = Vec::new();
        let specs = options.within.iter().chain(&options.of);
        for (n, spec) in specs.enumerate() {
            if n > 0 {
                value.push(Segment::Literal("#".to_owned()));
            }
            let segments = match spec {
                Spec::Template(_) => match self.spec(spec, false) {
                    KeySpec::Template(_, segments) => segments,
                    KeySpec::Natural(..) => Vec::new(),
                },
                Spec::Natural(field) => {
                    let field = self.part(field, &plain(field))?;
                    let spec = String::new();
                    vec![Segment::Part { field, spec }]
                }
            };
            for segment in &segments {
                if let Segment::Part { field, .. } = segment
                    && let Some(field) = self.fields.get_mut(*field)
                {
                    field.unique = true;
                    if n >= options.within.len() {
                        names.push(plain(&field.ident));
                    }
                }
            }
            value.extend(segments);
        }
        if names.is_empty() {
            self.errors.span(
                span,
                "a unique value is made of fields; write `unique(email)`, `unique(\"{email:lower}\")` or `unique(number, within = customer)`",
            );
            return None;
        }
        self.check_unique(&value, span);
        if kind.contains('#') {
            self.errors.span(
                span,
                format!("the type `{kind}` has a `#`, which separates the parts of a guard's key; set another with `kind = \"…\"`"),
            );
        }
        if let Some(name) = &options.name
            && name.value().contains('#')
        {
            self.errors.at(
                name,
                "the name has a `#`, which separates the parts of a guard's key; choose another",
            );
        }
        let name = options
            .name
            .as_ref()
            .map_or_else(|| names.join("_"), syn::LitStr::value);
        let mut segments = vec![Segment::Literal(format!("{PREFIX}{kind}#{name}#"))];
        segments.extend(value);
        Some(Unique {
            name,
            span,
            guard: KeySpec::Template(span, segments),
        })
    }

    fn check_unique(&mut self, value: &[Segment], span: Span) {
        let fields = value.iter().filter_map(|segment| match segment {
            Segment::Part { field, .. } => self.fields.get(*field),
            Segment::Literal(_) => None,
        });
        let mut wrong = None;
        let mut all_primary = true;
        for field in fields {
            all_primary &= field.primary;
            let what = match field.kind {
                FieldKind::UpdatedAt | FieldKind::Version => "changes with every write",
                FieldKind::Ttl => "is the time to live",
                FieldKind::Skip if !field.primary => "is not stored in an attribute of its own",
                _ => continue,
            };
            wrong = Some(format!(
                "`{}` {what}, so it cannot be part of a unique value",
                field.ident
            ));
        }
        if all_primary {
            wrong = Some(
                "these fields are all in the primary key; an item of its own for each value is what the key is for"
                    .to_owned(),
            );
        }
        if let Some(message) = wrong {
            self.errors.span(span, message);
        }
    }
}
