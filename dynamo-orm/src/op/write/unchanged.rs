//! What must be as it was read, so that a write of what was read then leaves nothing stale.

use crate::codec::Reader;
use crate::expr::{Expr, RawPath, Term};
use crate::schema::keys::{self, index_attribute_names};
use crate::schema::{Entity, FieldModel, IndexUse, KeySpec, Table, When};

/// An attribute that must be as it was read.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::op) struct Unchanged {
    name: String,
    /// `None` where there was none.
    value: Option<String>,
    /// The attribute may be missing as well: it reads as this value.
    or_absent: bool,
}

impl Unchanged {
    /// The attribute as a condition.
    pub(in crate::op) fn condition(&self) -> Expr {
        let path = || Term::Path(RawPath::name(self.name.clone()));
        let absent = || Expr::Call("attribute_not_exists", vec![path()]);
        let equals = |wire: &str| Expr::Compare(path(), "=", Term::Value(wire.to_owned()));
        match &self.value {
            Some(value) if self.or_absent => Expr::Any(vec![absent(), equals(value)]),
            Some(value) => equals(value),
            None if self.or_absent => Expr::Any(vec![absent(), equals(r#"{"NULL":true}"#)]),
            None => absent(),
        }
    }
}

/// The names of attributes to compare, each once.
#[derive(Debug, Default)]
struct Names(Vec<&'static str>);

impl Names {
    fn add(&mut self, name: &'static str) {
        if !self.0.contains(&name) {
            self.0.push(name);
        }
    }

    /// As they are in the item that was read, but for those of the primary key, which tell the item, and the version,
    /// which has a condition of its own.
    fn read<E: Entity>(self, item: &str) -> Vec<Unchanged> {
        let told = |name: &&str| {
            keys::is_key::<E>(name)
                || E::MODEL.version == Some(name)
                || (0..E::MODEL.parts.len()).any(|part| {
                    E::MODEL.attribute_of_part(part) == Some(name)
                        && E::MODEL.primary().any(|spec| spec.uses(part))
                })
        };
        let names = self.0.into_iter().filter(|name| !told(name));
        names
            .map(|name| {
                let field = fields::<E>().find(|f| f.attribute == name);
                let value = attribute(item, name);
                Unchanged {
                    name: name.to_owned(),
                    or_absent: field.is_some_and(|f| match value {
                        Some(_) => f.defaulted && !f.optional,
                        None => f.optional,
                    }),
                    value,
                }
            })
            .collect()
    }
}

fn fields<E: Entity>() -> impl Iterator<Item = &'static FieldModel> {
    E::MODEL.fields.iter().filter(|f| !f.unnamed)
}

/// What a `save` of these changed attributes compares: for each index and each unique value that they touch, everything
/// it is made of. Whatever the version, which begins anew with an item that was deleted and created again.
pub(in crate::op) fn of_changes<E: Entity>(item: &str, changed: &[&str]) -> Vec<Unchanged> {
    let mut names = Names::default();
    for used in E::MODEL.indexes {
        let of_index = of_index::<E>(used);
        let own = index_attribute_names(<E::Table as Table>::MODEL, used);
        if own
            .chain(of_index.0.iter().copied())
            .any(|n| changed.contains(&n))
        {
            of_index.0.into_iter().for_each(|name| names.add(name));
        }
    }
    let of_guards = of_guards::<E>();
    if of_guards.0.iter().any(|name| changed.contains(name)) {
        of_guards.0.into_iter().for_each(|name| names.add(name));
    }
    // Every write sets it.
    names
        .0
        .retain(|name| E::MODEL.updated.is_none_or(|u| u.attribute != *name));
    names.read::<E>(item)
}

/// What every write of guards compares: the unique values and the time to live.
pub(in crate::op) fn of_unique_values<E: Entity>(item: &str) -> Vec<Unchanged> {
    of_guards::<E>().read::<E>(item)
}

/// What tells an item from another one created in its place: its unique values, and when it was created.
pub(in crate::op) fn of_life<E: Entity>(item: &str) -> Vec<Unchanged> {
    let mut names = of_guards::<E>();
    if let Some(created) = E::MODEL.created {
        names.add(created.attribute);
    }
    names.read::<E>(item)
}

/// Everything the type knows of the item.
pub(in crate::op) fn of_everything<E: Entity>(item: &str) -> Vec<Unchanged> {
    let mut names = Names::default();
    fields::<E>().for_each(|f| names.add(f.attribute));
    for used in E::MODEL.indexes {
        of_index::<E>(used)
            .0
            .into_iter()
            .for_each(|name| names.add(name));
    }
    let known = names.0.clone();
    let mut out = names.read::<E>(item);
    // What is flattened into the item.
    let kind = <E::Table as Table>::MODEL.kind;
    let composed: Vec<&str> = E::MODEL
        .indexes
        .iter()
        .flat_map(|used| index_attribute_names(<E::Table as Table>::MODEL, used))
        .collect();
    for (name, value) in attributes(item) {
        let name_is = |n: &&str| *n == name;
        if known.iter().any(name_is)
            || composed.iter().any(name_is)
            || kind.is_some_and(|kind| kind == name)
            || keys::is_key::<E>(&name)
        {
            continue;
        }
        out.push(Unchanged {
            name,
            value: Some(value),
            or_absent: false,
        });
    }
    out
}

fn of_guards<E: Entity>() -> Names {
    let mut names = Names::default();
    if E::MODEL.uniques.is_empty() {
        return names;
    }
    let parts = E::MODEL.uniques.iter().flat_map(|u| u.guard.part_list());
    parts
        .filter_map(|part| E::MODEL.attribute_of_part(part))
        .chain(E::MODEL.ttl)
        .for_each(|name| names.add(name));
    names
}

/// The attributes an index is made of: fields, or the key itself where a field is nowhere else.
fn of_index<E: Entity>(used: &'static IndexUse) -> Names {
    let mut names = Names::default();
    let judged: &[usize] = match used.when {
        When::Entity => {
            fields::<E>().for_each(|f| names.add(f.attribute));
            &[]
        }
        When::Parts(parts) => parts,
        When::Always => &[],
    };
    let parts = (0..E::MODEL.parts.len())
        .filter(|part| judged.contains(part) || used.specs().any(|(_, spec)| spec.uses(*part)));
    for part in parts {
        match E::MODEL.attribute_of_part(part) {
            Some(name) => names.add(name),
            None => used
                .specs()
                .filter(|(_, spec)| matches!(spec, KeySpec::Template(_)) && spec.uses(part))
                .for_each(|(key, _)| names.add(key.name)),
        }
    }
    names
}

/// The value of an attribute of an item.
pub(in crate::op) fn attribute(item: &str, attribute: &str) -> Option<String> {
    attributes(item)
        .into_iter()
        .find(|(name, _)| name == attribute)
        .map(|(_, value)| value)
}

/// The attributes of an item of our own.
pub(crate) fn attributes(item: &str) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let read = Reader::new(item).object(&mut |reader, name| {
        out.push((name.into_owned(), reader.raw_value()?.to_owned()));
        Ok(())
    });
    debug_assert!(read.is_ok(), "an item of our own is well-formed");
    out
}
