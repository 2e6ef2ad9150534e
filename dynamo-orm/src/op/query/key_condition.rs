//! From the state of a query to its key condition expression.

use crate::error::{Error, Result};
use crate::expr::render::Placeholders;
use crate::key::{KeyCondition, Part, Range, Segment, Template};
use crate::schema::keys::{MAX_PARTITION_KEY_BYTES, check_size, invalid_key, render};
use crate::schema::{
    Entity, EntityModel, IndexModel, KeyAttribute, KeySpec, KeyType, Parts, Scope, Table,
    TableModel,
};

use super::access::{Bounds, QueryState};

/// The key attributes of a query with the specs that fill them.
#[derive(Debug)]
pub(crate) struct KeyPlan {
    pub(crate) pk: Vec<(KeyAttribute, KeySpec)>,
    pub(crate) sk: Vec<(KeyAttribute, KeySpec)>,
    pub(crate) index: Option<&'static IndexModel>,
}

/// Looks up the keys of the index, or of the table.
pub(crate) fn plan<E: Entity>(index: Option<usize>) -> KeyPlan {
    let (table, model) = (E::Table::MODEL, E::MODEL);
    let primary_pk = || vec![(table.pk, model.pk)];
    match index.and_then(|n| model.indexes.get(n)) {
        None => KeyPlan {
            pk: primary_pk(),
            sk: table.sk.into_iter().zip(model.sk).collect(),
            index: None,
        },
        Some(used) => KeyPlan {
            pk: match used.index.scope {
                Scope::Local => primary_pk(),
                Scope::Global => pair(used.index.pk, used.pk),
            },
            sk: pair(used.index.sk, used.sk),
            index: Some(used.index),
        },
    }
}

fn pair(keys: &[KeyAttribute], specs: &[KeySpec]) -> Vec<(KeyAttribute, KeySpec)> {
    keys.iter().copied().zip(specs.iter().copied()).collect()
}

/// One comparison of the key condition.
#[derive(Clone, Debug)]
pub(crate) enum Test {
    Compare(&'static str, Part<'static>),
    Between(Part<'static>, Part<'static>),
    BeginsWith(Part<'static>),
}

/// Key attributes with what is asked of them; the others are open.
pub(crate) type Tests = Vec<(&'static str, Test)>;

/// What the query asks of its keys.
pub(crate) fn key_tests<E: Entity>(state: &QueryState, plan: &KeyPlan) -> Result<Tests> {
    let model = E::MODEL;
    let parts = Parts(&state.parts);
    let of_partition = state.partition_parts();
    let mut tests: Tests = Vec::new();
    for (key, spec) in &plan.pk {
        let value = render(spec, key.ty, key.name, model, &Parts(&of_partition))?
            .ok_or_else(|| Error::invalid("a part of the partition key is missing"))?;
        check_size(model, Some(&value), MAX_PARTITION_KEY_BYTES, "partition")?;
        tests.push((key.name, Test::Compare("=", value.value)));
    }
    if let (Some(span), Some((key, _))) = (&state.span, plan.sk.first()) {
        tests.push((key.name, span.clone()));
    }
    if !state.whole_partition {
        for (n, (key, spec)) in plan.sk.iter().enumerate() {
            let known = spec
                .part_list()
                .take_while(|p| parts.get(*p).is_some())
                .count();
            let complete = known == spec.part_list().count();
            let literal = known == 0 && complete;
            if complete && !literal {
                if let Some(value) = render(spec, key.ty, key.name, model, &parts)? {
                    tests.push((key.name, Test::Compare("=", value.value)));
                }
                continue;
            }
            let range = state
                .range
                .as_ref()
                .filter(|(part, _)| spec.part_list().nth(known) == Some(*part))
                .map(|(_, bounds)| bounds);
            // Without a condition on it, a later attribute stays open.
            if n > 0 && range.is_none() && known == 0 && !literal {
                break;
            }
            if let Some(test) = partial(key, spec, known, range, model, &parts)? {
                tests.push((key.name, test));
            }
            if !literal {
                break;
            }
        }
    }
    Ok(tests)
}

/// Renders the key condition.
pub(crate) fn key_condition(tests: &Tests, names: &mut Placeholders) -> String {
    let mut out = String::new();
    for (attribute, test) in tests {
        if !out.is_empty() {
            out.push_str(" AND ");
        }
        let name = names.name(attribute);
        out.push_str(&text(&name, test, names));
    }
    out
}

fn text(name: &str, test: &Test, names: &mut Placeholders) -> String {
    let mut value = |part: &Part<'_>| {
        let mut wire = String::new();
        part.to_wire(&mut wire);
        names.value(wire)
    };
    match test {
        Test::Compare(op, part) => format!("{name} {op} {}", value(part)),
        Test::Between(low, high) => {
            format!("{name} BETWEEN {} AND {}", value(low), value(high))
        }
        Test::BeginsWith(part) => format!("begins_with({name}, {})", value(part)),
    }
}

/// The test on an attribute of which `known` parts are given.
fn partial(
    key: &KeyAttribute,
    spec: &KeySpec,
    known: usize,
    range: Option<&Bounds>,
    model: &EntityModel,
    parts: &Parts<'_>,
) -> Result<Option<Test>> {
    let (KeySpec::Template(template), KeyType::S) = (spec, key.ty) else {
        return Ok(range.map(direct));
    };
    let get = |p: usize| parts.get(p);
    let condition = match (range, known) {
        (None, 0) => template.condition(0, Range::All, &get),
        (None, known) => {
            let last = spec.part_list().nth(known - 1).and_then(&get);
            match last {
                Some(last) => template.condition(known - 1, Range::Eq(last), &get),
                None => template.condition(0, Range::All, &get),
            }
        }
        (Some(bounds), known) => template.condition(known, as_range(bounds), &get),
    }
    .map_err(|e| invalid_key(model, &e))?;
    let part = |text: String| Part::Text(text.into());
    Ok(match condition {
        KeyCondition::Equals(text) => Some(Test::Compare("=", part(text))),
        KeyCondition::BeginsWith(text) => Some(Test::BeginsWith(part(text))),
        KeyCondition::Between(low, high) => Some(Test::Between(part(low), part(high))),
        KeyCondition::All => None,
    })
}

fn as_range(bounds: &Bounds) -> Range<'_> {
    match bounds {
        Bounds::Between(low, high) => Range::Between(low.clone(), high.clone()),
        Bounds::From(part) => Range::From(part.clone()),
        Bounds::After(part) => Range::After(part.clone()),
        Bounds::To(part) => Range::To(part.clone()),
        Bounds::Before(part) => Range::Before(part.clone()),
        Bounds::BeginsWith(text) => Range::BeginsWith(text),
        Bounds::Below(text) => Range::Below(text),
    }
}

