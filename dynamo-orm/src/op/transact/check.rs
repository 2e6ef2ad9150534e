//! A condition on an item that a transaction does not write: `ConditionCheck`.

use std::fmt;

use crate::client::Db;
use crate::error::Result;
use crate::expr::render::Placeholders;
use crate::expr::{Condition, Expr};
use crate::op::item::exists::Exists;
use crate::op::request::body::Body;
use crate::op::request::key::Key;
use crate::op::write::action::{Action, Verb, Write};
use crate::op::write::conditions::Conditions;
use crate::schema::{Entity, Expected, Version, Versioned, keys};

/// Asks something of an item without writing it, inside a [`Transaction`](crate::op::Transaction).
///
/// Made by [`Key::check`]; an [`Exists`] is one, too: `.check(Customer::exists("ada"))`.
///
/// **Cost**: 2 write capacity units per KB of the item.
#[must_use = "a check does nothing until its transaction is sent"]
pub struct Check<E> {
    key: Key<E>,
    conditions: Conditions,
}

impl<E: Entity> Key<E> {
    /// Asks that the item is there, as part of a transaction.
    pub fn check(self) -> Check<E> {
        Check {
            key: self,
            conditions: Conditions::existing(),
        }
    }

    /// Asks that there is no such item, as part of a transaction.
    pub fn check_absent(self) -> Check<E> {
        Check {
            key: self,
            conditions: Conditions::absent(),
        }
    }

    /// Asks this and nothing else, as part of a transaction.
    pub(crate) fn check_only(self, condition: Expr) -> Check<E> {
        let mut conditions = Conditions::default();
        conditions.and(condition);
        Check {
            key: self,
            conditions,
        }
    }
}

impl<E: Entity> Check<E> {
    /// Asks that this holds, too. Several add up.
    pub fn when(mut self, condition: impl FnOnce(E::Fields) -> Condition<E>) -> Self {
        self.conditions.and(condition(E::fields()).expr);
        self
    }

    /// Asks that the item has this version.
    pub fn if_version(mut self, version: impl Version) -> Self
    where
        E: Versioned,
    {
        self.conditions.version = Some(Expected::of(version.number()));
        self
    }

    /// An item whose time to live has passed counts like any other. Otherwise it is as if it were deleted already.
    pub fn including_expired(mut self) -> Self {
        self.conditions.including_expired = true;
        self
    }

    pub(in crate::op) fn prepare(&self, db: &Db<E::Table>) -> Result<Write> {
        let key = self.key.values()?;
        let mut body = Body::new(db.table_name());
        body.json("Key", &keys::wire(&key));
        let names = Placeholders::default();
        Action::new::<E>(db, Verb::Check, body, names, &self.conditions, &[], key).map(Write::alone)
    }
}

impl<E: Entity> From<Exists<E>> for Check<E> {
    fn from(exists: Exists<E>) -> Self {
        let (key, including_expired) = exists.into_parts();
        let mut check = key.check();
        check.conditions.including_expired = including_expired;
        check
    }
}

impl<E: Entity> fmt::Debug for Check<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Check").field(&self.key).finish()
    }
}
