//! An entity as the derive understands it: fields, parts, keys and the groups that index keys make.

use proc_macro2::Span;
use syn::{DeriveInput, Ident, LitStr, Path, Type};

use crate::attr::entity::{self, EntityOptions, IndexOptions, Spec};
use crate::attr::field::{self, DefaultValue, FieldOptions};
use crate::attr::serde;
use crate::diagnostics::{Errors, close};
use crate::template::{self, Piece};

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
}

/// What is special about a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FieldKind {
    Plain,
    Ttl,
    CreatedAt,
    UpdatedAt,
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
    pub(crate) sees_all: bool,
    /// Nothing is wrong. Otherwise only signatures are expanded, so that one mistake brings no second wave of errors.
    pub(crate) sound: bool,
}

impl Field {
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
    let mut fields = fields(input, errors)?;
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
    let parts = keys.parts;
    let mut model = Entity {
        ident: input.ident.clone(),
        vis: input.vis.clone(),
        krate: options
            .krate
            .clone()
            .unwrap_or_else(|| syn::parse_quote!(::dynamo_orm)),
        table,
        kind: options
            .kind
            .as_ref()
            .map_or_else(|| plain(&input.ident), LitStr::value),
        sees_all: container.deny_unknown_fields || fields.iter().any(|f| f.flatten),
        fields,
        parts,
        pk,
        sk,
        query: options.query.clone(),
        indexes,
        groups: Vec::new(),
        sound: true,
    };
    group(&mut model, errors);
    check(&model, errors);
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

/// Reads the fields of the struct.
fn fields(input: &DeriveInput, errors: &mut Errors) -> Option<Vec<Field>> {
    let syn::Data::Struct(syn::DataStruct {
        fields: syn::Fields::Named(named),
        ..
    }) = &input.data
    else {
        errors.span(
            input.ident.span(),
            "an entity is a struct with named fields; the enum of all entities derives `Table`",
        );
        return None;
    };
    let container = serde::container(&input.attrs);
    let mut out: Vec<Field> = Vec::new();
    for field in &named.named {
        let Some(ident) = field.ident.clone() else {
            continue;
        };
        let serde = serde::item(&field.attrs);
        let options = field::read(field, errors);
        let plain = syn::ext::IdentExt::unraw(&ident).to_string();
        let serde_name = serde
            .rename
            .or_else(|| container.rename_all.map(|c| c.field(&plain)))
            .unwrap_or(plain);
        let (ty, optional) = peel(&field.ty);
        let attribute = options
            .rename
            .as_ref()
            .map_or_else(|| serde_name.clone(), LitStr::value);
        if attribute.is_empty() {
            errors.at(&options.rename, "an attribute needs a name");
        }
        let kind = kind(&options, errors);
        let unnamed = serde.flatten || serde.skip || kind == FieldKind::Skip;
        if let Some(same) = out
            .iter()
            .find(|f: &&Field| !f.unnamed && !unnamed && f.attribute == attribute)
        {
            errors.span(
                ident.span(),
                format!(
                    "`{}` is stored as `{attribute}` already; rename one of the two fields",
                    same.ident
                ),
            );
        }
        let special = matches!(
            kind,
            FieldKind::Ttl | FieldKind::CreatedAt | FieldKind::UpdatedAt
        );
        if special && serde.with.is_some() {
            errors.span(
                ident.span(),
                "the library stores this field in a form of its own; remove `#[serde(with)]`",
            );
        }
        if special && kind != FieldKind::Ttl && optional {
            errors.at(
                &field.ty,
                "a `created_at` or `updated_at` field is always set; make it a plain timestamp, not an `Option`",
            );
        }
        out.push(Field {
            ident,
            ty: ty.clone(),
            declared: field.ty.clone(),
            optional,
            serde_name,
            attribute,
            kind,
            default: options.default,
            null: options.null.is_some(),
            with: serde.with,
            unnamed,
            flatten: serde.flatten,
            serde_skip: serde.skip,
            serde_default: serde.default || container.default,
            part: None,
            primary: false,
            natural: false,
            composed: false,
            judges: false,
            lossy: false,
            group: None,
        });
    }
    once(&out, FieldKind::Ttl, "ttl", errors);
    once(&out, FieldKind::CreatedAt, "created_at", errors);
    once(&out, FieldKind::UpdatedAt, "updated_at", errors);
    Some(out)
}

fn kind(options: &FieldOptions, errors: &mut Errors) -> FieldKind {
    let all = [
        (&options.ttl, FieldKind::Ttl),
        (&options.created_at, FieldKind::CreatedAt),
        (&options.updated_at, FieldKind::UpdatedAt),
        (&options.skip, FieldKind::Skip),
    ];
    let mut given = all.iter().filter_map(|(o, k)| o.as_ref().map(|o| (o, *k)));
    let first = given.next();
    if let (Some((a, _)), Some((b, _))) = (first, given.next()) {
        errors.span(
            b.span(),
            format!("a field cannot be both `{a}` and `{b}`; remove one"),
        );
    }
    first.map_or(FieldKind::Plain, |(_, kind)| kind)
}

fn once(fields: &[Field], kind: FieldKind, name: &str, errors: &mut Errors) {
    let mut of_kind = fields.iter().filter(|f| f.kind == kind);
    let first = of_kind.next();
    for second in of_kind {
        errors.span(
            second.ident.span(),
            format!(
                "an entity has one `{name}` field, and `{}` is it already; remove one",
                first.map(|f| f.ident.to_string()).unwrap_or_default()
            ),
        );
    }
}

/// The type inside an `Option`, and whether there was one.
pub(crate) fn peel(ty: &Type) -> (&Type, bool) {
    let ty = ungroup(ty);
    if let Type::Path(path) = ty
        && let Some(last) = path.path.segments.last()
        && last.ident == "Option"
        && let syn::PathArguments::AngleBracketed(args) = &last.arguments
        && let Some(syn::GenericArgument::Type(inner)) = args.args.first()
    {
        return (ungroup(inner), true);
    }
    (ty, false)
}

/// The type without the invisible brackets that a `$ty:ty` of a macro is in.
pub(crate) fn ungroup(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => ungroup(&group.elem),
        Type::Paren(paren) => ungroup(&paren.elem),
        ty => ty,
    }
}

