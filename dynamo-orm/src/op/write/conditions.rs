//! What a write asks of the item under its key, and what it means when that does not hold.

use std::time::SystemTime;

use crate::codec::Reader;
use crate::error::{ErrorKind, Result};
use crate::expr::render::Placeholders;
use crate::expr::{Expr, RawPath, Term};
use crate::key::Part;
use crate::schema::{Entity, Expected, Table, epoch_seconds, is_expired, read_part};

use super::unchanged::Unchanged;

/// The conditions of a write: what the operation asks of the item under the key, and what the user asks.
#[derive(Debug, Default)]
pub(crate) struct Conditions {
    /// There must be an item, or none.
    pub(in crate::op) exists: Option<bool>,
    /// The version it must have.
    pub(in crate::op) version: Option<Expected>,
    /// An item whose time to live has passed counts like any other.
    pub(in crate::op) including_expired: bool,
    /// The write may create the item, but cannot take the place of an expired one.
    pub(in crate::op) or_create: bool,
    pub(in crate::op) asked: Option<Expr>,
}

impl Conditions {
    pub(in crate::op) fn existing() -> Self {
        Self {
            exists: Some(true),
            ..Self::default()
        }
    }

    pub(in crate::op) fn absent() -> Self {
        Self {
            exists: Some(false),
            ..Self::default()
        }
    }

    /// The item must have the version this value was read with.
    pub(in crate::op) fn version_of<E: Entity>(mut self, entity: &E) -> Self {
        self.version = entity.version().map(Expected::of);
        self
    }

    /// Adds what the user asks; everything asked must hold.
    pub(in crate::op) fn and(&mut self, more: Expr) {
        self.asked = Some(match self.asked.take() {
            None => more,
            Some(known) => Expr::all(known, more),
        });
    }

    /// The time-to-live attribute, where expired items count as absent.
    fn expiry<E: Entity>(&self) -> Option<&'static str> {
        E::MODEL.ttl.filter(|_| !self.including_expired)
    }

    /// The implied conditions and the user's, the latter in parentheses: `attribute_not_exists(#PK) AND (…)`.
    pub(in crate::op) fn render<E: Entity>(
        &self,
        unchanged: &[Unchanged],
        names: &mut Placeholders,
        now: SystemTime,
    ) -> Result<Option<String>> {
        let expiry = self.expiry::<E>();
        let pk = <E::Table as Table>::MODEL.pk.name;
        // Also where there is no time to live, or one that is no number, which DynamoDB ignores.
        let live = || expiry.map(|ttl| Expr::Not(Box::new(compare(ttl, "<=", seconds(now)))));
        // What has expired makes room as if it were deleted already.
        let or_expired = |none: Expr| match expiry {
            Some(ttl) => Expr::Any(vec![none, compare(ttl, "<=", seconds(now))]),
            None => none,
        };
        let mut implied = Vec::new();
        match self.exists {
            Some(true) => {
                implied.push(Expr::Call("attribute_exists", vec![path(pk)]));
                implied.extend(live());
            }
            Some(false) => implied.push(or_expired(absent(pk))),
            None if self.or_create => implied.extend(live()),
            None => {}
        }
        match (self.version, E::MODEL.version) {
            (Some(Expected::None), Some(version)) => implied.push(or_expired(absent(version))),
            (Some(Expected::Is(number)), Some(version)) => {
                implied.push(compare(version, "=", wire(number)));
                if self.exists.is_none() && !self.or_create {
                    implied.extend(live());
                }
            }
            _ => {}
        }
        implied.extend(unchanged.iter().map(Unchanged::condition));
        if implied.is_empty() && self.asked.is_none() {
            return Ok(None);
        }
        names.guarded(&implied, self.asked.as_ref()).map(Some)
    }

    /// As [`meaning`](Self::meaning), for an item that is of no entity.
    pub(in crate::op) fn meaning_of_any(&self) -> Meaning {
        Meaning {
            exists: self.exists,
            asked: false,
            version: None,
            expiry: None,
            or_create: false,
        }
    }

    /// What it means when the conditions do not hold.
    pub(in crate::op) fn meaning<E: Entity>(
        &self,
        unchanged: &[Unchanged],
        now: SystemTime,
    ) -> Meaning {
        Meaning {
            exists: self.exists,
            asked: self.asked.is_some() || !unchanged.is_empty(),
            version: E::MODEL.version.zip(self.version),
            expiry: self.expiry::<E>().map(|ttl| (ttl, now)),
            or_create: self.or_create,
        }
    }
}

fn path(name: &str) -> Term {
    Term::Path(RawPath::name(name.to_owned()))
}

fn absent(name: &str) -> Expr {
    Expr::Call("attribute_not_exists", vec![path(name)])
}

fn compare(name: &str, op: &'static str, wire: String) -> Expr {
    Expr::Compare(path(name), op, Term::Value(wire))
}

/// A number as an attribute value.
pub(in crate::op) fn wire(number: u64) -> String {
    let mut out = String::new();
    Part::Number(number.to_string().into()).to_wire(&mut out);
    out
}

fn seconds(now: SystemTime) -> String {
    wire(epoch_seconds(now))
}

/// The conditions of a write that was sent.
#[derive(Clone, Debug)]
pub(crate) struct Meaning {
    exists: Option<bool>,
    asked: bool,
    version: Option<(&'static str, Expected)>,
    expiry: Option<(&'static str, SystemTime)>,
    or_create: bool,
}

impl Meaning {
    /// DynamoDB gives the item that stands under the key, so that its absence tells which condition failed.
    pub(in crate::op) fn of(&self, old_item: Option<&str>) -> (ErrorKind, &'static str) {
        let expired = |item: &&str| {
            let mut expiry = self.expiry.iter();
            expiry.any(|(attribute, now)| is_expired(item, attribute, *now))
        };
        let found = old_item.filter(|item| !expired(item));
        if self.or_create && old_item.is_some() && found.is_none() {
            return (
                ErrorKind::ConditionFailed,
                "an item whose time to live has passed is still stored under this key, and an update cannot begin anew in its place; `create` or `put` it, or go on with it by `.including_expired()`",
            );
        }
        let wants_item = self.exists == Some(true)
            || matches!(self.version, Some((_, Expected::Is(_))) if self.exists.is_none());
        match (self.exists, self.version, found) {
            (Some(false), _, Some(_)) => (
                ErrorKind::AlreadyExists,
                "there is an item under this key already",
            ),
            (Some(false), _, None) if !self.asked => (
                ErrorKind::AlreadyExists,
                "there is an item under this key already",
            ),
            (_, _, None) if wants_item => (ErrorKind::NotFound, "there is no item under this key"),
            (_, Some((attribute, expected)), Some(item))
                if stored_version(item, attribute) != expected =>
            {
                (
                    ErrorKind::VersionConflict,
                    "the item was written by someone else in the meantime; read it again",
                )
            }
            _ => (ErrorKind::ConditionFailed, "a condition did not hold"),
        }
    }
}

/// The version that an item has.
fn stored_version(item: &str, attribute: &str) -> Expected {
    let mut found = Expected::None;
    let read = Reader::new(item).object(&mut |reader, name| {
        let raw = reader.raw_value()?;
        if name == attribute
            && let Ok(Part::Number(number)) = read_part(raw)
            && let Ok(number) = number.parse()
        {
            found = Expected::Is(number);
        }
        Ok(())
    });
    debug_assert!(read.is_ok(), "an item that was read");
    found
}
