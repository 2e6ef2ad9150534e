//! Rules that need a table and its entities together, checked while the user's crate compiles.
//!
//! The derives see one item each; these functions run in constants they emit, so that a broken rule is a compile
//! error at the attribute that breaks it.

#![expect(
    clippy::indexing_slicing,
    reason = "constant evaluation has no other way, and a wrong index is a compile error"
)]

use super::entity::{Entity, Index, Table};
use super::model::{
    EntityModel, FieldModel, IndexUse, KeyAttribute, KeySpec, KeyType, Projected, Scope,
    TableModel, When,
};
use crate::key::{PartKind, Segment, Template};

/// The sort key of guards.
const GUARD_SORT_KEY: KeySpec = KeySpec::template(&[Segment::Literal(super::guard::GUARD)]);

impl EntityModel {
    /// Checks the partition key against the table's.
    ///
    /// # Panics
    /// At compile time, when a rule is broken.
    #[doc(hidden)]
    #[track_caller]
    pub const fn check_partition_key(&self, table: &TableModel) {
        if table.is_sound() {
            check_key(&table.pk, &self.pk, self);
        }
    }

    /// Checks the sort key against the table's.
    ///
    /// # Panics
    /// At compile time, when a rule is broken.
    #[doc(hidden)]
    #[track_caller]
    pub const fn check_sort_key(&self, table: &TableModel) {
        match (&table.sk, &self.sk) {
            _ if !table.is_sound() => {}
            (Some(key), Some(spec)) => check_key(key, spec, self),
            (None, None) => {}
            (Some(key), None) => Message::new("the table has the sort key `")
                .then(key.name)
                .then("`; add `sk = \"…\"` to the entity")
                .panic(),
            (None, Some(_)) => Message::new(
                "the table has no sort key; leave out `sk`, or declare one on the table",
            )
            .panic(),
        }
    }

    /// Checks the time-to-live field against the table's attribute.
    ///
    /// # Panics
    /// At compile time, when a rule is broken.
    #[doc(hidden)]
    #[track_caller]
    pub const fn check_time_to_live(&self, table: &TableModel) {
        match (table.ttl, self.ttl) {
            _ if !table.is_sound() => {}
            (Some(table), Some(field)) if !same(table, field) => {
                Message::new("the table's time-to-live attribute is `")
                    .then(table)
                    .then("`; add `#[entity(rename = \"")
                    .then(table)
                    .then("\")]` to the `ttl` field")
                    .panic();
            }
            (None, Some(_)) => Message::new(
                "the table declares no time to live; add `ttl = \"…\"` to `#[table(…)]`",
            )
            .panic(),
            _ => {}
        }
    }

    /// Checks one key attribute of one index membership; positions count partition key attributes first.
    ///
    /// # Panics
    /// At compile time, when a rule is broken.
    #[doc(hidden)]
    #[track_caller]
    pub const fn check_index_key(&self, index: usize, position: usize) {
        let used = &self.indexes[index];
        let own = match used.index.scope {
            Scope::Global => used.index.pk.len(),
            Scope::Local => 0,
        };
        if used.pk.len() != own || used.sk.len() != used.index.sk.len() {
            // `check_index` says so.
            return;
        }
        if position < used.pk.len() {
            check_key(&used.index.pk[position], &used.pk[position], self);
        } else {
            let position = position - used.pk.len();
            check_key(&used.index.sk[position], &used.sk[position], self);
        }
    }

    /// Checks the guard of a unique value: it is kept in the table beside the items.
    ///
    /// # Panics
    /// At compile time, when a rule is broken.
    #[doc(hidden)]
    #[track_caller]
    pub const fn check_unique(&self, table: &TableModel, position: usize) {
        if !table.is_sound() {
            return;
        }
        let text = match &table.sk {
            Some(sk) => matches!(sk.ty, KeyType::S),
            None => true,
        };
        if !matches!(table.pk.ty, KeyType::S) || !text {
            Message::new(
                "unique values are kept in items of the table, under text keys; declare `",
            )
            .then(table.pk.name)
            .then("` and the sort key as strings")
            .panic();
        }
        let KeySpec::Template(guard) = &self.uniques[position].guard else {
            return;
        };
        if let Err(message) = guard.check() {
            Message::new(message).panic();
        }
        let mut n = 0;
        while n < table.entities.len() {
            let other = table.entities[n];
            let in_reach = match &other.sk {
                Some(sk) => specs_overlap(&GUARD_SORT_KEY, sk),
                None => true,
            };
            if other.is_sound()
                && in_reach
                && specs_overlap(&self.uniques[position].guard, &other.pk)
            {
                Message::new("a guard of this unique value could stand under the key of a `")
                    .then(other.name)
                    .then("`; begin its `pk` with a literal of its own")
                    .panic();
            }
            n += 1;
        }
    }

