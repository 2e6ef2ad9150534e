//! A query or scan rendered once, to be sent page by page.

use std::sync::Arc;

use crate::client::Db;
use crate::error::{Error, Result};
use crate::expr::render::Placeholders;
use crate::expr::{Expr, RawPath, Term};
use crate::op::answer::read_as::{ReadAs, SelectedPath, projection};
use crate::op::request::body::Body;
use crate::schema::{
    EntityModel, GUARD_PREFIX, IndexModel, KeyType, OWNER, Projected, Scope, Table, TableModel,
    epoch_seconds,
};
use crate::wire::{Operation, Request};

use super::cursor::Cursor;

/// What a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::op) enum Mode {
    Items,
    Metered,
    Count,
}

/// One of the segments of a parallel scan.
#[derive(Clone, Copy, Debug)]
pub(in crate::op) struct Segment {
    pub(in crate::op) number: u32,
    pub(in crate::op) of: u32,
}

/// A query or scan rendered once and sent page by page.
#[derive(Debug)]
pub(in crate::op) struct Prepared {
    pub(in crate::op) operation: Operation,
    pub(in crate::op) head: Body,
    pub(in crate::op) projection: Option<Vec<SelectedPath>>,
    pub(in crate::op) key_names: Vec<&'static str>,
    pub(in crate::op) filter: Filter,
    /// Items of other entities are told apart by their keys.
    pub(in crate::op) classify: Option<Classify>,
    pub(in crate::op) fingerprint: u64,
    /// For error messages.
    pub(in crate::op) name: &'static str,
    /// The keys are needed whatever is selected.
    pub(in crate::op) keep_keys: bool,
}

/// Which items to keep by their keys.
#[derive(Clone, Copy, Debug)]
pub(in crate::op) struct Classify {
    pub(in crate::op) entity: &'static str,
    /// Items with keys of no entity are kept, to be found not to fit.
    pub(in crate::op) keep_unknown: bool,
}

/// What the service leaves out of a page after evaluating it.
#[derive(Debug, Default)]
pub(in crate::op) struct Filter {
    pub(in crate::op) names: Placeholders,
    pub(in crate::op) text: Option<String>,
    /// It may leave out most of a page, so that a page of the items wanted would be too small.
    pub(in crate::op) narrows: bool,
    /// The value that is the time of the request.
    now: Option<usize>,
}

impl Prepared {
    pub(in crate::op) fn request<T: Table>(
        &self,
        db: &Db<T>,
        start: Option<&str>,
        limit: Option<u32>,
        segment: Option<Segment>,
        mode: Mode,
    ) -> Request {
        let mut body = self.head.clone();
        let mut names = self.filter.names.clone();
        if let Some(number) = self.filter.now {
            names.set_value(number, seconds(db));
        }
        if let Some(paths) = &self.projection
            && mode != Mode::Count
        {
            // Cursors inside a page, and telling entities apart, take the keys.
            let all = self.keep_keys || self.filter.text.is_some() || self.classify.is_some();
            let keys: &[&str] = if all { &self.key_names } else { &[] };
            body.text("ProjectionExpression", &projection(paths, keys, &mut names));
        }
        body.placeholders(&names);
        if let Some(limit) = limit {
            body.json("Limit", &limit.to_string());
        }
        if let Some(start) = start {
            body.json("ExclusiveStartKey", start);
        }
        if let Some(segment) = segment {
            body.json("Segment", &segment.number.to_string());
            body.json("TotalSegments", &segment.of.to_string());
        }
        if mode == Mode::Count {
            body.text("Select", "COUNT");
        }
        if mode == Mode::Metered {
            body.text("ReturnConsumedCapacity", "INDEXES");
        }
        Request::new(self.operation, db.table_name(), body.finish())
    }

    /// The start key in a cursor of this read.
    pub(in crate::op) fn start_key<T: Table>(
        &self,
        db: &Db<T>,
        cursor: Option<&Cursor>,
    ) -> Result<Option<String>> {
        cursor
            .map(|c| c.start_key(self.fingerprint, &self.key_names, db.cursor_keys()))
            .transpose()
            .map_err(|e| e.with_entity(self.name))
    }

    /// Pages may hold far less than was evaluated for them.
    pub(in crate::op) fn narrows(&self) -> bool {
        self.filter.narrows || self.classify.is_some()
    }
}

/// The time of a request, as time to live counts it.
fn seconds<T: Table>(db: &Db<T>) -> String {
    format!(r#"{{"N":"{}"}}"#, epoch_seconds(db.now()))
}

/// What a read wants left out, in the order in which it is said.
#[derive(Debug)]
pub(in crate::op) struct Wanted<'a> {
    pub(in crate::op) table: &'static TableModel,
    pub(in crate::op) index: Option<&'static IndexModel>,
    /// Only this type.
    pub(in crate::op) kind: Option<&'static EntityModel>,
    /// No guards of unique values.
    pub(in crate::op) guards: bool,
    /// Nothing whose time to live has passed: the attribute.
    pub(in crate::op) ttl: Option<&'static str>,
    pub(in crate::op) asked: &'a [Arc<Expr>],
}

