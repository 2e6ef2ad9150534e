//! An entity as the derive understands it: fields, parts, keys and the groups that index keys make.

mod check;
pub(crate) mod collection;
mod edge;
mod fields;
mod groups;
mod keys;
mod unique;

use proc_macro2::Span;
use syn::{DeriveInput, Ident, LitStr, Path, Type};

pub(crate) use self::edge::{Edge, End};
pub(crate) use self::fields::{peel, ungroup};
use self::keys::Keys;
use crate::attr::entity::{self, EntityOptions};
use crate::attr::field::DefaultValue;
use crate::attr::serde;
use crate::diagnostics::Errors;

/// A field of the struct.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says one thing that a field may be beside all the others"
)]
pub(crate) struct Field {
    pub(crate) ident: Ident,
    /// The type without its `Option`.
    pub(crate) ty: Type,
    /// The type as it is declared.
    pub(crate) declared: Type,
    pub(crate) optional: bool,
    /// The name serde uses.
    pub(crate) serde_name: String,
    /// The attribute's name.
    pub(crate) attribute: String,
    pub(crate) kind: FieldKind,
    pub(crate) default: Option<DefaultValue>,
    pub(crate) null: bool,
    /// Serde (de)serialises it by functions of the user.
    pub(crate) with: Option<serde::With>,
    /// Not stored under a name of its own.
    pub(crate) unnamed: bool,
    pub(crate) flatten: bool,
    pub(crate) serde_skip: bool,
    pub(crate) serde_default: bool,
    /// Position among the parts.
    pub(crate) part: Option<usize>,
    pub(crate) primary: bool,
    /// Its own attribute is a key attribute.
    pub(crate) natural: bool,
    /// It is in a template, too.
    pub(crate) composed: bool,
    /// An index predicate reads it.
    pub(crate) judges: bool,
    /// A template it is in loses something of it.
    pub(crate) lossy: bool,
    /// The group it is set with.
    pub(crate) group: Option<usize>,
    /// A unique value is made of it, or it is stored in the guard of one.
    pub(crate) unique: bool,
}

/// What is special about a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FieldKind {
    Plain,
    Ttl,
    CreatedAt,
    UpdatedAt,
    Version,
    /// Not stored as an attribute of its own.
    Skip,
}

/// How a key attribute is filled.
#[derive(Debug)]
pub(crate) enum KeySpec {
    Template(Span, Vec<Segment>),
    Natural(Span, usize),
}

/// A piece of a template; `usize` is a position among the fields.
#[derive(Debug)]
pub(crate) enum Segment {
    Literal(String),
    Part { field: usize, spec: String },
}

/// One entity's part in one index.
#[derive(Debug)]
pub(crate) struct IndexUse {
    pub(crate) index: Path,
    pub(crate) pk: Vec<KeySpec>,
    pub(crate) sk: Vec<KeySpec>,
    pub(crate) query: Option<Ident>,
    pub(crate) when: Option<When>,
}

#[derive(Debug)]
pub(crate) enum When {
    /// A function of these fields.
    Fields(Path, Vec<usize>),
    /// A method of the entity.
    Whole(Path),
}

/// A unique value.
#[derive(Debug)]
pub(crate) struct Unique {
    pub(crate) name: String,
    pub(crate) span: Span,
    /// The partition key of its guard.
    pub(crate) guard: KeySpec,
}

/// An entity.
#[derive(Debug)]
pub(crate) struct Entity {
    pub(crate) ident: Ident,
    pub(crate) vis: syn::Visibility,
    pub(crate) krate: Path,
    pub(crate) table: Option<Path>,
    pub(crate) kind: String,
    pub(crate) fields: Vec<Field>,
    /// Fields that take part in a key, in the order they appear in keys.
    pub(crate) parts: Vec<usize>,
    pub(crate) pk: KeySpec,
    pub(crate) sk: Option<KeySpec>,
    pub(crate) query: Option<Ident>,
    pub(crate) indexes: Vec<IndexUse>,
    /// Fields of index keys that an update sets together.
    pub(crate) groups: Vec<Vec<usize>>,
    pub(crate) uniques: Vec<Unique>,
    pub(crate) edges: Vec<Edge>,
    pub(crate) sees_all: bool,
    /// Nothing is wrong. Otherwise only signatures are expanded, so that one mistake brings no second wave of errors.
    pub(crate) sound: bool,
}

impl Field {
    /// It is in no key of an index, only part of a unique value or the key of an edge's end.
    pub(crate) fn is_in_no_index(&self) -> bool {
        !self.natural && !self.composed && !self.judges
    }