    /// The derive of the entity found nothing wrong; otherwise there is no key.
    pub(crate) const fn is_sound(&self) -> bool {
        match &self.pk {
            KeySpec::Template(template) => !template.segments.is_empty(),
            KeySpec::Natural { .. } => true,
        }
    }
}

impl TableModel {
    /// The derive of the table found nothing wrong; otherwise its key has no name.
    pub(crate) const fn is_sound(&self) -> bool {
        !self.pk.name.is_empty()
    }
}

/// Checks the attributes of an entity against those the table uses itself.
///
/// # Panics
/// At compile time, when a rule is broken.
#[track_caller]
pub const fn check_entity(table: &TableModel, entity: &EntityModel) {
    if let Some(kind) = table.kind
        && has_attribute(entity.fields, kind)
    {
        Message::new("the attribute `")
            .then(kind)
            .then("` is the table's type attribute; rename the field with `#[entity(rename = \"…\")]`")
            .panic();
    }
    if table.is_sound() && entity.is_sound() && !has_entity(table, entity) {
        Message::new("`")
            .then(entity.name)
            .then("` names this table, whose enum does not have it; add the variant `")
            .then(entity.name)
            .then("(")
            .then(entity.name)
            .then(")`")
            .panic();
    }
    check_shared(table, entity);
}

/// Is the entity among those of the table's enum?
const fn has_entity(table: &TableModel, entity: &EntityModel) -> bool {
    let mut n = 0;
    while n < table.entities.len() {
        if same(table.entities[n].name, entity.name) && same(table.entities[n].kind, entity.kind) {
            return true;
        }
        n += 1;
    }
    false
}

/// Checks one index membership of an entity.
///
/// # Panics
/// At compile time, when a rule is broken.
#[track_caller]
pub const fn check_index(entity: &EntityModel, position: usize) {
    let used = &entity.indexes[position];
    let index = used.index;
    if index.name.is_empty() {
        // The derive of the table found something wrong.
        return;
    }
    if matches!(index.scope, Scope::Local) && !used.pk.is_empty() {
        Message::new("the index `")
            .then(index.name)
            .then("` is a local secondary index, which shares the table's partition key; leave out `pk`")
            .panic();
    }
    if matches!(index.scope, Scope::Global) {
        check_count(index.name, index.pk, used.pk, "pk");
    }
    check_count(index.name, index.sk, used.sk, "sk");
    if !matches!(used.when, When::Always) && !has_template(used) {
        Message::new("`when` on the index `")
            .then(index.name)
            .then("` has no effect: its keys are attributes of their own; make the field an `Option` instead")
            .panic();
    }
}

/// Checks that an index carries the attribute of a field.
///
/// # Panics
/// At compile time, when it does not.
#[track_caller]
pub const fn check_carried<E: Entity, I: Index>(field: &str) {
    let (table, entity) = (<E::Table as Table>::MODEL, E::MODEL);
    let Some(index) = I::MODEL else { return };
    let Some(attribute) = attribute_of(entity, field) else {
        // There is no such field, or no such attribute: the compiler says so.
        return;
    };
    let included = match index.projection {
        _ if !table.is_sound() || index.name.is_empty() => true,
        Projected::All => true,
        Projected::KeysOnly => false,
        Projected::Include(names) => contains(names, attribute),
    };
    let is_table_key =
        same(table.pk.name, attribute) || matches!(&table.sk, Some(sk) if same(sk.name, attribute));
    if !included && !is_table_key && !is_key(index.pk, attribute) && !is_key(index.sk, attribute) {
        Message::new("the index `")
            .then(index.name)
            .then("` does not carry `")
            .then(attribute)
            .then("`; leave the field out, add the attribute to the index's `projection = Include(…)`, or fetch whole items with `.hydrate()`")
            .panic();
    }
}

/// The attribute of a field that is stored.
const fn attribute_of(entity: &EntityModel, field: &str) -> Option<&'static str> {
    let mut n = 0;
    while n < entity.fields.len() {
        if !entity.fields[n].unnamed && same(entity.fields[n].name, field) {
            return Some(entity.fields[n].attribute);
        }
        n += 1;
    }
    None
}

const fn contains(names: &[&str], name: &str) -> bool {
    let mut n = 0;
    while n < names.len() {
        if same(names[n], name) {
            return true;
        }
        n += 1;
    }
    false
}

