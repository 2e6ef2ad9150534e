//! Constructors of the model for the derives' constants.

use super::entity::{Entity, Index, IndexOf, Parts, Table};
use super::model::{
    EntityModel, FieldModel, IndexModel, IndexUse, KeyAttribute, KeySpec, KeyType, PartModel,
    Projected, Scope, StampFn, StampModel, StreamView, TableModel, UniqueModel, When,
};
use crate::codec::{Fault, Hint, Rule};
use crate::error::{Error, ErrorKind, Result};
use crate::key::{Format, KeyPart, Part, PartError};

impl TableModel {
    /// A table with a partition key.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        name: &'static str,
        pk: KeyAttribute,
        indexes: &'static [&'static IndexModel],
        entities: &'static [&'static EntityModel],
    ) -> Self {
        Self {
            name,
            pk,
            sk: None,
            kind: None,
            ttl: None,
            stream: None,
            indexes,
            entities,
        }
    }

    /// Adds the sort key.
    #[doc(hidden)]
    #[must_use]
    pub const fn sort_key(mut self, sk: KeyAttribute) -> Self {
        self.sk = Some(sk);
        self
    }

    /// Adds the type attribute.
    #[doc(hidden)]
    #[must_use]
    pub const fn kind(mut self, kind: &'static str) -> Self {
        self.kind = Some(kind);
        self
    }

    /// Adds the time-to-live attribute.
    #[doc(hidden)]
    #[must_use]
    pub const fn time_to_live(mut self, ttl: &'static str) -> Self {
        self.ttl = Some(ttl);
        self
    }

    /// Adds the stream.
    #[doc(hidden)]
    #[must_use]
    pub const fn stream(mut self, view: StreamView) -> Self {
        self.stream = Some(view);
        self
    }
}

impl KeyAttribute {
    /// A key attribute.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(name: &'static str, ty: KeyType) -> Self {
        Self { name, ty }
    }
}

impl IndexModel {
    /// An index.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        name: &'static str,
        scope: Scope,
        pk: &'static [KeyAttribute],
        sk: &'static [KeyAttribute],
        projection: Projected,
    ) -> Self {
        Self {
            name,
            scope,
            pk,
            sk,
            projection,
        }
    }
}

impl EntityModel {
    /// An entity with a partition key.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        name: &'static str,
        kind: &'static str,
        parts: &'static [PartModel],
        pk: KeySpec,
        fields: &'static [FieldModel],
    ) -> Self {
        Self {
            name,
            kind,
            parts,
            pk,
            sk: None,
            indexes: &[],
            fields,
            ttl: None,
            created: None,
            updated: None,
            version: None,
            uniques: &[],
            write: &[],
            read: &[],
            sees_all: false,
            restores: false,
        }
    }

    /// Adds the sort key.
    #[doc(hidden)]
    #[must_use]
    pub const fn sort_key(mut self, sk: KeySpec) -> Self {
        self.sk = Some(sk);
        self
    }

    /// Adds the indexes.
    #[doc(hidden)]
    #[must_use]
    pub const fn indexes(mut self, indexes: &'static [IndexUse]) -> Self {
        self.indexes = indexes;
        self
    }

    /// Adds the codec's rules.
    #[doc(hidden)]
    #[must_use]
    pub const fn rules(mut self, write: &'static [Rule], read: &'static [Rule]) -> Self {
        self.write = write;
        self.read = read;
        self
    }

    /// Adds the time-to-live field.
    #[doc(hidden)]
    #[must_use]
    pub const fn time_to_live(mut self, attribute: &'static str) -> Self {
        self.ttl = Some(attribute);
        self
    }

    /// Adds the field set by the first write.
    #[doc(hidden)]
    #[must_use]
    pub const fn created(
        mut self,
        attribute: &'static str,
        part: Option<usize>,
        at: StampFn,
    ) -> Self {
        self.created = Some(StampModel {
            attribute,
            part,
            at,
        });
        self
    }

    /// Adds the field set by every write.
    #[doc(hidden)]
    #[must_use]
    pub const fn updated(
        mut self,
        attribute: &'static str,
        part: Option<usize>,
        at: StampFn,
    ) -> Self {
        self.updated = Some(StampModel {
            attribute,
            part,
            at,
        });
        self
    }

    /// Adds the version field.
    #[doc(hidden)]
    #[must_use]
    pub const fn version(mut self, attribute: &'static str) -> Self {
        self.version = Some(attribute);
        self
    }

    /// Adds the unique values.
    #[doc(hidden)]
    #[must_use]
    pub const fn uniques(mut self, uniques: &'static [UniqueModel]) -> Self {
        self.uniques = uniques;
        self
    }

    /// Serde sees every attribute.
    #[doc(hidden)]
    #[must_use]
    pub const fn sees_all(mut self) -> Self {
        self.sees_all = true;
        self
    }

    /// Some fields are not read by serde from their attribute.
    #[doc(hidden)]
    #[must_use]
    pub const fn restores(mut self) -> Self {
        self.restores = true;
        self
    }
}

