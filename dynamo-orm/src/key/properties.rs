//! Properties of keys over random values, against a naive model that filters tuples by their typed values.

mod pool;

use proptest::prelude::*;

use self::pool::{POOL, Sample, Value, tuple};
use super::{Format, KeyCondition, Part, Range, RenderError, Segment, Template};

#[derive(Clone, Copy, Debug)]
enum Op {
    Eq,
    Between,
    From,
    After,
    To,
    Before,
    BeginsWith,
    All,
}

const OPS: [Op; 8] = [
    Op::Eq,
    Op::Between,
    Op::From,
    Op::After,
    Op::To,
    Op::Before,
    Op::BeginsWith,
    Op::All,
];

fn key(sample: &Sample, tuple: &[Value]) -> Option<String> {
    sample
        .template
        .render(&|part| Some(tuple[part].to_part()))
        .ok()
}

/// The tuple as the key stores it, in the order of the key.
fn stored(sample: &Sample, tuple: &[Value]) -> Vec<Value> {
    placeholders(&sample.template)
        .map(|(part, format)| tuple[part].stored(format))
        .collect()
}

fn placeholders(template: &Template) -> impl Iterator<Item = (usize, Format)> {
    template
        .segments
        .iter()
        .filter_map(|segment| match segment {
            Segment::Part { part, format, .. } => Some((*part, *format)),
            Segment::Literal(_) => None,
        })
}

fn holds(condition: &KeyCondition, key: &str) -> bool {
    match condition {
        KeyCondition::Equals(text) => key == text,
        KeyCondition::BeginsWith(text) => key.starts_with(text.as_str()),
        KeyCondition::Between(low, high) => low.as_str() <= key && key <= high.as_str(),
        KeyCondition::All => true,
    }
}

/// A template, tuples of it, and bounds.
fn world() -> impl Strategy<Value = (&'static Sample, Vec<Vec<Value>>)> {
    (0..POOL.len()).prop_flat_map(|index| {
        let sample = &POOL[index];
        (
            Just(sample),
            proptest::collection::vec(tuple(sample), 2..14),
        )
    })
}

/// The same tuples, and each again with the first parts of the first tuple.
fn beside(sample: &Sample, mut tuples: Vec<Vec<Value>>, level: usize) -> Vec<Vec<Value>> {
    for mut tuple in tuples.clone() {
        for (part, _) in placeholders(&sample.template).take(level) {
            tuple[part] = tuples[0][part].clone();
        }
        tuples.push(tuple);
    }
    tuples
}