    /// The type as it was written.
    pub(crate) fn whole_ty(&self) -> Type {
        let ty = &self.ty;
        if self.optional {
            syn::parse_quote!(::core::option::Option<#ty>)
        } else {
            ty.clone()
        }
    }
}

impl KeySpec {
    /// Where it is declared.
    pub(crate) fn span(&self) -> Span {
        match self {
            Self::Template(span, _) | Self::Natural(span, _) => *span,
        }
    }

    /// The formats in which it reads a field.
    pub(crate) fn formats(&self, of: usize) -> Vec<&str> {
        match self {
            Self::Natural(_, field) if *field == of => vec![""],
            Self::Natural(..) => Vec::new(),
            Self::Template(_, segments) => segments
                .iter()
                .filter_map(|s| match s {
                    Segment::Part { field, spec } if *field == of => Some(spec.as_str()),
                    _ => None,
                })
                .collect(),
        }
    }

    /// The fields it reads, in order.
    pub(crate) fn fields(&self) -> Vec<usize> {
        match self {
            Self::Natural(_, field) => vec![*field],
            Self::Template(_, segments) => segments
                .iter()
                .filter_map(|s| match s {
                    Segment::Part { field, .. } => Some(*field),
                    Segment::Literal(_) => None,
                })
                .collect(),
        }
    }
}

impl IndexUse {
    pub(crate) fn specs(&self) -> impl Iterator<Item = &KeySpec> {
        self.pk.iter().chain(&self.sk)
    }

    fn when_fields(&self) -> &[usize] {
        match &self.when {
            Some(When::Fields(_, fields)) => fields,
            _ => &[],
        }
    }
}

impl Entity {
    /// An index predicate reads the whole entity.
    pub(crate) fn is_judged(&self) -> bool {
        self.indexes
            .iter()
            .any(|u| matches!(u.when, Some(When::Whole(_))))
    }

    pub(crate) fn field(&self, position: usize) -> Option<&Field> {
        self.fields.get(position)
    }
}

/// Builds the model. Errors are collected; what could be understood is returned for the expansion.
pub(crate) fn build(input: &DeriveInput, errors: &mut Errors) -> Option<Entity> {
    let options = entity::read(&input.attrs, errors);
    if !input.generics.params.is_empty() {
        errors.at(
            &input.generics,
            "an entity cannot be generic; write one struct for each type",
        );
        return None;
    }
    let mut fields = fields::fields(input, errors)?;
    let table = table(input, &options, errors);
    let container = serde::container(&input.attrs);
    let mut keys = Keys {
        fields: &mut fields,
        parts: Vec::new(),
        errors,
    };
    let pk = match &options.pk {
        Some(pk) => keys.single(pk, true),
        None => keys.missing(input, &options),
    };
    let sk = options.sk.as_ref().map(|sk| keys.single(sk, true));
    let mut indexes = Vec::new();
    for index in &options.indexes {
        if let Some(twice) = indexes.iter().find(|u: &&IndexUse| u.index == index.index) {
            let twice: &IndexUse = twice;
            keys.errors.at(
                &index.index,
                format!(
                    "the index `{}` is named twice; an item has one place in an index",
                    path_text(&twice.index)
                ),
            );
            continue;
        }
        indexes.push(keys.index(index));
    }
    let kind = options
        .kind
        .as_ref()
        .map_or_else(|| plain(&input.ident), LitStr::value);
    let uniques = keys.uniques(&options.uniques, &kind);
    let edges = keys.edges(&options.edges);
    let parts = keys.parts;
    let mut model = Entity {
        ident: input.ident.clone(),
        vis: input.vis.clone(),
        krate: options
            .krate
            .clone()
            .unwrap_or_else(|| syn::parse_quote!(::dynamo_orm)),
        table,
        kind,
        sees_all: container.deny_unknown_fields || fields.iter().any(|f| f.flatten),
        fields,
        parts,
        pk,
        sk,
        query: options.query.clone(),
        indexes,
        groups: Vec::new(),
        uniques,
        edges: Vec::new(),
        sound: true,
    };
    groups::group(&mut model, errors);
    edge::connect(&mut model, edges, errors);
    check::check(&model, errors);
    model.sound = errors.is_empty();
    Some(model)
}

/// The type of the table, if it is named.
fn table(input: &DeriveInput, options: &EntityOptions, errors: &mut Errors) -> Option<Path> {
    if options.table.is_none() && !options.broken {
        errors.span(
            input.ident.span(),
            "an entity needs its table; add `#[entity(table = MyTable)]`",
        );
    }
    options.table.clone()
}

pub(crate) fn plain(ident: &Ident) -> String {
    syn::ext::IdentExt::unraw(ident).to_string()
}

pub(crate) fn path_text(path: &Path) -> String {
    quote::quote!(#path).to_string().replace(' ', "")
}
