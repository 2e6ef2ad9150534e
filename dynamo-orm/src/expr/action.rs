//! Update actions: SET, REMOVE, ADD and DELETE on typed paths.

use super::operand::{Assigned, Operand, Term};
use super::path::{Path, RawPath};
use super::render::Placeholders;
use super::role::{
    IndexKey, NaturalKey, OptionalIndexKey, OptionalNaturalKey, PartOf, Role, Settable,
};
use crate::error::{Error, Result};
use crate::key::{KeyPart, Part};

/// The actions of one update, and the key parts they change.
#[derive(Debug, Default)]
pub struct Actions {
    pub(crate) list: Vec<Action>,
    pub(crate) touched: Vec<(usize, Option<Part<'static>>)>,
    pub(crate) error: Option<Error>,
}

/// One action on one path.
#[derive(Debug)]
pub(crate) struct Action {
    pub(crate) path: RawPath,
    pub(crate) verb: Verb,
}

#[derive(Debug)]
pub(crate) enum Verb {
    Set(Term),
    SetIfAbsent(Term),
    Increment(Term),
    Decrement(Term),
    Append(Term),
    Prepend(Term),
    Remove,
    Add(Term),
    Delete(Term),
}

impl Actions {
    pub(crate) fn push(&mut self, path: RawPath, verb: Verb) {
        self.list.push(Action { path, verb });
    }

    pub(crate) fn touch(&mut self, part: Option<usize>, value: Option<Part<'static>>) {
        if let Some(part) = part {
            self.touched.retain(|(p, _)| *p != part);
            self.touched.push((part, value));
        }
    }

    fn fail(&mut self, error: Error) {
        self.error.get_or_insert(error);
    }

    /// SET, or REMOVE for a value that has no stored form.
    pub(crate) fn assign(&mut self, path: RawPath, part: Option<usize>, value: Assigned) {
        if part.is_some() && matches!(value.term, Term::Path(_)) {
            self.fail(Error::invalid(format!(
                "`{path}` is in an index key, which cannot be made from another attribute; set a value"
            )));
        }
        match value.term {
            Term::Broken(error) => self.fail(error.with_path(path.to_string())),
            Term::Absent => self.push(path, Verb::Remove),
            term => self.push(path, Verb::Set(term)),
        }
        self.touch(part, value.part);
    }

    pub(crate) fn remove(&mut self, path: RawPath, part: Option<usize>) {
        self.push(path, Verb::Remove);
        self.touch(part, None);
    }

    /// Two actions on one path, or on a path and one inside it, are refused by DynamoDB.
    fn check_conflicts(actions: &[&Action]) -> Result<()> {
        for (n, a) in actions.iter().enumerate() {
            if let Some(b) = actions
                .iter()
                .skip(n + 1)
                .find(|b| a.path.overlaps(&b.path))
            {
                return Err(Error::invalid(format!(
                    "the update changes both `{}` and `{}`; one update may touch a path only once",
                    a.path, b.path
                )));
            }
        }
        Ok(())
    }