impl Filter {
    /// Renders the filter behind the placeholders used so far.
    pub(in crate::op) fn new(wanted: &Wanted<'_>, names: Placeholders) -> Result<Self> {
        let mut filter = Self {
            names,
            ..Self::default()
        };
        let mut own: Vec<Expr> = Vec::new();
        let mut values = filter.names.value_count();
        let kind = wanted.kind.zip(wanted.table.kind);
        if let Some((entity, attribute)) = kind.filter(|(_, a)| carries(wanted.index, a)) {
            let value = Term::Value(entity.kind_wire());
            own.push(Expr::Compare(path(attribute), "=", value));
            values += 1;
        }
        filter.narrows = !own.is_empty() || !wanted.asked.is_empty();
        if wanted.guards {
            let prefix = Term::Value(format!(r#"{{"S":"{GUARD_PREFIX}"}}"#));
            let begins = Expr::Call("begins_with", vec![path(wanted.table.pk.name), prefix]);
            own.push(Expr::Not(Box::new(begins)));
            values += 1;
        }
        if let Some(attribute) = wanted.ttl.filter(|a| carries(wanted.index, a)) {
            // Also holds where the attribute is absent or no number: such items never expire.
            let now = Term::Value(String::new());
            let expired = Expr::Compare(path(attribute), "<=", now);
            own.push(Expr::Not(Box::new(expired)));
            filter.now = Some(values);
        }
        let all: Vec<&Expr> = own
            .iter()
            .chain(wanted.asked.iter().map(|e| &**e))
            .collect();
        filter.text = match all.as_slice() {
            [] => None,
            [one] => Some(filter.names.condition(one)?),
            many => Some(filter.names.conjunction(many)?),
        };
        Ok(filter)
    }
}

fn path(attribute: &'static str) -> Term {
    Term::Path(RawPath::name(attribute))
}

/// Do guards of unique values stand where this reads? They are in indexes over attributes that guards have, too.
pub(in crate::op) fn meets_guards(table: &TableModel, index: Option<&IndexModel>) -> bool {
    let held = |name: &str| {
        table.keys().any(|key| key.name == name)
            || table.kind == Some(name)
            || table.ttl == Some(name)
            || name == OWNER
    };
    table.has_guards()
        && table.pk.ty == KeyType::S
        && index.is_none_or(|index| {
            let mut keys = index.pk.iter().chain(index.sk);
            index.scope == Scope::Local || keys.all(|key| held(key.name))
        })
}

/// What is selected and what is filtered by must be in the index: elsewhere it seems to be missing.
pub(in crate::op) fn check_carried<O: ReadAs>(
    table: &TableModel,
    index: Option<&IndexModel>,
    read: &O,
    filters: &[Arc<Expr>],
) -> Result<()> {
    let Some(index) = index.filter(|i| i.projection != Projected::All) else {
        return Ok(());
    };
    let mut wanted: Vec<String> = Vec::new();
    for path in read.projection().into_iter().flatten() {
        wanted.extend(path.0.first().map(str::to_owned));
    }
    for filter in filters {
        filter.attributes(&mut wanted);
    }
    let keys = key_names(table, Some(index));
    let missing = wanted
        .iter()
        .find(|name| !keys.contains(&name.as_str()) && !carries(Some(index), name));
    match missing {
        None => Ok(()),
        Some(name) => Err(Error::invalid(format!(
            "the index `{}` does not carry `{name}`; ask for what it carries, or read the items by their keys",
            index.name
        ))),
    }
}

/// Is the attribute in what is read?
pub(in crate::op) fn carries(index: Option<&IndexModel>, attribute: &str) -> bool {
    index.is_none_or(|index| match index.projection {
        Projected::All => true,
        Projected::KeysOnly => false,
        Projected::Include(names) => names.contains(&attribute),
    })
}

/// Attribute names that a start key has.
pub(in crate::op) fn key_names(
    table: &TableModel,
    index: Option<&IndexModel>,
) -> Vec<&'static str> {
    let mut names: Vec<&'static str> = table.keys().map(|k| k.name).collect();
    for key in index
        .iter()
        .flat_map(|index| index.pk.iter().chain(index.sk))
    {
        if !names.contains(&key.name) {
            names.push(key.name);
        }
    }
    names
}

/// A limit that the service takes.
pub(in crate::op) fn check_limit(limit: Option<u32>) -> Result<()> {
    if limit == Some(0) {
        return Err(Error::invalid(
            "a limit of 0 items reads nothing; DynamoDB wants at least 1",
        ));
    }
    Ok(())
}
