//! What each attribute value reads as, and what is said when it does not fit.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use serde::Deserialize;

use super::*;
use crate::codec::hint::Element;

fn value<'de, T: Deserialize<'de>>(json: &'de str) -> Result<T, String> {
    hinted(json, Hint::Auto)
}

fn hinted<'de, T: Deserialize<'de>>(json: &'de str, hint: Hint) -> Result<T, String> {
    let mut reader = Reader::new(json);
    let value = read_value(&mut reader, hint);
    assert_eq!(
        reader.position(),
        if value.is_ok() { json.len() } else { 0 }
    );
    value.map_err(|fault| fault.to_string())
}

fn item<'de, T: Deserialize<'de>>(json: &'de str, how: &ReadItem<'_, 'de>) -> Result<T, Fault> {
    let mut reader = Reader::new(json);
    let item = read_item(&mut reader, how);
    assert_eq!(reader.position(), if item.is_ok() { json.len() } else { 0 });
    item
}

fn any(json: &str) -> serde_json::Value {
    value(json).unwrap()
}

#[test]
fn a_number_that_may_be_anything_is_never_rounded() {
    use serde_json::json;
    assert_eq!(any(r#"{"N":"5"}"#), json!(5));
    assert_eq!(any(r#"{"N":"5.0"}"#), json!(5));
    assert_eq!(any(r#"{"N":"1E2"}"#), json!(100));
    assert_eq!(any(r#"{"N":"-7"}"#), json!(-7));
    assert_eq!(any(r#"{"N":"0.1"}"#), json!(0.1));
    assert_eq!(any(r#"{"N":"18446744073709551615"}"#), json!(u64::MAX));
    assert_eq!(any(r#"{"N":"-9223372036854775808"}"#), json!(i64::MIN));
    assert_eq!(
        any(r#"{"N":"18446744073709551616"}"#),
        json!("18446744073709551616")
    );
    assert_eq!(
        any(r#"{"N":"0.12345678901234567890"}"#),
        json!("0.12345678901234567890")
    );
}

#[test]
fn typed_numbers_are_exact_or_refused() {
    assert_eq!(value::<u8>(r#"{"N":"255"}"#), Ok(255));
    assert_eq!(value::<i8>(r#"{"N":"-1.28E2"}"#), Ok(-128));
    assert_eq!(
        value::<i128>(r#"{"N":"-99999999999999999999999999999999999999"}"#),
        Ok(1 - 10i128.pow(38))
    );
    assert_eq!(value::<u128>(r#"{"N":"1E38"}"#), Ok(10u128.pow(38)));
    assert_eq!(value::<f32>(r#"{"N":"0.1"}"#), Ok(0.1));
    assert_eq!(value::<f64>(r#"{"N":"1E-130"}"#), Ok(1e-130));
    for (error, expected) in [
        (
            value::<u8>(r#"{"N":"256"}"#).err(),
            "invalid value: integer `256`, expected u8",
        ),
        (
            value::<u8>(r#"{"N":"-1"}"#).err(),
            "invalid value: integer `-1`, expected u8",
        ),
        (
            value::<u8>(r#"{"N":"1.5"}"#).err(),
            "invalid value: number 1.5, expected u8",
        ),
        (
            value::<u8>(r#"{"N":"1E30"}"#).err(),
            "invalid value: number 1E30, expected u8",
        ),
        (
            value::<u8>(r#"{"N":"x"}"#).err(),
            "invalid value: number x, expected u8",
        ),
    ] {
        assert_eq!(error.as_deref(), Some(expected));
    }
    assert!(
        value::<u128>(r#"{"N":"-1"}"#)
            .unwrap_err()
            .contains("number -1")
    );
    assert!(
        value::<i128>(r#"{"N":"2E38"}"#)
            .unwrap_err()
            .contains("number 200")
    );
    assert!(
        value::<f32>(r#"{"N":"1E60"}"#)
            .unwrap_err()
            .contains("number 1E60")
    );
    assert!(
        value::<f64>(r#"{"N":"NaN"}"#)
            .unwrap_err()
            .contains("number NaN")
    );
}

#[test]
fn types_are_not_mixed_up() {
    for (error, expected) in [
        (
            value::<u32>(r#"{"S":"x"}"#).err(),
            "invalid type: string \"x\", expected u32",
        ),
        (
            value::<String>(r#"{"N":"1"}"#).err(),
            "invalid type: number 1, expected a string",
        ),
        (
            value::<bool>(r#"{"NULL":true}"#).err(),
            "invalid type: null, expected a boolean",
        ),
        (
            value::<String>(r#"{"B":"AQ=="}"#).err(),
            "invalid type: binary, expected a string",
        ),
        (
            value::<String>(r#"{"BOOL":true}"#).err(),
            "invalid type: boolean `true`, expected a string",
        ),
        (
            value::<u8>(r#"{"NS":["1"]}"#).err(),
            "invalid type: number set, expected u8",
        ),
        (
            value::<Vec<u8>>(r#"{"M":{}}"#).err(),
            "invalid type: map, expected a sequence",
        ),
        (
            value::<BTreeMap<u8, u8>>(r#"{"L":[]}"#).err(),
            "invalid type: list, expected a map",
        ),
        (
            value::<()>(r#"{"S":""}"#).err(),
            "invalid type: string \"\", expected unit",
        ),
        (
            value::<(u8, u8)>(r#"{"L":[{"N":"1"}]}"#).err(),
            "invalid length 1, expected a tuple of size 2",
        ),
        (
            value::<[u8; 1]>(r#"{"B":"AQI="}"#).err(),
            "invalid length: more than the 1 expected elements",
        ),
    ] {
        assert_eq!(error.as_deref(), Some(expected));
    }
    let bytes = value::<serde_bytes::ByteBuf>(r#"{"S":"x"}"#);
    assert!(
        bytes
            .unwrap_err()
            .starts_with("invalid type: string \"x\", expected")
    );
}

#[test]
fn strings_are_borrowed_unless_escaped() {
    #[derive(Deserialize)]
    struct Borrowing<'a> {
        name: &'a str,
        #[serde(borrow)]
        note: Cow<'a, str>,
        #[serde(borrow)]
        tags: Vec<&'a str>,
    }
    let json = r#"{"name":{"S":"é"},"note":{"S":"a\n\u00e9\ud83d\ude00"},"tags":{"SS":["a","b"]}}"#;
    let row: Borrowing<'_> = item(json, &ReadItem::PLAIN).unwrap();
    assert_eq!(
        (row.name, &*row.note, row.tags),
        ("é", "a\né😀", vec!["a", "b"])
    );
    let escaped = value::<&str>(r#"{"S":"a\n"}"#).unwrap_err();
    assert!(escaped.contains("expected a borrowed string"), "{escaped}");
}

#[test]
fn sets_and_bytes_are_sequences() {
    assert_eq!(
        value::<BTreeSet<String>>(r#"{"SS":["b","a"]}"#),
        Ok(["a".into(), "b".into()].into())
    );
    assert_eq!(value::<Vec<i128>>(r#"{"NS":["1","-2"]}"#), Ok(vec![1, -2]));
    assert_eq!(
        value::<Vec<Vec<u8>>>(r#"{"BS":["AQI=",""]}"#),
        Ok(vec![vec![1, 2], vec![]])
    );
    assert_eq!(
        value::<Vec<Option<u8>>>(r#"{"NS":["1"]}"#),
        Ok(vec![Some(1)])
    );
    assert_eq!(value::<Vec<u8>>(r#"{"B":"AQI="}"#), Ok(vec![1, 2]));
    assert_eq!(value::<[u8; 2]>(r#"{"B":"AQI="}"#), Ok([1, 2]));
    assert_eq!(
        hinted::<Vec<u8>>(r#"{"L":[{"N":"1"}]}"#, Hint::Bytes),
        Ok(vec![1])
    );
    let set = Hint::Set(Element::Number);
    assert_eq!(
        hinted::<Vec<String>>(r#"{"NS":["1.50"]}"#, set),
        Ok(vec!["1.50".into()])
    );
    assert_eq!(hinted::<Vec<String>>(r#"{"NULL":true}"#, set), Ok(vec![]));
    assert_eq!(
        hinted::<Option<Vec<String>>>(r#"{"NULL":true}"#, set),
        Ok(None)
    );
}

#[test]
fn space_is_allowed_anywhere() {
    #[derive(Deserialize, Debug, PartialEq)]
    struct Row {
        a: Vec<Option<u8>>,
        b: Vec<String>,
    }
    let json = " { \"a\" : { \"L\" : [ { \"N\" : \"1\" } , { \"NULL\" : true } ] } , \"b\":{\"SS\": [ \"x\" ]}\n}";
    let row: Row = item(json, &ReadItem::PLAIN).unwrap();
    assert_eq!(
        row,
        Row {
            a: vec![Some(1), None],
            b: vec!["x".into()]
        }
    );
}

#[derive(Deserialize, Debug, PartialEq)]
enum Shape {
    Point,
    Circle(u8),
    Line(u8, u8),
    Box { w: u8 },
}

#[test]
fn enums_read_from_strings_and_single_entries() {
    assert_eq!(value(r#"{"S":"Point"}"#), Ok(Shape::Point));
    assert_eq!(value(r#"{"M":{"Point":{"NULL":true}}}"#), Ok(Shape::Point));
    assert_eq!(value(r#"{"M":{"Circle":{"N":"1"}}}"#), Ok(Shape::Circle(1)));
    assert_eq!(
        value(r#"{"M":{"Line":{"L":[{"N":"1"},{"N":"2"}]}}}"#),
        Ok(Shape::Line(1, 2))
    );
    assert_eq!(
        value(r#"{"M":{"Box":{"M":{"w":{"N":"1"},"x":{"S":""}}}}}"#),
        Ok(Shape::Box { w: 1 })
    );
    for (json, expected) in [
        (
            r#"{"S":"Circle"}"#,
            "invalid type: unit variant, expected newtype variant",
        ),
        (
            r#"{"S":"Square"}"#,
            "unknown variant `Square`, expected one of `Point`, `Circle`, `Line`, `Box`",
        ),
        (
            r#"{"M":{}}"#,
            "expected a map with one entry, named for a variant",
        ),
        (
            r#"{"M":{"Point":{"NULL":true},"x":{"S":""}}}"#,
            "expected a map with one entry, named for a variant",
        ),
        (
            r#"{"M":{"Box":{"M":{"w":{"S":"x"}}}}}"#,
            "at `Box.w`: invalid type: string \"x\", expected u8",
        ),
        (
            r#"{"N":"1"}"#,
            "invalid type: number 1, expected enum Shape",
        ),
    ] {
        assert_eq!(value::<Shape>(json), Err(expected.to_owned()), "{json}");
    }
}

#[derive(Deserialize, Debug, PartialEq)]
struct Order {
    id: String,
    ship_to: Address,
}

#[derive(Deserialize, Debug, PartialEq)]
struct Address {
    lines: Vec<Line>,
}

#[derive(Deserialize, Debug, PartialEq)]
struct Line {
    sku: u32,
}

#[test]
fn an_error_names_its_place() {
    let json = r#"{"id":{"S":"a"},"ship_to":{"M":{"x":{"N":"1"},"lines":{"L":[
        {"M":{"sku":{"N":"1"}}},{"M":{"sku":{"N":"2"}}},{"M":{"a":{"S":"x"},"s\u006bu":{"S":"x"}}}]}}}}"#;
    let error = item::<Order>(json, &ReadItem::PLAIN).unwrap_err();
    assert_eq!(
        error.to_string(),
        "at `ship_to.lines[2].sku`: invalid type: string \"x\", expected u32"
    );
    let missing = item::<Order>(r#"{"id":{"S":"a"}}"#, &ReadItem::PLAIN).unwrap_err();
    assert_eq!(missing.to_string(), "missing field `ship_to`");
    let malformed = item::<Order>(
        r#"{"id":{"S":"a"},"ship_to":{"M":{"lines":3}}}"#,
        &ReadItem::PLAIN,
    );
    let expected = Malformed {
        position: 40,
        expected: "an attribute value",
    };
    assert_eq!(malformed, Err(Fault::Malformed(expected)));
}

#[test]
fn another_kind_is_seen_wherever_its_attribute_stands() {
    let how = ReadItem {
        kind: Some(("type", "Order")),
        ..ReadItem::PLAIN
    };
    let other = Err(Fault::OtherKind("User".to_owned()));
    for json in [
        r#"{"type":{"S":"User"},"id":{"S":"a"}}"#,
        r#"{"id":{"S":"a"},"type":{"S":"User"}}"#,
        r#"{"id":{"N":"1"},"age":{"N":"1"},"type":{"S":"User"}}"#,
    ] {
        assert_eq!(item::<Order>(json, &how), other, "{json}");
    }
    let same = r#"{"type":{"S":"Order"},"id":{"S":"a"},"ship_to":{"M":{"lines":{"L":[]}}}}"#;
    assert!(item::<Order>(same, &how).is_ok());
    let wrong = item::<Order>(r#"{"id":{"N":"1"},"type":{"S":"Order"}}"#, &how).unwrap_err();
    assert_eq!(
        wrong.to_string(),
        "at `id`: invalid type: number 1, expected a string"
    );
}

#[test]
fn the_type_attribute_is_shown_only_to_a_field_of_its_name() {
    #[derive(Deserialize)]
    struct Typed {
        r#type: String,
    }
    let how = ReadItem {
        kind: Some(("type", "T")),
        hide: &["pk"],
        ..ReadItem::PLAIN
    };
    let json = r#"{"pk":{"S":"x"},"type":{"S":"T"},"a":{"N":"1"}}"#;
    assert_eq!(item::<Typed>(json, &how).unwrap().r#type, "T");
    let all: BTreeMap<String, u8> = item(json, &how).unwrap();
    assert_eq!(all, [("a".to_owned(), 1)].into());
}

#[derive(Deserialize, Debug, PartialEq)]
struct Row {
    a: u8,
    b: u8,
    key: String,
    #[serde(default)]
    secret: u8,
    tags: Vec<String>,
    more: Option<Vec<String>>,
}

static RULES: &[Rule] = &[
    Rule {
        field: "a",
        attribute: "b",
        hint: Hint::Auto,
        null: false,
        omit: false,
    },
    Rule {
        field: "b",
        attribute: "c",
        hint: Hint::Auto,
        null: false,
        omit: false,
    },
    Rule {
        field: "secret",
        attribute: "secret",
        hint: Hint::Auto,
        null: false,
        omit: true,
    },
    Rule {
        field: "tags",
        attribute: "t",
        hint: Hint::Set(Element::Auto),
        null: false,
        omit: false,
    },
    Rule {
        field: "more",
        attribute: "more",
        hint: Hint::Set(Element::Auto),
        null: false,
        omit: false,
    },
];

fn injected(value: &str) -> Result<Injected, Fault> {
    let mut injected = Injected::default();
    injected.add("key", |out| {
        out.push_str(value);
        Ok(())
    })?;
    Ok(injected)
}

#[test]
fn rules_rename_hide_and_fill_in() {
    let key = Inject::new(|_| injected(r#"{"S":"k"}"#));
    let how = ReadItem {
        rules: RULES,
        inject: Some(&key),
        ..ReadItem::PLAIN
    };
    let json =
        r#"{"b":{"N":"1"},"a":{"N":"9"},"c":{"N":"2"},"secret":{"N":"7"},"tags":{"S":"no"}}"#;
    let row = Row {
        a: 1,
        b: 2,
        key: "k".into(),
        secret: 0,
        tags: vec![],
        more: None,
    };
    assert_eq!(item::<Row>(json, &how), Ok(row));
    let json = r#"{"b":{"N":"1"},"c":{"N":"2"},"t":{"SS":["x"]},"more":{"SS":["y"]}}"#;
    let full: Row = item(json, &how).unwrap();
    assert_eq!(
        (full.tags, full.more),
        (vec!["x".into()], Some(vec!["y".into()]))
    );
    let bad = Inject::new(|passed| injected(passed.raw("b").unwrap_or_default()));
    let error = item::<Row>(
        json,
        &ReadItem {
            inject: Some(&bad),
            ..how
        },
    )
    .unwrap_err();
    assert_eq!(
        error.to_string(),
        "at `key`: invalid type: number 1, expected a string"
    );
}

#[test]
fn text_may_not_nest_without_end() {
    #[derive(Deserialize, Debug)]
    struct Nest(#[expect(dead_code, reason = "only its depth counts")] Vec<Nest>);
    let nest = |levels: usize| format!("{}{}", r#"{"L":["#.repeat(levels), "]}".repeat(levels));
    assert!(value::<Nest>(&nest(64)).is_ok());
    for levels in [65, 50_000] {
        let json = nest(levels);
        let error = read_value::<Nest>(&mut Reader::new(&json), Hint::Auto).unwrap_err();
        assert!(matches!(error, Fault::Malformed(_)), "{error}");
        let any = read_value::<serde_json::Value>(&mut Reader::new(&json), Hint::Auto);
        assert!(matches!(any, Err(Fault::Malformed(_))));
        assert!(value::<serde::de::IgnoredAny>(&json).is_ok());
    }
}

#[test]
fn one_bad_item_leaves_the_page_readable() {
    let page = r#"[{"sku":{"N":"1"}},{"sku":{"S":"x"}},{"sku":{"N":"3"}}]"#;
    let mut skus = Vec::new();
    Reader::new(page)
        .array(&mut |reader| {
            match read_item::<Line>(reader, &ReadItem::PLAIN) {
                Ok(line) => skus.push(line.sku),
                Err(_) => reader.skip_value()?,
            }
            Ok(())
        })
        .unwrap();
    assert_eq!(skus, [1, 3]);
}
