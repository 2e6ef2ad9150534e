//! A query rendered once, to be sent page by page.

use std::sync::Arc;

use crate::client::Db;
use crate::error::{Error, Result};
use crate::expr::render::Placeholders;
use crate::expr::{Expr, RawPath, Term};
use crate::schema::{Entity, Projected, Table};
use crate::wire::{Operation, Request};

use super::access::Access;
use super::body::Body;
use super::cursor::fingerprint;
use super::key_condition::{KeyPlan, key_condition, key_tests, may_meet_others, plan};
use super::query::{Query, TableOf};
use super::read_as::{ReadAs, SelectedPath, projection};

/// What a request of the query asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Items,
    Metered,
    Count,
}

/// A query rendered once and sent page by page.
#[derive(Debug)]
pub(super) struct Prepared {
    head: Body,
    projection: Option<Vec<SelectedPath>>,
    pub(super) key_names: Vec<&'static str>,
    names: Placeholders,
    pub(super) filtered: bool,
    /// Items of other entities are told apart by their keys.
    pub(super) classify: bool,
    pub(super) fingerprint: u64,
}

impl Prepared {
    pub(super) fn request<T: Table>(
        &self,
        db: &Db<T>,
        start: Option<&str>,
        limit: Option<u32>,
        mode: Mode,
    ) -> Request {
        let mut body = self.head.clone();
        let mut names = self.names.clone();
        if let Some(paths) = &self.projection
            && mode != Mode::Count
        {
            // Cursors inside a page, and telling entities apart, take the keys.
            let keys: &[&str] = if self.filtered || self.classify {
                &self.key_names
            } else {
                &[]
            };
            body.text("ProjectionExpression", &projection(paths, keys, &mut names));
        }
        body.placeholders(&names);
        if let Some(limit) = limit {
            body.json("Limit", &limit.to_string());
        }
        if let Some(start) = start {
            body.json("ExclusiveStartKey", start);
        }
        if mode == Mode::Count {
            body.text("Select", "COUNT");
        }
        if mode == Mode::Metered {
            body.text("ReturnConsumedCapacity", "INDEXES");
        }
        Request::new(Operation::Query, db.table_name(), body.finish())
    }
}

impl<A: Access, O: ReadAs> Query<A, O> {
    pub(super) fn start_key(&self, prepared: &Prepared) -> Result<Option<String>> {
        let start = self.access.state().start.as_ref();
        start
            .map(|c| c.start_key(prepared.fingerprint, &prepared.key_names))
            .transpose()
    }

    pub(super) fn prepare(&self, db: &Db<TableOf<A>>) -> Result<Prepared> {
        self.render(db)
            .map_err(|e| e.with_entity(A::Entity::MODEL.name))
    }

    fn render(&self, db: &Db<TableOf<A>>) -> Result<Prepared> {
        let state = self.access.state();
        if let Some(error) = state.first_error() {
            return Err(error);
        }
        if state.limit == Some(0) {
            return Err(Error::invalid(
                "a limit of 0 items reads nothing; DynamoDB wants at least 1",
            ));
        }
        let table = TableOf::<A>::MODEL;
        let plan = plan::<A::Entity>(state.index);
        self.check_carried(&plan)?;
        let mut names = Placeholders::default();
        let tests = key_tests::<A::Entity>(state, &plan)?;
        let condition = key_condition(&tests, &mut names);
        let values = names.values_json().unwrap_or_default();
        let newest_first = if state.newest_first { "-" } else { "+" };
        let index = plan.index.map(|i| i.name);
        let print = fingerprint([
            db.table_name(),
            index.unwrap_or_default(),
            &condition,
            &values,
            newest_first,
        ]);
        let meets_others = !state.whole_partition && may_meet_others::<A::Entity>(&plan, &tests);
        let of_kind = match table.kind.filter(|kind| carries(&plan, kind)) {
            Some(kind) if meets_others => Some(Expr::Compare(
                Term::Path(RawPath::name(kind)),
                "=",
                Term::Value(A::Entity::MODEL.kind_wire()),
            )),
            _ => None,
        };
        let filter = filter(of_kind.as_ref(), &state.filter, &mut names)?;
        let mut head = Body::new(db.table_name());
        head.text_if("IndexName", index);
        head.text("KeyConditionExpression", &condition);
        head.text_if("FilterExpression", filter.as_deref());
        if state.newest_first {
            head.json("ScanIndexForward", "false");
        }
        if state.consistent {
            head.json("ConsistentRead", "true");
        }
        Ok(Prepared {
            head,
            projection: self.read.projection(),
            key_names: key_names(table, &plan),
            names,
            filtered: filter.is_some(),
            classify: meets_others && of_kind.is_none(),
            fingerprint: print,
        })
    }

    /// What is selected and what is filtered by must be in the index: elsewhere it seems to be missing.
    fn check_carried(&self, plan: &KeyPlan) -> Result<()> {
        let Some(index) = plan.index.filter(|i| i.projection != Projected::All) else {
            return Ok(());
        };
        let mut wanted: Vec<String> = Vec::new();
        for path in self.read.projection().into_iter().flatten() {
            wanted.extend(path.0.first().map(str::to_owned));
        }
        for filter in &self.access.state().filter {
            filter.attributes(&mut wanted);
        }
        let keys = key_names(TableOf::<A>::MODEL, plan);
        let missing = wanted
            .iter()
            .find(|name| !keys.contains(&name.as_str()) && !carries(plan, name));
        match missing {
            None => Ok(()),
            Some(name) => Err(Error::invalid(format!(
                "the index `{}` does not carry `{name}`; ask for what it carries, or read the items by their keys",
                index.name
            ))),
        }
    }
}

/// Is the attribute in what the query reads?
fn carries(plan: &KeyPlan, attribute: &str) -> bool {
    plan.index.is_none_or(|index| match index.projection {
        Projected::All => true,
        Projected::KeysOnly => false,
        Projected::Include(names) => names.contains(&attribute),
    })
}

/// Attribute names that a start key has.
fn key_names(table: &crate::schema::TableModel, plan: &KeyPlan) -> Vec<&'static str> {
    let mut names: Vec<&'static str> = table.keys().map(|k| k.name).collect();
    for (key, _) in plan.pk.iter().chain(&plan.sk) {
        if !names.contains(&key.name) {
            names.push(key.name);
        }
    }
    names
}

/// The type, then what the user asked for, in parentheses where needed.
fn filter(
    of_kind: Option<&Expr>,
    asked: &[Arc<Expr>],
    names: &mut Placeholders,
) -> Result<Option<String>> {
    let all: Vec<&Expr> = of_kind
        .into_iter()
        .chain(asked.iter().map(|e| &**e))
        .collect();
    match all.as_slice() {
        [] => Ok(None),
        [one] => names.condition(one).map(Some),
        many => names.conjunction(many).map(Some),
    }
}
