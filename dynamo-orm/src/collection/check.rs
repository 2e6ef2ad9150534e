//! Rules that need a collection and its members together, checked while the user's crate compiles.

#![expect(
    clippy::indexing_slicing,
    reason = "constant evaluation has no other way, and a wrong index is a compile error"
)]

use super::compare::{same_forms, show_all, spec_differs};
use super::list::Members;
use super::member::{AnchorOf, MemberAs};
use super::model::{Chain, Grouping, InIndex, SameTable, TableOf};
use super::{Collection, CollectionMember};
use crate::key::Segment;
use crate::op::ProjectsAll;
use crate::schema::{Entity, EntityModel, IndexModel, KeySpec, Message, Scope, TableModel, same};

/// Holds where `M` is of the table `T`.
pub fn assert_member<T, M: CollectionMember>()
where
    TableOf<AnchorOf<M>>: SameTable<T>,
{
}

/// Holds where `M` is in the index `I`.
pub fn assert_in_index<I, M: InIndex<I>>() {}

/// Holds where `I` carries whole items.
pub fn assert_whole<I: ProjectsAll>() {}

/// Checks that a partition holds several items, and that no entity is a member twice.
///
/// # Panics
/// At compile time, when a rule is broken.
#[track_caller]
pub const fn check_collection<C: Collection>(table: &TableModel, index: Option<&IndexModel>) {
    let chain = <C::Members as Members>::CHAIN;
    if !table.is_sound() {
        return;
    }
    if index.is_none() && table.sk.is_none() {
        Message::new("a partition of the table `")
            .then(table.name)
            .then("` is one item, since it has no sort key; read the item with `get`, or read a collection through an index")
            .panic();
    }
    let mut n = 0;
    while let Some(first) = entity_at(chain, n) {
        let mut m = n + 1;
        while let Some(second) = entity_at(chain, m) {
            if same(first.name, second.name) && same(first.kind, second.kind) {
                Message::new("`")
                    .then(first.name)
                    .then("` is a member twice; each item goes to one member")
                    .panic();
            }
            m += 1;
        }
        n += 1;
    }
}

/// The entity at a position, nested collections taken apart.
const fn entity_at(chain: Option<&Chain>, position: usize) -> Option<&'static EntityModel> {
    let mut here = chain;
    let mut left = position;
    while let Some(member) = here {
        let leaves = match member.nested {
            Some(nested) => count(Some(nested)),
            None => 1,
        };
        if left < leaves {
            return match member.nested {
                Some(nested) => entity_at(Some(nested), left),
                None => Some(member.entity),
            };
        }
        left -= leaves;
        here = member.next;
    }
    None
}

const fn count(chain: Option<&Chain>) -> usize {
    let mut here = chain;
    let mut leaves = 0;
    while let Some(member) = here {
        leaves += match member.nested {
            Some(nested) => count(Some(nested)),
            None => 1,
        };
        here = member.next;
    }
    leaves
}

/// Checks that a member is in the partition of the collection, and that a nested collection's can be told apart.
///
/// # Panics
/// At compile time, when a rule is broken.
#[track_caller]
pub const fn check_member<C: Collection, M: CollectionMember>(
    table: &TableModel,
    index: Option<&IndexModel>,
) {
    let (collection, first) = (C::MODEL, <C::Anchor as Entity>::MODEL);
    let entity = <AnchorOf<M> as Entity>::MODEL;
    if let Some(grouping) = <M::As as MemberAs<M>>::GROUPING {
        check_groups(grouping);
    }
    if !table.is_sound() || !entity.is_sound() || !first.is_sound() {
        return;
    }
    let (own, known) = (partition(entity, index), partition(first, index));
    if own.is_empty() || known.is_empty() {
        // It is not in the index, which is said elsewhere.
        return;
    }
    let difference = if own.len() == collection.pk.len() {
        let mut n = 0;
        let mut difference = None;
        while n < own.len() && n < known.len() && difference.is_none() {
            difference = spec_differs(&collection.pk[n], &own[n]);
            if difference.is_none() && !same_forms(entity, &own[n], first, &known[n]) {
                difference = Some(" parts of other types");
            }
            n += 1;
        }
        difference
    } else {
        Some(" other attributes")
    };
    if let Some(difference) = difference {
        let message = Message::new("`")
            .then(entity.name)
            .then("` is in another partition than the collection `")
            .then(collection.name)
            .then("`: its partition key has")
            .then(difference)
            .then("; it is ");
        let message = show_all(message, own, entity, &[]);
        let message = message.then(", the collection's is ");
        show_all(message, collection.pk, entity, collection.arguments).panic();
    }
}

/// Checks that each member of a nested collection says which required member it belongs to.
#[track_caller]
const fn check_groups(grouping: &Grouping) {
    if let Some(sk) = &grouping.root.sk {
        check_spec(grouping, sk);
    }
    if let Some(index) = grouping.index
        && matches!(index.scope, Scope::Global)
    {
        check_spec(grouping, &grouping.root.pk);
    }
}

#[track_caller]
const fn check_spec(grouping: &Grouping, spec: &KeySpec) {
    match spec {
        KeySpec::Natural { part, .. } => check_part(grouping, *part),
        KeySpec::Template(template) => {
            let mut n = 0;
            while n < template.segments.len() {
                if let Segment::Part { part, .. } = &template.segments[n] {
                    check_part(grouping, *part);
                }
                n += 1;
            }
        }
    }
}

#[track_caller]
const fn check_part(grouping: &Grouping, part: usize) {
    let root = grouping.root;
    let wanted = &root.parts[part];
    let mut here = grouping.members;
    while let Some(member) = here {
        let mut n = 0;
        let mut found = false;
        while n < member.entity.parts.len() {
            let part = &member.entity.parts[n];
            found =
                found || (same(part.field, wanted.field) && part.kind as u8 == wanted.kind as u8);
            n += 1;
        }
        if !found {
            Message::new("`")
                .then(member.entity.name)
                .then("` cannot be grouped under `")
                .then(root.name)
                .then("` in `")
                .then(grouping.collection.name)
                .then("`: no key of it has the part `")
                .then(wanted.field)
                .then("`; name the field alike and put it into a key")
                .panic();
        }
        here = member.next;
    }
}

/// The partition key of an entity in an index, or in the table.
const fn partition<'m>(entity: &'m EntityModel, index: Option<&IndexModel>) -> &'m [KeySpec] {
    let primary = std::slice::from_ref(&entity.pk);
    let Some(index) = index else {
        return primary;
    };
    if matches!(index.scope, Scope::Local) {
        return primary;
    }
    let mut n = 0;
    while n < entity.indexes.len() {
        if same(entity.indexes[n].index.name, index.name) {
            return entity.indexes[n].pk;
        }
        n += 1;
    }
    &[]
}
