//! Guards of unique values: taken, kept and released in the transaction of the item they belong to.

use crate::client::Db;
use crate::error::Result;
use crate::expr::render::Placeholders;
use crate::expr::{Expr, RawPath, Term};
use crate::op::request::body::Body;
use crate::schema::keys::{self, KeyValue};
use crate::schema::{
    Entity, OWNER, Table, UniqueModel, Written, epoch_seconds, guard_item, guard_key, is_expired,
    owner,
};

use super::action::{Action, Failure, Verb};
use super::conditions::wire;
use super::unchanged::attribute;

/// What the guards need when an item changes from one state to another; `None` is no item.
pub(in crate::op) fn changes<E: Entity>(
    db: &Db<E::Table>,
    before: Option<&Written>,
    after: Option<&Written>,
) -> Result<Vec<Action>> {
    let mut actions = Vec::new();
    let moved = before.map(|w| &w.key) != after.map(|w| &w.key);
    let expiry = |written: Option<&Written>| {
        let ttl = E::MODEL.ttl?;
        attribute(&written?.item, ttl)
    };
    let touched = moved || expiry(before) != expiry(after);
    // Guards expire with their owner: they may be another's by now, and need not be released.
    let gone = before
        .zip(E::MODEL.ttl)
        .is_some_and(|(written, ttl)| is_expired(&written.item, ttl, db.now()));
    for (n, unique) in E::MODEL.uniques.iter().enumerate() {
        let held = |written: Option<&Written>| {
            let written = written?;
            let guard = written.guards.get(n)?.clone()?;
            Some((guard, written.key.clone()))
        };
        let (old, new) = (held(before), held(after));
        let same = old.as_ref().map(|(guard, _)| guard) == new.as_ref().map(|(guard, _)| guard);
        if same && !touched {
            continue;
        }
        if let Some((guard, of)) = old.filter(|_| !same && !gone) {
            actions.push(release::<E>(db, unique, guard, &of)?);
        }
        if let Some((guard, of)) = new {
            // An item that moves takes its guard along from its old place.
            let from = before.filter(|_| same).map(|w| w.key.as_slice());
            let action = take::<E>(db, unique, guard, &of, from, expiry(after).as_deref())?;
            actions.push(action);
        }
    }
    Ok(actions)
}

/// Puts the guard: nobody has the value, or this item has it, or whoever had it has expired.
fn take<E: Entity>(
    db: &Db<E::Table>,
    unique: &UniqueModel,
    guard: KeyValue,
    of: &[KeyValue],
    from: Option<&[KeyValue]>,
    expiry: Option<&str>,
) -> Result<Action> {
    let table = <E::Table as Table>::MODEL;
    let key = guard_key(table, guard);
    let expiry = E::MODEL.ttl.zip(expiry);
    let mut body = Body::new(db.table_name());
    let item = guard_item(table, &key, &owner(of), expiry);
    body.json("Item", &item);
    let mut free = vec![
        call("attribute_not_exists", table.pk.name),
        owned_by(from.unwrap_or(of)),
    ];
    if let Some(ttl) = E::MODEL.ttl {
        let now = wire(epoch_seconds(db.now()));
        free.push(Expr::Compare(path(ttl), "<=", Term::Value(now)));
    }
    let mut action = guard_action::<E>(unique, Verb::Put, body, key, free, of)?;
    action.sent = Some(item);
    Ok(action)
}

/// Deletes the guard, if it still is this item's.
fn release<E: Entity>(
    db: &Db<E::Table>,
    unique: &UniqueModel,
    guard: KeyValue,
    of: &[KeyValue],
) -> Result<Action> {
    let table = <E::Table as Table>::MODEL;
    let key = guard_key(table, guard);
    let mut body = Body::new(db.table_name());
    body.json("Key", &keys::wire(&key));
    let ours = vec![call("attribute_not_exists", table.pk.name), owned_by(of)];
    guard_action::<E>(unique, Verb::Delete, body, key, ours, of)
}

fn guard_action<E: Entity>(
    unique: &UniqueModel,
    verb: Verb,
    mut body: Body,
    key: Vec<KeyValue>,
    any: Vec<Expr>,
    of: &[KeyValue],
) -> Result<Action> {
    let mut names = Placeholders::default();
    let condition = names.condition(&Expr::Any(any))?;
    body.text("ConditionExpression", &condition);
    body.placeholders(&names);
    Ok(Action {
        verb,
        body,
        conditional: true,
        entity: E::MODEL.name,
        key,
        on_behalf_of: Some(keys::describe(of)),
        failure: Failure::Unique(unique.name),
        sent: None,
    })
}

fn owned_by(key: &[KeyValue]) -> Expr {
    Expr::Compare(path(OWNER), "=", Term::Value(owner(key)))
}

fn path(name: &'static str) -> Term {
    Term::Path(RawPath::name(name))
}

fn call(function: &'static str, name: &'static str) -> Expr {
    Expr::Call(function, vec![path(name)])
}
