//! The model as data: what the derives say about a table, its indexes and its entities.

use std::time::SystemTime;

use crate::codec::Rule;
use crate::error::Result;
use crate::key::{Format, Part, PartKind, Segment, Template};

/// A table: keys, indexes and the entities it holds.
#[derive(Debug)]
#[non_exhaustive]
pub struct TableModel {
    /// The default table name: the name of the enum, or `#[table(name = "…")]`.
    pub name: &'static str,
    /// The partition key attribute.
    pub pk: KeyAttribute,
    /// The sort key attribute.
    pub sk: Option<KeyAttribute>,
    /// The attribute that holds each item's entity type.
    pub kind: Option<&'static str>,
    /// The time-to-live attribute.
    pub ttl: Option<&'static str>,
    /// What the table's stream carries, if it has one.
    pub stream: Option<StreamView>,
    /// Global and local secondary indexes, in the order declared.
    pub indexes: &'static [&'static IndexModel],
    /// The entities, in the order of the enum's variants.
    pub entities: &'static [&'static EntityModel],
}

/// A key attribute and its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyAttribute {
    /// The attribute's name.
    pub name: &'static str,
    /// Its scalar type.
    pub ty: KeyType,
}

/// The scalar type of a key attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyType {
    /// String.
    S,
    /// Number.
    N,
    /// Binary.
    B,
}

/// What a stream record of the table carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StreamView {
    /// Only the keys of the changed item.
    KeysOnly,
    /// The item as it is after the change.
    NewImage,
    /// The item as it was before the change.
    OldImage,
    /// Both.
    NewAndOldImages,
}

/// A secondary index.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct IndexModel {
    /// The index's name.
    pub name: &'static str,
    /// Global or local.
    pub scope: Scope,
    /// Partition key attributes: one, or up to four.
    pub pk: &'static [KeyAttribute],
    /// Sort key attributes: none, one, or up to four.
    pub sk: &'static [KeyAttribute],
    /// Which attributes are copied into the index.
    pub projection: Projected,
}

/// Whether an index has a partition key of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// A global secondary index: own partition key, eventually consistent.
    Global,
    /// A local secondary index: the table's partition key, own sort key.
    Local,
}

/// Which attributes an index carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Projected {
    /// All of them.
    All,
    /// The keys of table and index.
    KeysOnly,
    /// The keys and these.
    Include(&'static [&'static str]),
}

/// One entity type.
#[derive(Debug)]
#[non_exhaustive]
pub struct EntityModel {
    /// The name of the struct.
    pub name: &'static str,
    /// The value of the type attribute.
    pub kind: &'static str,
    /// The fields that take part in a key.
    pub parts: &'static [PartModel],
    /// How the partition key is made.
    pub pk: KeySpec,
    /// How the sort key is made.
    pub sk: Option<KeySpec>,
    /// The indexes this entity takes part in.
    pub indexes: &'static [IndexUse],
    /// The stored fields.
    pub fields: &'static [FieldModel],
    /// The attribute of the time-to-live field.
    pub ttl: Option<&'static str>,
    /// The field set by the first write.
    pub created: Option<StampModel>,
    /// The field set by every write.
    pub updated: Option<StampModel>,
    /// The attribute of the version field.
    pub version: Option<&'static str>,
    /// The unique values, each with the guard item that holds it.
    pub uniques: &'static [UniqueModel],
    /// How stored names and forms differ from serde's when writing.
    pub write: &'static [Rule],
    /// The same when reading.
    pub read: &'static [Rule],
    /// Serde sees every attribute (`flatten`, `deny_unknown_fields`), so keys are kept from it.
    pub sees_all: bool,
    /// Some fields are not read by serde from their attribute.
    pub restores: bool,
}

/// A field that takes part in a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PartModel {
    /// The field's name.
    pub field: &'static str,
    /// Its type inside a key.
    pub kind: PartKind,
    /// It may be absent: the indexes it takes part in are sparse.
    pub optional: bool,
}

/// How a key attribute gets its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeySpec {
    /// Composed from parts and literals.
    Template(Template),
    /// The attribute of this part's field is the key attribute itself.
    Natural {
        /// Index into [`EntityModel::parts`].
        part: usize,
        /// The field's attribute name.
        attribute: &'static str,
    },
}

/// One entity's part in one index.
#[derive(Debug)]
#[non_exhaustive]
pub struct IndexUse {
    /// The index.
    pub index: &'static IndexModel,
    /// One spec for each partition key attribute; none for a local index.
    pub pk: &'static [KeySpec],
    /// One spec for each sort key attribute.
    pub sk: &'static [KeySpec],
    /// The predicate that decides on membership.
    pub when: When,
}

/// The predicate of a sparse index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// No predicate.
    Always,
    /// A function of these parts.
    Parts(&'static [usize]),
    /// A function of the whole entity.
    Entity,
}

/// A stored field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldModel {
    /// The Rust name.
    pub name: &'static str,
    /// The attribute's name.
    pub attribute: &'static str,
    /// `Option`: left out when `None`.
    pub optional: bool,
    /// Not stored under a name of its own (`skip`, `flatten`).
    pub unnamed: bool,
    /// Something stands in for a missing attribute.
    pub defaulted: bool,
}