const fn is_key(keys: &[KeyAttribute], name: &str) -> bool {
    let mut n = 0;
    while n < keys.len() {
        if same(keys[n].name, name) {
            return true;
        }
        n += 1;
    }
    false
}

/// Checks that two entities of a table cannot own the same key.
///
/// # Panics
/// At compile time, when they can.
#[track_caller]
pub const fn check_pair(table: &TableModel, first: &EntityModel, second: &EntityModel) {
    if !first.is_sound() || !second.is_sound() {
        return;
    }
    if table.kind.is_some() && same(first.kind, second.kind) {
        Message::new("`")
            .then(first.name)
            .then("` and `")
            .then(second.name)
            .then("` have the same type attribute `")
            .then(first.kind)
            .then("`; set another with `#[entity(kind = \"…\")]`")
            .panic();
    }
    if keys_overlap(first, second) {
        Message::new("the keys of `")
            .then(first.name)
            .then("` and `")
            .then(second.name)
            .then("` overlap: one key could belong to both; begin the `pk` or `sk` of one with a literal of its own")
            .panic();
    }
}

/// Could an item of one entity have the same primary key as one of the other?
const fn keys_overlap(a: &EntityModel, b: &EntityModel) -> bool {
    if !specs_overlap(&a.pk, &b.pk) {
        return false;
    }
    match (&a.sk, &b.sk) {
        (Some(a), Some(b)) => specs_overlap(a, b),
        _ => true,
    }
}

const fn specs_overlap(a: &KeySpec, b: &KeySpec) -> bool {
    match (a, b) {
        (KeySpec::Template(a), KeySpec::Template(b)) => a.overlaps(b),
        _ => true,
    }
}

#[track_caller]
const fn check_count(index: &str, keys: &[KeyAttribute], specs: &[KeySpec], which: &str) {
    if keys.len() == specs.len() {
        return;
    }
    let message = Message::new("the index `").then(index);
    if specs.is_empty() {
        message
            .then("` has a key that this entity does not fill; add `")
            .then(which)
            .then(" = \"…\"`")
            .panic();
    } else if keys.is_empty() {
        message
            .then("` has no such key; leave out `")
            .then(which)
            .then("`")
            .panic();
    } else {
        message
            .then("` has another number of key attributes in `")
            .then(which)
            .then("`; give one for each, in the table's order")
            .panic();
    }
}

#[track_caller]
const fn check_key(key: &KeyAttribute, spec: &KeySpec, entity: &EntityModel) {
    match spec {
        KeySpec::Natural { part, attribute } => {
            if !same(key.name, attribute) {
                Message::new("the field's attribute is `")
                    .then(attribute)
                    .then("` but the key attribute is `")
                    .then(key.name)
                    .then("`; write a template such as `\"{")
                    .then(entity.parts[*part].field)
                    .then("}\"`, or rename the field")
                    .panic();
            }
            check_kind(key, entity, *part);
        }
        KeySpec::Template(template) => {
            if has_attribute(entity.fields, key.name) {
                Message::new("the key attribute `")
                    .then(key.name)
                    .then("` is also the attribute of a field; write the field's name without quotes, or rename the field")
                    .panic();
            }
            if let Err(message) = template.check() {
                Message::new(message).panic();
            }
            if !matches!(key.ty, KeyType::S) {
                match single_part(template) {
                    Some(part) => check_kind(key, entity, part),
                    None => Message::new("the key attribute `")
                        .then(key.name)
                        .then(if matches!(key.ty, KeyType::N) {
                            "` is a number, so it cannot hold text; write a single placeholder of a numeric field, as `\"{n}\"`"
                        } else {
                            "` is binary, so it cannot hold text; write a single placeholder of a binary field, as `\"{id}\"`"
                        })
                        .panic(),
                }
            }
        }
    }
}

#[track_caller]
const fn check_kind(key: &KeyAttribute, entity: &EntityModel, part: usize) {
    let (fits, wanted) = match (key.ty, entity.parts[part].kind) {
        (KeyType::S, kind) => (matches!(kind, PartKind::Text), "a string"),
        (KeyType::N, kind) => (matches!(kind, PartKind::Number), "a number"),
        (KeyType::B, kind) => (matches!(kind, PartKind::Bytes), "binary"),
    };
    if !fits {
        Message::new("the key attribute `")
            .then(key.name)
            .then("` is ")
            .then(wanted)
            .then(", and the field `")
            .then(entity.parts[part].field)
            .then("` is not; change the key's type in `#[table(…)]` or the field")
            .panic();
    }
}

