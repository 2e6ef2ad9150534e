//! Local items with the names of the standard library's, of serde's and of the library's own.

#![expect(
    clippy::absolute_paths,
    clippy::allow_attributes,
    clippy::trivially_copy_pass_by_ref,
    reason = "names in scope cannot be trusted here, and a predicate of an index takes references"
)]

use serde::{Deserialize, Serialize};

// Serde's own derives need these.
#[allow(
    unused_imports,
    reason = "which of them serde needs is its own business"
)]
use ::std::prelude::rust_2024::{Clone, Debug, Eq, Ord, PartialEq, PartialOrd, derive};

macro_rules! hostile {
    (types: $($name:ident)*; traits: $($bound:ident)*; modules: $($module:ident)*;) => {
        $(
            /// Not what it seems.
            #[derive(Debug)]
            #[expect(dead_code, reason = "it only takes the name")]
            struct $name;
        )*
        $(
            /// Not what it seems.
            #[expect(dead_code, reason = "it only takes the name")]
            trait $bound {}
        )*
        $(
            /// Not what it seems.
            mod $module {}
        )*
    };
}

hostile! {
    types: Option Result Vec String Some Ok Err None Box Path Key Get Query Part Parts Level Primary
        Model EntityModel TableModel Format Segment Template KeySpec Reader Fault Hint Rule Projected Scope Cow One Maybe Many Collect Outputs Slots;
    traits: From Into Default Iterator Send Sync Sized Fn FnOnce Drop ToString AsRef
        Entity Table KeyPart Fields Projection Index IndexOf Access Creatable AsPart OrderedKeyPart TextKeyPart
        Plain Probe Role Collection CollectionMember Members InIndex Typed;
    modules: core std alloc dynamo_derive role model;
}

/// A table.
#[derive(dynamo_orm::Table, Debug)]
#[table(pk = "PK", sk = "SK", kind = "_type", ttl = "until",
        gsi(Gsi1, pk = "GSI1PK", sk = "GSI1SK"), lsi(ByCount, sk(count: N)))]
pub(crate) enum Hostile {
    /// A thing.
    Thing(Thing),
    /// Another.
    Other(Other),
}

/// A thing.
#[derive(dynamo_orm::Entity, Serialize, Deserialize, Debug)]
#[entity(table = Hostile, pk = "THING#{id}", sk = "{kind}#{name:lower}", query = of,
         index(Gsi1, pk = "KIND#{kind}", sk = "{state}#{count}", query = by_kind, when = is_open(state)),
         index(ByCount, sk = count, query = by_count))]
pub(crate) struct Thing {
    id: ThingId,
    kind: Kind,
    name: ::std::string::String,
    state: Kind,
    count: u64,
    bytes: ::std::vec::Vec<u8>,
    words: ::std::collections::BTreeSet<::std::string::String>,
    place: Place,
    #[entity(default)]
    tries: u8,
    #[entity(ttl)]
    until: ::std::option::Option<::std::time::SystemTime>,
    #[entity(created_at)]
    made: ::std::time::SystemTime,
    #[entity(updated_at)]
    changed: ::std::time::SystemTime,
}

/// Another, and an edge.
#[derive(dynamo_orm::Entity, Serialize, Deserialize, Debug)]
#[entity(table = Hostile, edge(Other(id) -> Other(id), out = others),
         pk = "OTHER#{id}", sk = "OTHER")]
pub(crate) struct Other {
    #[entity(skip)]
    id: ThingId,
    #[entity(default = 7)]
    level: u8,
}

/// A place.
#[derive(dynamo_orm::Fields, Serialize, Deserialize, Debug)]
pub(crate) struct Place {
    city: ::std::string::String,
}

/// Some of a thing.
#[derive(dynamo_orm::Projection, Debug)]
#[projection(of = Thing)]
#[expect(dead_code, reason = "it is read by nobody")]
pub(crate) struct Some_ {
    count: u64,
}

/// Things of one id.
#[derive(dynamo_orm::Collection, Debug)]
#[collection(table = Hostile, pk = "THING#{f}")]
#[expect(dead_code, reason = "it is read by nobody")]
pub(crate) struct Things {
    f: ::std::option::Option<Nested>,
}

/// A thing, as a collection.
#[derive(dynamo_orm::Collection, Debug)]
#[collection(table = Hostile, pk = "THING#{type}")]
pub(crate) struct Nested {
    r#type: Thing,
}

/// Names a thing.
#[derive(dynamo_orm::KeyPart, Serialize, Deserialize, Debug, Clone)]
pub(crate) struct ThingId(u64);

/// The kinds; some take the names of the library's.
#[derive(
    dynamo_orm::KeyPart, Serialize, Deserialize, Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord,
)]
pub(crate) enum Kind {
    /// Not what it seems.
    Err,
    /// Not what it seems.
    Ok,
}

fn is_open(state: &Kind) -> bool {
    *state == Kind::Ok
}

#[test]
fn hostile_names_are_not_seen() {
    let query = Thing::by_kind(Kind::Ok)
        .state()
        .eq(Kind::Err)
        .count_part()
        .between(1, 2);
    let things = Things::of(ThingId(1));
    let update = Thing::update(ThingId(1), Kind::Ok, "a").set(|t| t.tries(), 1);
    let others = Other::others(ThingId(1)).neighbours();
    ::std::assert!(!::std::format!("{query:?}{update:?}{things:?}{others:?}").is_empty());
    ::std::assert_eq!(<Hostile as dynamo_orm::Table>::model().entities.len(), 2);
}