    /// The update expression, with the actions that follow from these.
    pub(crate) fn render(&self, derived: &[Action], names: &mut Placeholders) -> Result<String> {
        if let Some(error) = &self.error {
            return Err(super::render::copy(error));
        }
        let actions: Vec<&Action> = self.list.iter().chain(derived).collect();
        Self::check_conflicts(&actions)?;
        names.reset_count();
        let (mut set, mut remove, mut add, mut delete) = (vec![], vec![], vec![], vec![]);
        for action in actions {
            let path = names.path(&action.path);
            match &action.verb {
                Verb::Set(value) => set.push(format!("{path} = {}", names.term(value)?)),
                Verb::SetIfAbsent(value) => {
                    names.count(1);
                    set.push(format!(
                        "{path} = if_not_exists({path}, {})",
                        names.term(value)?
                    ));
                }
                Verb::Increment(by) => {
                    names.count(1);
                    set.push(format!("{path} = {path} + {}", names.term(by)?));
                }
                Verb::Decrement(by) => {
                    names.count(1);
                    set.push(format!("{path} = {path} - {}", names.term(by)?));
                }
                Verb::Append(items) => {
                    names.count(2);
                    let (items, empty) = (names.term(items)?, names.value(r#"{"L":[]}"#));
                    set.push(format!(
                        "{path} = list_append(if_not_exists({path}, {empty}), {items})"
                    ));
                }
                Verb::Prepend(items) => {
                    names.count(2);
                    let (items, empty) = (names.term(items)?, names.value(r#"{"L":[]}"#));
                    set.push(format!(
                        "{path} = list_append({items}, if_not_exists({path}, {empty}))"
                    ));
                }
                Verb::Remove => remove.push(path),
                Verb::Add(value) => add.push(format!("{path} {}", names.term(value)?)),
                Verb::Delete(value) => delete.push(format!("{path} {}", names.term(value)?)),
            }
        }
        let mut out = String::new();
        for (clause, actions) in [
            ("SET", set),
            ("REMOVE", remove),
            ("ADD", add),
            ("DELETE", delete),
        ] {
            if actions.is_empty() {
                continue;
            }
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(clause);
            out.push(' ');
            out.push_str(&actions.join(", "));
        }
        names.check(&out)?;
        Ok(out)
    }
}

/// What `set` can assign a `V` to: the path of a field, or a group of fields that make one index key.
pub trait SetTarget<R, V> {
    /// Records the assignment.
    #[doc(hidden)]
    fn set(self, value: V, actions: &mut Actions);
}

impl<R, T, K: Settable<T>, V: Operand<T>> SetTarget<R, V> for Path<R, T, K> {
    fn set(self, value: V, actions: &mut Actions) {
        let value = value.into_assigned::<K>(self.hint);
        actions.assign(self.raw, self.part, value);
    }
}

/// Fields that make one index key together, so that an update sets them together.
#[derive(Clone, Debug)]
pub struct Group<P>(P);

impl<P> Group<P> {
    /// Joins the paths of the fields.
    #[doc(hidden)]
    #[must_use]
    pub fn new(paths: P) -> Self {
        Self(paths)
    }
}

/// A path inside a [`Group`], assigned from a `V`: the field's type, or an `Option` of it.
pub trait Member<R, V> {
    /// Records the assignment.
    #[doc(hidden)]
    fn set_member(self, value: V, actions: &mut Actions);
}

macro_rules! required_members {
    ($($name:ident $(<$f:ident>)?),*) => {$(
        impl<R, T: KeyPart, G, $($f: Role<T>,)? V: Operand<T>> Member<R, V>
            for Path<R, T, PartOf<G, $name $(<$f>)?>>
        {
            fn set_member(self, value: V, actions: &mut Actions) {
                let value = value.into_assigned::<$name $(<$f>)?>(self.hint);
                actions.assign(self.raw, self.part, value);
            }
        }
    )*};
}
required_members!(IndexKey<F>, NaturalKey);

macro_rules! optional_members {
    ($($name:ident $(<$f:ident>)?),*) => {$(
        impl<R, T: KeyPart, G, $($f: Role<T>,)?> Member<R, Option<T>>
            for Path<R, T, PartOf<G, $name $(<$f>)?>>
        {
            fn set_member(self, value: Option<T>, actions: &mut Actions) {
                match value {
                    Some(value) => {
                        let value = Operand::<T>::into_assigned::<$name $(<$f>)?>(value, self.hint);
                        actions.assign(self.raw, self.part, value);
                    }
                    None => actions.remove(self.raw, self.part),
                }
            }
        }
    )*};
}
optional_members!(OptionalIndexKey<F>, OptionalNaturalKey);

macro_rules! groups {
    ($(($($p:ident $v:ident),+))*) => {$(
        impl<R, $($p: Member<R, $v>, $v),+> SetTarget<R, ($($v,)+)> for Group<($($p,)+)> {
            #[expect(non_snake_case, reason = "one name serves as type and variable")]
            fn set(self, value: ($($v,)+), actions: &mut Actions) {
                let ($($p,)+) = self.0;
                let ($($v,)+) = value;
                $($p.set_member($v, actions);)+
            }
        }
    )*};
}
groups! {
    (P1 V1, P2 V2)
    (P1 V1, P2 V2, P3 V3)
    (P1 V1, P2 V2, P3 V3, P4 V4)
    (P1 V1, P2 V2, P3 V3, P4 V4, P5 V5)
    (P1 V1, P2 V2, P3 V3, P4 V4, P5 V5, P6 V6)
    (P1 V1, P2 V2, P3 V3, P4 V4, P5 V5, P6 V6, P7 V7)
    (P1 V1, P2 V2, P3 V3, P4 V4, P5 V5, P6 V6, P7 V7, P8 V8)
}