impl UniqueModel {
    /// A unique value.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(name: &'static str, guard: KeySpec) -> Self {
        Self { name, guard }
    }
}

impl PartModel {
    /// A part of type `T`.
    #[doc(hidden)]
    #[must_use]
    pub const fn new<T: KeyPart>(field: &'static str, optional: bool) -> Self {
        Self {
            field,
            kind: T::KIND,
            optional,
        }
    }
}

impl FieldModel {
    /// A field.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        name: &'static str,
        attribute: &'static str,
        optional: bool,
        unnamed: bool,
    ) -> Self {
        Self {
            name,
            attribute,
            optional,
            unnamed,
            defaulted: false,
        }
    }

    /// Something stands in for a missing attribute.
    #[doc(hidden)]
    #[must_use]
    pub const fn defaulted(mut self) -> Self {
        self.defaulted = true;
        self
    }
}

impl IndexUse {
    /// A membership.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        index: &'static IndexModel,
        pk: &'static [KeySpec],
        sk: &'static [KeySpec],
        when: When,
    ) -> Self {
        Self {
            index,
            pk,
            sk,
            when,
        }
    }
}

impl Parts<'_> {
    /// A part as its type, for an index predicate.
    ///
    /// # Errors
    /// The part is unknown, so the predicate cannot be judged.
    #[doc(hidden)]
    pub fn value<T: KeyPart>(&self, part: usize) -> Result<T> {
        self.option(part)?.ok_or_else(|| {
            Error::new(
                ErrorKind::InvalidRequest,
                "the index predicate needs a field that this request does not know",
            )
        })
    }

    /// A part that may be absent.
    ///
    /// # Errors
    /// The part is no such type.
    #[doc(hidden)]
    pub fn option<T: KeyPart>(&self, part: usize) -> Result<Option<T>> {
        Ok(self.get(part).map(T::from_part).transpose()?)
    }
}

/// The model of an index type.
///
/// # Panics
/// At compile time, for the table itself.
#[must_use]
pub const fn index_model<I: Index>() -> &'static IndexModel {
    match I::MODEL {
        Some(model) => model,
        None => panic!("the table itself is no index"),
    }
}

/// The format of a placeholder.
///
/// # Panics
/// At compile time, when it is none.
#[must_use]
pub(super) const fn format(spec: &str) -> Format {
    match Format::parse(spec) {
        Ok(format) => format,
        Err(message) => panic!("{}", message),
    }
}

/// The rules, or none at all if none of them says anything.
#[must_use]
pub const fn needed_rules(rules: &'static [Rule]) -> &'static [Rule] {
    let mut rest = rules;
    while let [rule, others @ ..] = rest {
        let plain = matches!(rule.hint, Hint::Auto)
            && !rule.null
            && !rule.omit
            && super::check::same(rule.field, rule.attribute);
        if !plain {
            return rules;
        }
        rest = others;
    }
    &[]
}

/// A part of an entity.
///
/// # Errors
/// The value has no form in a key.
pub fn part<T: KeyPart>(value: &T) -> Result<Option<Part<'_>>> {
    Ok(Some(value.to_part()?))
}

/// A part of an entity that may be absent.
///
/// # Errors
/// The value has no form in a key.
pub fn optional_part<T: KeyPart>(value: &Option<T>) -> Result<Option<Part<'_>>> {
    Ok(value.as_ref().map(T::to_part).transpose()?)
}

/// The stored name of a variant.
#[must_use]
pub fn text(name: &'static str) -> Part<'static> {
    Part::Text(name.into())
}

/// A stored name that no variant has.
#[must_use]
pub fn unknown_variant(found: &str, expected: &'static str) -> PartError {
    PartError::new(format!("expected {expected}, found `{found}`"))
}

/// A position outside the table's entities.
#[must_use]
pub fn no_such_entity() -> Fault {
    Fault::OtherKind("unknown".to_owned())
}

/// Holds where `I` is an index of `T`.
pub fn assert_index<T: Table, I: IndexOf<T>>() {}

/// Holds where `E` is an entity of `T`.
pub fn assert_entity<T: Table, E: Entity<Table = T>>() {}
