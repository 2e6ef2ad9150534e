//! What each serde form is written as, and what is refused.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;

use super::*;
use crate::codec::hint::Element;

fn value<T: Serialize>(value: T, hint: Hint) -> String {
    let mut out = String::new();
    match write_value(&value, hint, &mut out) {
        Ok(Presence::Present) => out,
        Ok(Presence::Absent) => {
            assert_eq!(out, "");
            "absent".to_owned()
        }
        Err(error) => {
            assert_eq!(out, "");
            error.to_string()
        }
    }
}

fn item<T: Serialize>(value: &T, rules: &'static [Rule]) -> Result<String, String> {
    let mut out = "{".to_owned();
    write_item(value, rules, &mut out).map_err(|error| error.to_string())?;
    Ok(out + "}")
}

#[derive(Serialize)]
enum Shape {
    Point,
    Circle(u8),
    Line(u8, Option<u8>),
    Box { w: u8, h: Option<u8> },
}

#[test]
fn every_serde_form_has_its_attribute_value() {
    let auto = |json: String, expected: &str| assert_eq!(json, expected);
    auto(value("a\"b", Hint::Auto), r#"{"S":"a\"b"}"#);
    auto(value('ß', Hint::Auto), r#"{"S":"ß"}"#);
    auto(value(-7i8, Hint::Auto), r#"{"N":"-7"}"#);
    auto(
        value(u64::MAX, Hint::Auto),
        r#"{"N":"18446744073709551615"}"#,
    );
    auto(value(true, Hint::Auto), r#"{"BOOL":true}"#);
    auto(value((), Hint::Auto), r#"{"NULL":true}"#);
    auto(value(None::<u8>, Hint::Auto), "absent");
    auto(
        value([Some(1), None], Hint::Auto),
        r#"{"L":[{"N":"1"},{"NULL":true}]}"#,
    );
    auto(
        value(("a", 1), Hint::Auto),
        r#"{"L":[{"S":"a"},{"N":"1"}]}"#,
    );
    auto(
        value(serde_bytes::Bytes::new(&[1, 2]), Hint::Auto),
        r#"{"B":"AQI="}"#,
    );
    auto(value(Shape::Point, Hint::Auto), r#"{"S":"Point"}"#);
    auto(
        value(Shape::Circle(1), Hint::Auto),
        r#"{"M":{"Circle":{"N":"1"}}}"#,
    );
    auto(
        value(Shape::Line(1, None), Hint::Auto),
        r#"{"M":{"Line":{"L":[{"N":"1"},{"NULL":true}]}}}"#,
    );
    auto(
        value(Shape::Box { w: 1, h: None }, Hint::Auto),
        r#"{"M":{"Box":{"M":{"w":{"N":"1"}}}}}"#,
    );
    let map = BTreeMap::from([(1, Some('a')), (-2, None)]);
    auto(
        value(map, Hint::Auto),
        r#"{"M":{"-2":{"NULL":true},"1":{"S":"a"}}}"#,
    );
    auto(
        value(BTreeMap::<bool, u8>::new(), Hint::Auto),
        r#"{"M":{}}"#,
    );
}

#[test]
fn numbers_are_exact_or_refused() {
    assert_eq!(value(0.1f64, Hint::Auto), r#"{"N":"0.1"}"#);
    assert_eq!(value(0.1f32, Hint::Auto), r#"{"N":"0.1"}"#);
    assert_eq!(value(-0.0, Hint::Auto), r#"{"N":"0"}"#);
    assert_eq!(value(5.0, Hint::Auto), r#"{"N":"5"}"#);
    assert_eq!(value(1e100, Hint::Auto), r#"{"N":"1e100"}"#);
    assert_eq!(value(1.25e-130, Hint::Auto), r#"{"N":"1.25e-130"}"#);
    assert!(value(f64::NAN, Hint::Auto).contains("`Option`"));
    assert!(value(f64::INFINITY, Hint::Auto).contains("`Option`"));
    assert!(value(1e126, Hint::Auto).contains("9.99…E125"));
    assert!(value(5e-324, Hint::Auto).contains("1E-130"));
    assert!(value(u128::MAX, Hint::Auto).contains("38 significant digits"));
    let largest = 10i128.pow(38) - 1;
    assert_eq!(
        value(-largest, Hint::Auto),
        format!(r#"{{"N":"-{largest}"}}"#)
    );
}

#[test]
fn hints_choose_the_type() {
    assert_eq!(value("1.50", Hint::Number), r#"{"N":"1.50"}"#);
    assert_eq!(value(Some("1.50"), Hint::Number), r#"{"N":"1.50"}"#);
    assert_eq!(
        value(["1", "2"], Hint::Number),
        r#"{"L":[{"N":"1"},{"N":"2"}]}"#
    );
    assert!(value("one", Hint::Number).contains("\"one\" is not a decimal number"));
    assert_eq!(value(vec![0u8, 200, 255], Hint::Bytes), r#"{"B":"AMj/"}"#);
    assert_eq!(value([1u8, 2], Hint::Bytes), r#"{"B":"AQI="}"#);
    assert!(value(vec![1u32], Hint::Bytes).contains("only `u8`"));
    assert!(value("x", Hint::Bytes).contains("bytes"));
    assert_eq!(
        value(["b", "a"], Hint::Set(Element::Auto)),
        r#"{"SS":["b","a"]}"#
    );
    assert_eq!(
        value([2, 1], Hint::Set(Element::Auto)),
        r#"{"NS":["2","1"]}"#
    );
    assert_eq!(
        value(["2", "1"], Hint::Set(Element::Number)),
        r#"{"NS":["2","1"]}"#
    );
    assert_eq!(
        value([[1u8], [2]], Hint::Set(Element::Bytes)),
        r#"{"BS":["AQ==","Ag=="]}"#
    );
    assert_eq!(
        value(Some(BTreeSet::<u8>::new()), Hint::Set(Element::Auto)),
        "absent"
    );
    assert_eq!(
        value(None::<BTreeSet<u8>>, Hint::Set(Element::Auto)),
        "absent"
    );
}

#[test]
fn a_set_that_is_none_is_refused() {
    let set = Hint::Set(Element::Auto);
    assert!(value([1, 1], set).contains("twice"));
    assert!(value([1.0, 1.0], set).contains("twice"));
    assert!(value(["1.0", "1"], Hint::Set(Element::Number)).contains("twice"));
    assert!(value(("a", 1), set).starts_with("at `[1]`: "));
    assert!(value([true], set).contains("strings, numbers or bytes"));
    assert!(value([None::<u8>], set).contains("strings, numbers or bytes"));
    assert!(value([[1]], set).contains("strings, numbers or bytes"));
    assert!(value("a", set).contains("a set"));
}

#[derive(Serialize)]
struct Row {
    id: &'static str,
    secret: u8,
    price: Option<&'static str>,
    tags: Vec<&'static str>,
    note: Option<u8>,
    inner: Inner,
}

#[derive(Serialize)]
struct Inner {
    gone: Option<u8>,
    list: Vec<Option<f64>>,
}

static RULES: &[Rule] = &[
    Rule {
        field: "secret",
        attribute: "secret",
        hint: Hint::Auto,
        null: false,
        omit: true,
    },
    Rule {
        field: "price",
        attribute: "pr\"ice",
        hint: Hint::Number,
        null: true,
        omit: false,
    },
    Rule {
        field: "tags",
        attribute: "tags",
        hint: Hint::Set(Element::Auto),
        null: true,
        omit: false,
    },
];

fn row(price: Option<&'static str>, list: Vec<Option<f64>>) -> Row {
    Row {
        id: "a",
        secret: 1,
        price,
        tags: vec![],
        note: None,
        inner: Inner { gone: None, list },
    }
}

#[test]
fn rules_rename_convert_and_omit() {
    assert_eq!(
        item(&row(Some("1.0"), vec![]), RULES).unwrap(),
        r#"{"id":{"S":"a"},"pr\"ice":{"N":"1.0"},"inner":{"M":{"list":{"L":[]}}}}"#,
    );
    assert_eq!(
        item(&row(None, vec![None]), RULES).unwrap(),
        r#"{"id":{"S":"a"},"pr\"ice":{"NULL":true},"inner":{"M":{"list":{"L":[{"NULL":true}]}}}}"#,
    );
}

#[test]
fn an_error_names_its_place_and_leaves_no_trace() {
    let mut out = r#"{"pk":{"S":"x"}"#.to_owned();
    let bad = row(None, vec![Some(1.0), Some(f64::NAN)]);
    let error = write_item(&bad, &[], &mut out).unwrap_err();
    assert!(
        error.to_string().starts_with("at `inner.list[1]`: NaN"),
        "{error}"
    );
    assert_eq!(out, r#"{"pk":{"S":"x"}"#);
    write_item(&HashMap::from([("a", Some(1)), ("b", None)]), &[], &mut out).unwrap();
    assert_eq!(out, r#"{"pk":{"S":"x"},"a":{"N":"1"}"#);
}

#[test]
fn an_item_is_a_struct_or_a_map() {
    #[derive(Serialize)]
    struct Wrapper(Inner);
    let wrapped = Wrapper(Inner {
        gone: Some(1),
        list: vec![],
    });
    assert_eq!(
        item(&wrapped, &[]).unwrap(),
        r#"{"gone":{"N":"1"},"list":{"L":[]}}"#
    );
    for error in [
        item(&1, &[]),
        item(&Shape::Circle(1), &[]),
        item(&vec![1], &[]),
        item(&None::<Inner>, &[]),
    ] {
        assert!(error.unwrap_err().contains("a struct or a map"));
    }
}

#[test]
fn nesting_stops_at_dynamodbs_limit() {
    #[derive(Serialize)]
    struct Nest(#[serde(rename = "n")] Vec<Nest>);
    let nest = |levels: u8| (1..levels).fold(Nest(vec![]), |inner, _| Nest(vec![inner]));
    assert!(value(nest(32), Hint::Auto).starts_with(r#"{"L""#));
    assert!(value(nest(33), Hint::Auto).contains("32 levels"));
}

#[test]
fn map_keys_are_text() {
    #[derive(Serialize, PartialEq, Eq, PartialOrd, Ord)]
    enum Unit {
        A,
    }
    assert_eq!(
        value(BTreeMap::from([(Unit::A, 1)]), Hint::Auto),
        r#"{"M":{"A":{"N":"1"}}}"#
    );
    assert_eq!(
        value(BTreeMap::from([(true, 1)]), Hint::Auto),
        r#"{"M":{"true":{"N":"1"}}}"#
    );
    assert_eq!(
        value(BTreeMap::from([('"', 1)]), Hint::Auto),
        r#"{"M":{"\"":{"N":"1"}}}"#
    );
    assert!(value(BTreeMap::from([((1, 2), 1)]), Hint::Auto).contains("map key"));
}