/// Resolves keys against the fields.
struct Keys<'a> {
    fields: &'a mut Vec<Field>,
    parts: Vec<usize>,
    errors: &'a mut Errors,
}

impl Keys<'_> {
    /// A key of the table, which has one attribute.
    fn single(&mut self, (name, specs): &(Ident, Vec<Spec>), primary: bool) -> KeySpec {
        let [spec] = specs.as_slice() else {
            self.errors.span(
                name.span(),
                format!("the table's `{name}` is one attribute; write one template or field"),
            );
            return KeySpec::Template(name.span(), Vec::new());
        };
        self.spec(spec, primary)
    }

    fn missing(&mut self, input: &DeriveInput, options: &EntityOptions) -> KeySpec {
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

    fn index(&mut self, options: &IndexOptions) -> IndexUse {
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

    fn spec(&mut self, spec: &Spec, primary: bool) -> KeySpec {
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
    fn part(&mut self, at: &dyn crate::diagnostics::ToTokensDyn, name: &str) -> Option<usize> {
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

pub(crate) fn plain(ident: &Ident) -> String {
    syn::ext::IdentExt::unraw(ident).to_string()
}

pub(crate) fn path_text(path: &Path) -> String {
    quote::quote!(#path).to_string().replace(' ', "")
}

/// Finds the fields that only a joint update keeps in step.
///
/// An index that every item is in needs the fields of one key attribute together; a sparse one needs all its fields.
fn group(model: &mut Entity, errors: &mut Errors) {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let fields = &model.fields;
    let loose = |f: &usize| fields.get(*f).is_some_and(|f| !f.primary);
    for used in &model.indexes {
        let all: Vec<usize> = used
            .specs()
            .flat_map(KeySpec::fields)
            .chain(used.when_fields().iter().copied())
            .filter(loose)
            .collect();
        let composed = used.specs().any(|s| matches!(s, KeySpec::Template(..)));
        let sparse = matches!(used.when, Some(When::Fields(..)))
            || all
                .iter()
                .any(|f| fields.get(*f).is_some_and(|f| f.optional));
        if sparse && composed {
            join(&mut groups, all);
        } else {
            for spec in used.specs() {
                join(
                    &mut groups,
                    spec.fields().into_iter().filter(loose).collect(),
                );
            }
        }
    }
    groups.retain(|g| g.len() > 1);
    for group in &mut groups {
        group.sort_unstable();
        let updated = group
            .iter()
            .filter_map(|f| model.fields.get(*f))
            .find(|f| f.kind == FieldKind::UpdatedAt);
        if let Some(updated) = updated {
            errors.span(
                updated.ident.span(),
                "`updated_at` changes with every update, so an index key it is in cannot have other fields that may change; remove it from that template",
            );
        }
        if group.len() > 8 {
            errors.span(
                model.ident.span(),
                "more than 8 fields make one index key together; an update could hardly set them all",
            );
        }
    }
    for (n, group) in groups.iter().enumerate() {
        for field in group {
            if let Some(field) = model.fields.get_mut(*field) {
                field.group = Some(n);
            }
        }
    }
    model.groups = groups;
}

fn join(groups: &mut Vec<Vec<usize>>, mut set: Vec<usize>) {
    set.dedup();
    let (touching, rest): (Vec<_>, Vec<_>) = std::mem::take(groups)
        .into_iter()
        .partition(|g| g.iter().any(|f| set.contains(f)));
    *groups = rest;
    for group in touching {
        set.extend(group);
    }
    set.sort_unstable();
    set.dedup();
    groups.push(set);
}

/// Does every item with a value in this field have it in an index key?
fn is_kept_in_an_index(model: &Entity, field: usize) -> bool {
    let other_may_be_absent =
        |f: &usize| *f != field && model.fields.get(*f).is_some_and(|f| f.optional);
    model.indexes.iter().any(|used| {
        let fields: Vec<usize> = used.specs().flat_map(KeySpec::fields).collect();
        used.when.is_none() && fields.contains(&field) && !fields.iter().any(other_may_be_absent)
    })
}

/// Rules about single fields.
fn check(model: &Entity, errors: &mut Errors) {
    for (position, field) in model.fields.iter().enumerate() {
        if field.kind == FieldKind::Skip
            && field.part.is_some()
            && !field.primary
            && (field.group.is_some() || !is_kept_in_an_index(model, position))
        {
            errors.span(
                field.ident.span(),
                "not every item would have this field in a key of its own, so its value could be lost; remove `skip`",
            );
        }
        if field.primary && field.optional {
            errors.at(
                &field.declared,
                format!(
                    "`{}` is in the primary key, which every item has; make it a plain type, not an `Option`",
                    field.ident
                ),
            );
        }
        if field.primary && matches!(field.kind, FieldKind::UpdatedAt | FieldKind::Ttl) {
            errors.span(
                field.ident.span(),
                "this field changes during the life of an item, so it cannot be in the primary key",
            );
        }
        if field.part.is_some() && field.kind == FieldKind::Ttl {
            errors.span(
                field.ident.span(),
                "a `ttl` field cannot be in a key; use another field for the key",
            );
        }
        if field.part.is_some() && field.serde_skip {
            errors.span(
                field.ident.span(),
                "serde skips this field, so it cannot be in a key; write `#[entity(skip)]` to keep it only in the key",
            );
        }
        if field.part.is_some() && field.flatten {
            errors.span(field.ident.span(), "a flattened field cannot be in a key");
        }
        if field.kind == FieldKind::Skip && field.lossy {
            errors.span(
                field.ident.span(),
                "this field is only in a key, in a form that loses something of it; remove `skip`, or the format that changes it",
            );
        }
        if field.kind == FieldKind::Skip && field.part.is_some() && field.with.is_some() {
            errors.span(
                field.ident.span(),
                "a field that is only in a key is read by its key form; remove `#[serde(with)]`",
            );
        }
        if field.part.is_some() && field.optional && field.with.is_some() {
            errors.span(
                field.ident.span(),
                "an `Option` in an index key has the form of its type; remove `#[serde(with)]`, or put it on a type of your own",
            );
        }
        if field.natural && field.with.is_some() {
            errors.span(
                field.ident.span(),
                "the attribute of this field is a key attribute, stored in its key form; remove `#[serde(with)]`",
            );
        }
    }
}
