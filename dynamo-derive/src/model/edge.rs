//! Edges: the fields that name each end, and the access path from each.

use std::fmt::Write as _;

use proc_macro2::Span;
use syn::{Ident, Path};

use super::keys::Keys;
use super::{Entity, KeySpec, Segment, path_text, plain};
use crate::attr::edge::{EdgeOptions, EndOptions};
use crate::diagnostics::Errors;

/// An edge from one entity to another, seen from both ends.
#[derive(Debug)]
pub(crate) struct Edge {
    pub(crate) from: End,
    pub(crate) to: End,
}

/// One end of an edge.
#[derive(Debug)]
pub(crate) struct End {
    pub(crate) entity: Path,
    /// The fields of its key, in the order of the key's arguments; none where they have the same names.
    pub(crate) fields: Vec<usize>,
    /// The query of the edges at this end.
    pub(crate) query: Option<Traversal>,
}

/// The query of the edges at one end.
#[derive(Debug)]
pub(crate) struct Traversal {
    pub(crate) name: Ident,
    /// Position of the index it goes through; `None` is the table.
    pub(crate) index: Option<usize>,
}

impl Edge {
    /// Each end with the one that is seen from there.
    pub(crate) fn directions(&self) -> [(&End, &End); 2] {
        [(&self.from, &self.to), (&self.to, &self.from)]
    }
}

impl Keys<'_> {
    /// Finds the fields that name the ends.
    pub(super) fn edges(&mut self, all: &[EdgeOptions]) -> Vec<(Edge, Names)> {
        let edges = all.iter().map(|options| {
            if options.out.is_none() && options.back.is_none() {
                self.errors.span(
                    options.span,
                    "an edge without a name is of no use; add `out = …` for the query from its first end, `back = …` for the one from its second",
                );
            }
            let (from, to) = (self.end(&options.from), self.end(&options.to));
            if options.from.entity == options.to.entity && (from.fields.is_empty() || to.fields.is_empty()) {
                let name = path_text(&options.from.entity);
                self.errors.at(
                    &options.to.entity,
                    format!("both ends are a `{name}`; say which fields name each: `edge({name}(a) -> {name}(b), …)`"),
                );
            }
            let names = [options.out.clone(), options.back.clone()];
            (Edge { from, to }, names)
        });
        edges.collect()
    }

    fn end(&mut self, options: &EndOptions) -> End {
        let fields = options.fields.iter();
        let fields: Vec<usize> = fields.filter_map(|f| self.part(f, &plain(f))).collect();
        End {
            entity: options.entity.clone(),
            fields,
            query: None,
        }
    }
}

/// The names of the queries out and back.
pub(super) type Names = [Option<Ident>; 2];

/// Finds the access path of every named direction.
pub(super) fn connect(model: &mut Entity, edges: Vec<(Edge, Names)>, errors: &mut Errors) {
    let mut taken: Vec<Ident> = Vec::new();
    for (mut edge, [out, back]) in edges {
        let first = declared(model, out.as_ref()).or_else(|| path(model, &edge.from, None));
        let second = declared(model, back.as_ref()).or_else(|| path(model, &edge.to, first));
        let first = first.or_else(|| fallback(model, &edge.from, second, true));
        let second = second.or_else(|| fallback(model, &edge.to, first, false));
        let mut follow = |name: Option<Ident>, index, missing: String| {
            let name = name?;
            let error = if taken.contains(&name) {
                format!("there is a query `{name}` already; give this one another name")
            } else if let Some(index) = index {
                taken.push(name.clone());
                return Some(Traversal { name, index });
            } else {
                missing
            };
            errors.span(name.span(), error);
            None
        };
        let (from, to) = (&edge.from, &edge.to);
        let out = follow(out, first, without_path(model, from, to, second));
        let back = follow(back, second, without_path(model, to, from, first));
        edge.from.query = out;
        edge.to.query = back;
        model.edges.push(edge);
    }
}

/// An access path: a position among the indexes, or the table.
type AccessPath = Option<usize>;