/// The attribute holds the part alone, so DynamoDB's own comparisons apply.
fn direct(bounds: &Bounds) -> Test {
    match bounds {
        Bounds::Between(low, high) => Test::Between(low.clone(), high.clone()),
        Bounds::From(part) => Test::Compare(">=", part.clone()),
        Bounds::After(part) => Test::Compare(">", part.clone()),
        Bounds::To(part) => Test::Compare("<=", part.clone()),
        Bounds::Before(part) => Test::Compare("<", part.clone()),
        Bounds::BeginsWith(text) => Test::BeginsWith(Part::Text(text.clone().into())),
        Bounds::Below(text) => {
            let bound = |end| Part::Text(format!("{text}{end}").into());
            Test::Between(bound('\0'), bound('\u{10FFFF}'))
        }
    }
}

/// Could the query's range hold items of other entities? Then their types must be told apart.
pub(crate) fn may_meet_others<E: Entity>(plan: &KeyPlan, tests: &Tests) -> bool {
    let table = E::Table::MODEL;
    let mut others = table.entities.iter().filter(|e| e.name != E::MODEL.name);
    others.any(|other| {
        plan.pk.iter().chain(&plan.sk).all(|(key, _)| {
            let test = tests.iter().find(|(name, _)| *name == key.name);
            match (fills(table, other, plan.index, key), test) {
                (Filled::Never, _) => false,
                (Filled::By(KeySpec::Template(theirs)), Some((_, test))) => test.may_hold(&theirs),
                _ => true,
            }
        })
    })
}

impl Test {
    /// Could a key of this template pass? `false` is a proof.
    fn may_hold(&self, template: &Template) -> bool {
        match self {
            Self::Compare("=", Part::Text(text)) => template.matches(text),
            Self::BeginsWith(Part::Text(start)) => may_begin(template, start),
            Self::Between(Part::Text(low), Part::Text(high)) => {
                let common = low.bytes().zip(high.bytes()).take_while(|(a, b)| a == b);
                let common = low.floor_char_boundary(common.count());
                may_begin(template, low.get(..common).unwrap_or_default())
            }
            _ => true,
        }
    }
}

/// Could a key of this template begin with the text?
fn may_begin(template: &Template, start: &str) -> bool {
    match template.segments.first() {
        Some(Segment::Literal(text)) => text.starts_with(start) || start.starts_with(text),
        _ => true,
    }
}

/// What an entity puts into a key attribute.
enum Filled {
    By(KeySpec),
    Somehow,
    Never,
}

/// An item is in an index if it has the key attributes, whether its entity declares the index or not.
fn fills(
    table: &TableModel,
    entity: &EntityModel,
    index: Option<&IndexModel>,
    key: &KeyAttribute,
) -> Filled {
    let declared = entity
        .indexes
        .iter()
        .filter(|used| index.is_some_and(|index| used.index.name == index.name))
        .find_map(|used| used.specs().find(|(k, _)| k.name == key.name));
    let primary = || {
        table
            .keys()
            .zip(entity.primary())
            .find(|(k, _)| k.name == key.name)
    };
    match declared.or_else(primary) {
        Some((_, spec)) => Filled::By(spec),
        None if entity.has_attribute(key.name) => Filled::Somehow,
        None => Filled::Never,
    }
}
