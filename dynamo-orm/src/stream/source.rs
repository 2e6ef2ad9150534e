//! What is made from an item, and whether the item still is what it was made from.

use crate::client::Db;
use crate::error::{Error, ErrorKind, Result};
use crate::expr::{Condition, Expr, RawPath, Term};
use crate::op::{Check, Key, stored_item};
use crate::schema::{Entity, Table, entity_of, is_expired};

use super::image;

/// The item as it was seen: its image, or `None` where it was gone.
pub(super) type Seen = Option<String>;

/// Asks that the source still has the values at these paths that it was seen with; that there is none, where there was
/// none.
pub(super) fn still<S: Entity>(key: Key<S>, seen: &Seen, paths: &[RawPath]) -> Check<S> {
    let Some(item) = seen else {
        return gone(key);
    };
    match same(item, paths.iter().cloned()) {
        Some(same) => key.check().when(|_| Condition::new(same)),
        None => key.check(),
    }
}

/// The values at these paths are those of the item.
pub(super) fn same(item: &str, paths: impl Iterator<Item = RawPath>) -> Option<Expr> {
    let same = paths.map(|path| match image::at(item, &path) {
        Some(raw) => Expr::Compare(Term::Path(path), "=", Term::Value(raw)),
        None => Expr::Call("attribute_not_exists", vec![Term::Path(path)]),
    });
    same.reduce(Expr::all)
}

/// All the fields of an entity, with what else serde finds in the item.
pub(super) fn fields<E: Entity>(item: &str) -> Vec<RawPath> {
    let own = E::MODEL.fields.iter().filter(|f| !f.unnamed);
    let mut names: Vec<String> = own.map(|f| f.attribute.to_owned()).collect();
    if E::MODEL.sees_all
        && let Ok(found) = image::attributes(item)
    {
        for (name, _) in found {
            if !names.iter().any(|known| *known == name) {
                names.push(name.into_owned());
            }
        }
    }
    names.into_iter().map(RawPath::name).collect()
}

/// Nothing is under the key, or an item of another type.
fn gone<S: Entity>(key: Key<S>) -> Check<S> {
    let table = S::Table::MODEL;
    let attribute = |name: &'static str| Term::Path(RawPath::name(name));
    let absent = Expr::Call("attribute_not_exists", vec![attribute(table.pk.name)]);
    let Some(kind) = table.kind else {
        return key.check_only(absent);
    };
    let mine = Expr::Compare(attribute(kind), "=", Term::Value(S::MODEL.kind_wire()));
    let other = Expr::All(vec![
        Expr::Call("attribute_exists", vec![attribute(kind)]),
        Expr::Not(Box::new(mine)),
    ]);
    key.check_only(Expr::Any(vec![absent, other]))
}

/// The source as it is now: `GetItem`, consistent. An item that has expired, or is of another type, is none.
pub(super) async fn now<S: Entity>(key: &Key<S>, db: &Db<S::Table>) -> Result<Seen> {
    let Some(item) = stored_item(db, &key.to_json()?).await? else {
        return Ok(None);
    };
    let mine = <S::Table as Table>::MODEL.entity_of_kind(S::MODEL.kind);
    let found = entity_of::<S::Table>(&item)
        .map_err(|malformed| Error::new(ErrorKind::Decode, malformed.to_string()))?;
    let live = S::MODEL
        .ttl
        .is_none_or(|ttl| !is_expired(&item, ttl, db.now()));
    Ok((found.ok() == mine && live).then_some(item))
}

/// What became of a transaction that asks first whether the source still is what it was.
pub(super) enum Sent {
    Done,
    /// The source is another one by now.
    Moved,
    /// These operations were about items that are gone, or are in step already; nothing was written.
    Without(Vec<usize>),
}

/// Reads the answer of such a transaction.
pub(super) fn sent(answer: Result<()>) -> Result<Sent> {
    let error = match answer {
        Ok(()) => return Ok(Sent::Done),
        Err(error) => error,
    };
    let reasons = error.reasons();
    let unmet = |error: &Error| error.is_condition_failed() || error.is_not_found();
    if error.kind() != ErrorKind::TransactionCanceled
        || reasons.is_empty()
        || !reasons.iter().all(|reason| unmet(&reason.error))
    {
        return Err(error);
    }
    if reasons.iter().any(|reason| reason.operation == 0) {
        return Ok(Sent::Moved);
    }
    Ok(Sent::Without(reasons.iter().map(|r| r.operation).collect()))
}