#[test]
fn every_template_of_the_pool_passes_the_check() {
    for sample in POOL {
        assert_eq!(sample.template.check(), Ok(()), "{:?}", sample.template);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn different_tuples_never_give_one_key((sample, tuples) in world()) {
        let keys: Vec<_> = tuples.iter().filter_map(|t| Some((key(sample, t)?, stored(sample, t)))).collect();
        for (a, left) in &keys {
            for (b, right) in &keys {
                prop_assert_eq!(a == b, left == right, "{} {}", a, b);
            }
        }
    }

    #[test]
    fn keys_sort_as_their_parts((sample, tuples) in world()) {
        let keys: Vec<_> = tuples.iter().filter_map(|t| Some((key(sample, t)?, stored(sample, t)))).collect();
        for (a, left) in &keys {
            for (b, right) in &keys {
                let level = left.iter().zip(right).position(|(x, y)| x != y);
                if let Some(level) = level && sample.template.is_ordered(level) {
                    prop_assert_eq!(a.cmp(b), left[level].cmp(&right[level]), "{:?} {:?}", a, b);
                }
            }
        }
    }

    #[test]
    fn keys_parse_back_into_what_they_store((sample, tuples) in world()) {
        for tuple in &tuples {
            let Some(key) = key(sample, tuple) else { continue };
            prop_assert!(sample.template.matches(&key));
            let parts = sample.template.parse(&key).map_err(|e| TestCaseError::fail(format!("{key:?}: {e}")))?;
            let expected: Vec<(usize, Part<'static>)> = placeholders(&sample.template)
                .map(|(part, format)| (part, tuple[part].stored(format).to_part().into_owned()))
                .collect();
            prop_assert_eq!(parts, expected);
        }
    }

    #[test]
    fn a_parsed_key_renders_to_itself(index in 0..POOL.len(), text in "(A#|T_|U:|[ab]#)?[-0-9a-cnop#:|_%.~A2é]{0,12}") {
        let template = POOL[index].template;
        if let Ok(parts) = template.parse(&text) {
            let get = |part| parts.iter().find(|(p, _)| *p == part).map(|(_, value)| value.as_borrowed());
            if placeholders(&template).all(|(_, format)| format.is_lossless()) {
                prop_assert_eq!(template.render(&get), Ok(text));
            }
        }
    }

    #[test]
    fn a_condition_selects_what_the_typed_comparison_selects(
        (sample, tuples) in world(),
        op in proptest::sample::select(&OPS[..]),
        level in 0usize..4,
        cut in 0usize..4,
    ) {
        let template = &sample.template;
        let Some(level) = level.checked_rem(template.levels()) else { return Ok(()) };
        let (part, format) = placeholders(template).nth(level).unwrap();
        let tuples = beside(sample, tuples, level);
        let (before, low, high) = (&tuples[0], tuples[0][part].clone(), tuples[1][part].clone());
        let start: String = low.text().chars().take(cut).collect();
        let range = match op {
            Op::Eq => Range::Eq(low.to_part()),
            Op::Between => Range::Between(low.to_part(), high.to_part()),
            Op::From => Range::From(low.to_part()),
            Op::After => Range::After(low.to_part()),
            Op::To => Range::To(low.to_part()),
            Op::Before => Range::Before(low.to_part()),
            Op::BeginsWith => Range::BeginsWith(&start),
            Op::All => Range::All,
        };
        let (low, high) = (low.stored(format), high.stored(format));
        let start = Value::Text(start.clone()).stored(format).text();
        let selects = |tuple: &[Value]| {
            let (mine, given) = (stored(sample, tuple), stored(sample, before));
            let value = &mine[level];
            mine[..level] == given[..level] && match op {
                Op::Eq => *value == low,
                Op::Between => low <= *value && *value <= high,
                Op::From => low <= *value,
                Op::After => low < *value,
                Op::To => *value <= low,
                Op::Before => *value < low,
                Op::BeginsWith => value.text().starts_with(&start),
                Op::All => true,
            }
        };
        let condition = match template.condition(level, range, &|part| Some(before[part].to_part())) {
            Ok(condition) => condition,
            Err(RenderError::Unordered { .. }) => {
                prop_assert!(!template.is_ordered(level));
                return Ok(());
            }
            Err(RenderError::Inverted { .. }) => {
                prop_assert!(tuples.iter().all(|t| key(sample, t).is_none() || !selects(t)));
                return Ok(());
            }
            Err(RenderError::NotText { .. }) => {
                prop_assert!(matches!(op, Op::BeginsWith));
                return Ok(());
            }
            // The values themselves have no place in the key.
            Err(_) => return Ok(()),
        };
        if let KeyCondition::Between(low, high) = &condition {
            prop_assert!(!low.is_empty() && low <= high);
        }
        for tuple in &tuples {
            let Some(key) = key(sample, tuple) else { continue };
            prop_assert_eq!(holds(&condition, &key), selects(tuple), "{:?} {:?} {:?}", op, condition, key);
        }
    }

    #[test]
    fn a_condition_stays_inside_the_text_before_its_part(
        (sample, tuples) in world(),
        (_, others) in world(),
        other in 0..POOL.len(),
        op in proptest::sample::select(&OPS[2..6]),
        level in 0usize..4,
    ) {
        let template = &sample.template;
        let Some(level) = level.checked_rem(template.levels()) else { return Ok(()) };
        let get = |part: usize| Some(tuples[0][part].to_part());
        let Ok(prefix) = template.render_prefix(level, &get) else { return Ok(()) };
        let (part, _) = placeholders(template).nth(level).unwrap();
        let bound = tuples[0][part].to_part();
        let range = match op {
            Op::From => Range::From(bound),
            Op::After => Range::After(bound),
            Op::To => Range::To(bound),
            _ => Range::Before(bound),
        };
        let Ok(condition) = template.condition(level, range, &get) else { return Ok(()) };
        let other = &POOL[other];
        for tuple in others.iter().filter(|t| other.accepts(t)) {
            let Some(key) = key(other, tuple) else { continue };
            prop_assert!(key.starts_with(&prefix) || !holds(&condition, &key), "{:?} {:?}", condition, key);
        }
    }

    #[test]
    fn templates_that_do_not_overlap_share_no_key((sample, tuples) in world(), other in 0..POOL.len()) {
        let other = &POOL[other].template;
        for tuple in &tuples {
            let Some(key) = key(sample, tuple) else { continue };
            prop_assert!(!other.matches(&key) || sample.template.overlaps(other), "{:?}", key);
        }
    }
}