/// A unique value of an entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UniqueModel {
    /// The constraint's name.
    pub name: &'static str,
    /// The partition key of the guard item.
    pub guard: KeySpec,
}

/// A field that is set from the clock.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct StampModel {
    /// The attribute's name.
    pub attribute: &'static str,
    /// Its index in [`EntityModel::parts`], if it takes part in a key.
    pub part: Option<usize>,
    /// The attribute value, and the part, for a point in time.
    pub at: StampFn,
}

/// Renders a point in time as an attribute value and, where needed, as a part.
pub(crate) type StampFn = fn(SystemTime, &mut String) -> Result<Option<Part<'static>>>;

impl TableModel {
    /// The key attributes of the table.
    pub fn keys(&self) -> impl Iterator<Item = KeyAttribute> + '_ {
        std::iter::once(self.pk).chain(self.sk)
    }

    /// Some items of the table are guards of unique values.
    #[must_use]
    pub fn has_guards(&self) -> bool {
        self.entities.iter().any(|e| !e.uniques.is_empty())
    }

    /// Position of the entity with this type attribute value.
    #[must_use]
    pub fn entity_of_kind(&self, kind: &str) -> Option<usize> {
        self.entities.iter().position(|e| e.kind == kind)
    }
}

impl EntityModel {
    /// The specs of the primary key, partition key first.
    pub fn primary(&self) -> impl Iterator<Item = KeySpec> + '_ {
        std::iter::once(self.pk).chain(self.sk)
    }

    /// The value of the type attribute in wire form.
    pub(crate) fn kind_wire(&self) -> String {
        let mut wire = String::new();
        Part::Text(self.kind.into()).to_wire(&mut wire);
        wire
    }

    /// The attribute of the field of a part, where it has one of its own.
    #[must_use]
    pub fn attribute_of_part(&self, part: usize) -> Option<&'static str> {
        let name = self.parts.get(part)?.field;
        let field = self.fields.iter().find(|f| f.name == name)?;
        (!field.unnamed).then_some(field.attribute)
    }

    /// Is `attribute` the name of a stored field?
    #[must_use]
    pub fn has_attribute(&self, attribute: &str) -> bool {
        self.fields
            .iter()
            .any(|f| !f.unnamed && f.attribute == attribute)
    }
}

impl IndexUse {
    /// Key attributes of the index with the specs that fill them, partition key first.
    pub fn specs(&self) -> impl Iterator<Item = (KeyAttribute, KeySpec)> + '_ {
        let own_pk: &[KeyAttribute] = match self.index.scope {
            Scope::Global => self.index.pk,
            Scope::Local => &[],
        };
        own_pk
            .iter()
            .copied()
            .zip(self.pk.iter().copied())
            .chain(self.index.sk.iter().copied().zip(self.sk.iter().copied()))
    }

    /// Every part this membership depends on.
    #[must_use]
    pub fn depends_on(&self, part: usize) -> bool {
        let in_when = match self.when {
            When::Parts(parts) => parts.contains(&part),
            When::Always | When::Entity => false,
        };
        in_when || self.pk.iter().chain(self.sk).any(|s| s.uses(part))
    }
}

impl KeySpec {
    /// Does this spec read `part`?
    #[must_use]
    pub fn uses(&self, part: usize) -> bool {
        self.part_list().any(|p| p == part)
    }

    /// Does this spec keep only the beginning of `part`?
    #[must_use]
    pub fn truncates(&self, part: usize) -> bool {
        let Self::Template(template) = self else {
            return false;
        };
        template.segments.iter().any(|segment| {
            matches!(segment, Segment::Part { part: p, format, .. }
                if *p == part && format.truncate.is_some())
        })
    }

    /// Does this spec tell all that `other` holds of `part`? Not where it holds less: the day of a time, say.
    pub(crate) fn tells(&self, part: usize, other: &Self) -> bool {
        let formats = |spec: &Self| -> Vec<Option<Format>> {
            let (natural, segments): (Option<usize>, &[Segment]) = match spec {
                Self::Natural { part, .. } => (Some(*part), &[]),
                Self::Template(t) => (None, t.segments),
            };
            let natural = natural.filter(|n| *n == part).map(|_| None);
            let composed = segments.iter().filter_map(|segment| match segment {
                Segment::Part {
                    part: p, format, ..
                } if *p == part => Some(Some(*format)),
                _ => None,
            });
            natural.into_iter().chain(composed).collect()
        };
        let told = formats(self);
        let is_told = |held: &Option<Format>| {
            let whole = |told: &Option<Format>| told.is_none_or(|format| format.is_lossless());
            told.iter().any(|told| told == held || whole(told))
        };
        formats(other).iter().all(is_told)
    }

    /// The parts in the order they appear.
    pub fn part_list(&self) -> impl Iterator<Item = usize> + '_ {
        let (natural, segments): (Option<usize>, &[Segment]) = match self {
            Self::Natural { part, .. } => (Some(*part), &[]),
            Self::Template(t) => (None, t.segments),
        };
        natural
            .into_iter()
            .chain(segments.iter().filter_map(|s| match s {
                Segment::Part { part, .. } => Some(*part),
                Segment::Literal(_) => None,
            }))
    }
}
