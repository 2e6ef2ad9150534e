//! An item collection as the derive understands it: members, and the arguments of its partition key.

use proc_macro2::Span;
use syn::{DeriveInput, GenericArgument, Ident, LitStr, Path, PathArguments, Type, Visibility};

use super::{peel, plain, ungroup};
use crate::attr::collection;
use crate::attr::spec::Spec;
use crate::diagnostics::Errors;
use crate::template::{self, Piece};

/// A collection.
#[derive(Debug)]
pub(crate) struct Collection {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) krate: Path,
    pub(crate) table: Path,
    pub(crate) index: Option<Path>,
    pub(crate) pk: Vec<KeySpec>,
    /// The parts of the partition key, in the order they appear.
    pub(crate) arguments: Vec<Ident>,
    pub(crate) members: Vec<Member>,
}

/// One attribute of the partition key; `usize` is a position among the arguments.
#[derive(Debug)]
pub(crate) enum KeySpec {
    Template(Vec<Segment>),
    Natural(usize),
}

#[derive(Debug)]
pub(crate) enum Segment {
    Literal(String),
    Part(usize, String, Span),
}

/// A field.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) vis: Visibility,
    pub(crate) ident: Ident,
    /// The entity or nested collection.
    pub(crate) ty: Type,
    pub(crate) number: Number,
}

/// How many items a member takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Number {
    One,
    Maybe,
    Many,
}

/// Builds the model; errors are collected.
pub(crate) fn build(input: &DeriveInput, errors: &mut Errors) -> Option<Collection> {
    let options = collection::read(&input.attrs, errors);
    let span = input.ident.span();
    if !input.generics.params.is_empty() {
        errors.at(
            &input.generics,
            "an item collection cannot be generic; write one struct for each",
        );
    }
    let members = members(input, errors);
    if options.table.is_none() && !options.broken {
        errors.span(
            span,
            "an item collection needs its table; add `#[collection(table = MyTable)]`",
        );
    }
    if options.pk.is_none() && !options.broken {
        errors.span(
            span,
            "an item collection needs the partition key that its members share; add `#[collection(pk = \"CUSTOMER#{customer_id}\")]`",
        );
    }
    let mut arguments = Vec::new();
    let mut pk = Vec::new();
    for one in options.pk.iter().flat_map(|(_, specs)| specs) {
        pk.push(spec(one, &mut arguments, errors));
    }
    if !errors.is_empty() {
        return None;
    }
    Some(Collection {
        ident: input.ident.clone(),
        vis: input.vis.clone(),
        krate: options
            .krate
            .unwrap_or_else(|| syn::parse_quote!(::dynamo_orm)),
        table: options.table?,
        index: options.index,
        pk,
        arguments,
        members,
    })
}

fn members(input: &DeriveInput, errors: &mut Errors) -> Vec<Member> {
    let syn::Data::Struct(syn::DataStruct {
        fields: syn::Fields::Named(named),
        ..
    }) = &input.data
    else {
        errors.span(
            input.ident.span(),
            "an item collection is a struct with named fields, each of them an entity, an `Option` or a `Vec` of one",
        );
        return Vec::new();
    };
    let mut members: Vec<Member> = Vec::new();
    for field in &named.named {
        let Some(ident) = field.ident.clone() else {
            continue;
        };
        let (ty, number) = match list(&field.ty) {
            Some(inner) => (inner.clone(), Number::Many),
            None => match peel(&field.ty) {
                (inner, true) => (inner.clone(), Number::Maybe),
                (ty, false) => (ty.clone(), Number::One),
            },
        };
        if number == Number::Maybe && list(&ty).is_some() {
            errors.at(
                &field.ty,
                "a list of no items is an empty `Vec`; leave out the `Option`",
            );
        }
        if let Some(same) = members.iter().find(|member| member.ty == ty) {
            errors.at(
                &ty,
                format!(
                    "this is the type of the member `{}` already; each item goes to one member",
                    same.ident
                ),
            );
        }
        members.push(Member {
            vis: field.vis.clone(),
            ident,
            ty,
            number,
        });
    }
    if members.is_empty() {
        errors.span(
            input.ident.span(),
            "an item collection needs a member; add a field such as `customer: Customer` or `orders: Vec<Order>`",
        );
    }
    members
}

/// The `T` of `Vec<T>`.
fn list(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ungroup(ty) else {
        return None;
    };
    let last = path.path.segments.last().filter(|s| s.ident == "Vec")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first() {
        Some(GenericArgument::Type(inner)) => Some(ungroup(inner)),
        _ => None,
    }
}

fn spec(spec: &Spec, arguments: &mut Vec<Ident>, errors: &mut Errors) -> KeySpec {
    let literal = match spec {
        Spec::Natural(ident) => return KeySpec::Natural(argument(ident.clone(), arguments)),
        Spec::Template(literal) => literal,
    };
    let pieces = errors.keep(template::parse(literal)).unwrap_or_default();
    let mut segments = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Literal(text) => segments.push(Segment::Literal(text)),
            Piece::Placeholder { field, spec } => {
                if let Some(Err(message)) = spec.as_deref().map(template::check_format) {
                    errors.span(literal.span(), message);
                }
                if let Some(ident) = name(literal, &field, errors) {
                    let position = argument(ident, arguments);
                    let spec = spec.unwrap_or_default();
                    segments.push(Segment::Part(position, spec, literal.span()));
                }
            }
        }
    }
    KeySpec::Template(segments)
}

/// A name inside a template.
fn name(literal: &LitStr, field: &str, errors: &mut Errors) -> Option<Ident> {
    let any = <Ident as syn::ext::IdentExt>::parse_any;
    if let Ok(mut ident) = syn::parse::Parser::parse_str(any, field)
        && !["_", "self", "Self", "super", "crate"].contains(&field)
    {
        if syn::parse_str::<Ident>(field).is_err() {
            ident = Ident::new_raw(field, literal.span());
        }
        ident.set_span(literal.span());
        return Some(ident);
    }
    errors.span(
        literal.span(),
        format!("`{field}` is no name for an argument; write the name of the members' field"),
    );
    None
}

fn argument(ident: Ident, arguments: &mut Vec<Ident>) -> usize {
    let known = arguments.iter().position(|a| plain(a) == plain(&ident));
    known.unwrap_or_else(|| {
        arguments.push(ident);
        arguments.len() - 1
    })
}