/// An attribute that several keys share must be filled in the same way by each.
#[track_caller]
const fn check_shared(table: &TableModel, entity: &EntityModel) {
    let mut u = 0;
    while u < entity.indexes.len() {
        let used = &entity.indexes[u];
        let mut n = 0;
        while n < used.pk.len() && n < used.index.pk.len() {
            check_one_shared(table, entity, u, &used.index.pk[n], &used.pk[n]);
            n += 1;
        }
        n = 0;
        while n < used.sk.len() && n < used.index.sk.len() {
            check_one_shared(table, entity, u, &used.index.sk[n], &used.sk[n]);
            n += 1;
        }
        u += 1;
    }
}

#[track_caller]
const fn check_one_shared(
    table: &TableModel,
    entity: &EntityModel,
    position: usize,
    key: &KeyAttribute,
    spec: &KeySpec,
) {
    if same(table.pk.name, key.name) {
        require_same(key, &entity.pk, spec);
    }
    if let (Some(sk), Some(own)) = (&table.sk, &entity.sk)
        && same(sk.name, key.name)
    {
        require_same(key, own, spec);
    }
    let mut u = 0;
    while u < position {
        let used = &entity.indexes[u];
        let mut n = 0;
        while n < used.pk.len() && n < used.index.pk.len() {
            if same(used.index.pk[n].name, key.name) {
                require_same(key, &used.pk[n], spec);
            }
            n += 1;
        }
        n = 0;
        while n < used.sk.len() && n < used.index.sk.len() {
            if same(used.index.sk[n].name, key.name) {
                require_same(key, &used.sk[n], spec);
            }
            n += 1;
        }
        u += 1;
    }
}

#[track_caller]
const fn require_same(key: &KeyAttribute, a: &KeySpec, b: &KeySpec) {
    let equal = match (a, b) {
        (KeySpec::Natural { part: a, .. }, KeySpec::Natural { part: b, .. }) => *a == *b,
        (KeySpec::Template(a), KeySpec::Template(b)) => same_template(a, b),
        _ => false,
    };
    if !equal {
        Message::new("the attribute `")
            .then(key.name)
            .then("` is filled in two different ways; every key that shares an attribute needs the same template")
            .panic();
    }
}

const fn same_template(a: &Template, b: &Template) -> bool {
    if a.segments.len() != b.segments.len() {
        return false;
    }
    let mut n = 0;
    while n < a.segments.len() {
        let equal = match (&a.segments[n], &b.segments[n]) {
            (Segment::Literal(a), Segment::Literal(b)) => same(a, b),
            (
                Segment::Part {
                    part: a,
                    format: first,
                    ..
                },
                Segment::Part {
                    part: b,
                    format: second,
                    ..
                },
            ) => *a == *b && first.same(*second),
            _ => false,
        };
        if !equal {
            return false;
        }
        n += 1;
    }
    true
}

const fn single_part(template: &Template) -> Option<usize> {
    match template.segments {
        [Segment::Part { part, .. }] => Some(*part),
        _ => None,
    }
}

const fn has_template(used: &IndexUse) -> bool {
    let mut n = 0;
    while n < used.pk.len() {
        if matches!(used.pk[n], KeySpec::Template(_)) {
            return true;
        }
        n += 1;
    }
    n = 0;
    while n < used.sk.len() {
        if matches!(used.sk[n], KeySpec::Template(_)) {
            return true;
        }
        n += 1;
    }
    false
}

const fn has_attribute(fields: &[FieldModel], name: &str) -> bool {
    let mut n = 0;
    while n < fields.len() {
        if !fields[n].unnamed && same(fields[n].attribute, name) {
            return true;
        }
        n += 1;
    }
    false
}

pub(crate) const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut n = 0;
    while n < a.len() {
        if a[n] != b[n] {
            return false;
        }
        n += 1;
    }
    true
}

/// A compile error's text, put together without a formatter.
pub(crate) struct Message {
    bytes: [u8; 512],
    len: usize,
}

impl Message {
    pub(crate) const fn new(text: &str) -> Self {
        Self {
            bytes: [0; 512],
            len: 0,
        }
        .then(text)
    }

    pub(crate) const fn then(mut self, text: &str) -> Self {
        let text = text.as_bytes();
        let mut n = 0;
        while n < text.len() && self.len < self.bytes.len() {
            self.bytes[self.len] = text[n];
            self.len += 1;
            n += 1;
        }
        self
    }

    #[track_caller]
    pub(crate) const fn panic(self) -> ! {
        let (text, _) = self.bytes.split_at(self.len);
        match std::str::from_utf8(text) {
            Ok(text) => panic!("{}", text),
            Err(_) => panic!("a rule of the table is broken"),
        }
    }
}