/// The access path whose `query` has this name already.
fn declared(model: &Entity, name: Option<&Ident>) -> Option<AccessPath> {
    let name = name?;
    let indexes = model.indexes.iter().map(|used| &used.query).enumerate();
    let indexes = indexes.map(|(n, query)| (Some(n), query));
    let mut all = std::iter::once((None, &model.query)).chain(indexes);
    let found = all.find(|(_, query)| query.as_ref() == Some(name));
    found.map(|(index, _)| index)
}

/// The partition key specs of the table and of every index with one of its own.
fn paths(model: &Entity) -> impl Iterator<Item = (AccessPath, Vec<&KeySpec>)> {
    let table = std::iter::once((None, vec![&model.pk]));
    let indexes = model.indexes.iter().enumerate();
    table.chain(
        indexes
            .filter(|(_, used)| !used.pk.is_empty())
            .map(|(n, used)| (Some(n), used.pk.iter().collect())),
    )
}

/// The access path whose partition key names this end: by its fields, or by what it is called.
fn path(model: &Entity, end: &End, other: Option<AccessPath>) -> Option<AccessPath> {
    let mut found = paths(model).filter(|(index, specs)| {
        if end.fields.is_empty() {
            return other != Some(*index) && calls(model, specs, &end.entity);
        }
        let fields: Vec<usize> = specs.iter().flat_map(|s| s.fields()).collect();
        !fields.is_empty() && fields.iter().all(|f| end.fields.contains(f))
    });
    found.next().map(|(index, _)| index)
}

/// Where nothing is called after the end: the table for the way out, the only other path for the way back. Whether it
/// is right is checked where the end's key is known.
fn fallback(model: &Entity, end: &End, other: Option<AccessPath>, out: bool) -> Option<AccessPath> {
    if !end.fields.is_empty() {
        return None;
    }
    let mut rest = paths(model)
        .map(|(index, _)| index)
        .filter(|index| other != Some(*index));
    let first = rest.next()?;
    (out || rest.next().is_none()).then_some(first)
}

/// Does a literal or a field have the end's name?
fn calls(model: &Entity, specs: &[&KeySpec], entity: &Path) -> bool {
    let Some(last) = entity.segments.last() else {
        return false;
    };
    let name = letters(&plain(&last.ident));
    let field = |f: usize| model.field(f).map_or_else(String::new, |f| plain(&f.ident));
    let mut words = specs.iter().flat_map(|spec| match spec {
        KeySpec::Natural(_, f) => vec![field(*f)],
        KeySpec::Template(_, segments) => segments
            .iter()
            .map(|segment| match segment {
                Segment::Literal(text) => text.clone(),
                Segment::Part { field: f, .. } => field(*f),
            })
            .collect(),
    });
    words.any(|word| letters(&word).starts_with(&name))
}

fn letters(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Which index is missing.
fn without_path(model: &Entity, near: &End, far: &End, other: Option<AccessPath>) -> String {
    let taken: Vec<usize> = paths(model)
        .find(|(index, _)| other == Some(*index))
        .map(|(_, specs)| specs.iter().flat_map(|s| s.fields()).collect())
        .unwrap_or_default();
    let own = if near.fields.is_empty() {
        let primary = model.parts.iter().copied();
        primary
            .filter(|f| !taken.contains(f) && model.field(*f).is_some_and(|f| f.primary))
            .collect()
    } else {
        near.fields.clone()
    };
    let (pk, sk) = (key(model, near, &own), key(model, far, &taken));
    let name = path_text(&near.entity);
    format!(
        "no access path begins with the key of `{name}`; add `index(Gsi1, pk = \"{pk}\", sk = \"{sk}\")` with an index of the table"
    )
}

/// `PERSON#{person_id}`.
fn key(model: &Entity, end: &End, fields: &[usize]) -> String {
    let name = end.entity.segments.last();
    let mut out = name.map_or_else(String::new, |s| plain(&s.ident).to_uppercase());
    for field in fields.iter().filter_map(|f| model.field(*f)) {
        let _ = write!(out, "#{{{}}}", plain(&field.ident));
    }
    out
}

impl End {
    /// Where it is named.
    pub(crate) fn span(&self) -> Span {
        syn::spanned::Spanned::span(&self.entity)
    }
}
