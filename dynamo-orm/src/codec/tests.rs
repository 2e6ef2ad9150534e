//! Round trips: what is written reads back as it was.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use proptest::prelude::*;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use uuid::Uuid;

use super::{
    de::{ReadItem, read_item, read_value},
    hint::{Element, Hint, Rule},
    number,
    reader::Reader,
    sdk,
    ser::{Presence, write_item, write_value},
    with,
};

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
struct Wide {
    text: String,
    letter: char,
    flag: bool,
    small: i8,
    int: i64,
    uint: u64,
    huge: i128,
    float: f64,
    single: f32,
    maybe: Option<String>,
    nested: Nested,
    list: Vec<Option<Nested>>,
    map: BTreeMap<String, Option<i32>>,
    by_number: BTreeMap<i64, Shape>,
    shapes: Vec<Shape>,
    tagged: Tagged,
    adjacent: Adjacent,
    untagged: Untagged,
    tuple: (u8, Option<String>),
    unit: (),
    wrapped: Wrapped,
    id: Uuid,
    #[serde(with = "serde_bytes")]
    blob: Vec<u8>,
    digest: [u8; 4],
    labels: BTreeSet<String>,
    scores: HashSet<i64>,
    keys: BTreeSet<[u8; 2]>,
    amounts: Option<BTreeSet<Decimal>>,
    price: Decimal,
    old_price: Option<Decimal>,
    nullable: Option<u8>,
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
struct Nested {
    a: Option<u32>,
    #[serde(with = "with::set", default)]
    tags: BTreeSet<String>,
    #[serde(with = "with::number_set", default)]
    amounts: BTreeSet<Decimal>,
    #[serde(with = "with::number")]
    price: Decimal,
    #[serde(with = "with::number", default)]
    maybe: Option<Decimal>,
    #[serde(with = "with::bytes")]
    blob: Vec<u8>,
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
struct Wrapped(i32);

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
enum Shape {
    Point,
    Circle(f64),
    Maybe(Option<u8>),
    Line(i32, Option<i32>),
    Box { w: u8, h: Option<u8> },
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
#[serde(tag = "t")]
enum Tagged {
    A { x: i64, y: Option<f64> },
    B,
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
#[serde(tag = "t", content = "c")]
enum Adjacent {
    A(Vec<i8>),
    B { s: String },
    C,
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
#[serde(untagged)]
enum Untagged {
    Number(i64),
    Text(String),
    Both { n: u64, f: f64 },
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
struct Flat {
    id: String,
    #[serde(flatten)]
    money: Money,
    #[serde(flatten)]
    rest: BTreeMap<String, i32>,
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
struct FlatTag {
    id: String,
    #[serde(flatten)]
    tagged: Tagged,
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
struct Money {
    price: Decimal,
    plain: Decimal,
    #[serde(default)]
    total: Option<Decimal>,
}

const fn rule(field: &'static str, attribute: &'static str, hint: Hint) -> Rule {
    Rule {
        field,
        attribute,
        hint,
        null: false,
        omit: false,
    }
}

static WIDE: &[Rule] = &[
    rule("digest", "digest", Hint::Bytes),
    rule("labels", "int", Hint::Set(Element::Auto)),
    rule("int", "labels", Hint::Auto),
    rule("scores", "scores", Hint::Set(Element::Auto)),
    rule("keys", "keys", Hint::Set(Element::Bytes)),
    rule("amounts", "amounts", Hint::Set(Element::Number)),
    rule("price", "precio \"€\"", Hint::Number),
    rule("old_price", "old_price", Hint::Number),
    Rule {
        field: "nullable",
        attribute: "nullable",
        hint: Hint::Auto,
        null: true,
        omit: false,
    },
];

static FLAT: &[Rule] = &[
    rule("price", "price", Hint::Number),
    rule("total", "total", Hint::Number),
];

fn written<T: Serialize>(value: &T, rules: &'static [Rule]) -> String {
    let mut out = "{".to_owned();
    write_item(value, rules, &mut out).unwrap();
    out + "}"
}

fn read<T: DeserializeOwned>(json: &str, rules: &'static [Rule]) -> T {
    let mut reader = Reader::new(json);
    let value = read_item(
        &mut reader,
        &ReadItem {
            rules,
            ..ReadItem::PLAIN
        },
    )
    .unwrap();
    assert_eq!(reader.position(), json.len());
    value
}

fn there_and_back<T>(value: &T, rules: &'static [Rule])
where
    T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug,
{
    let json = written(value, rules);
    serde_json::from_str::<serde_json::Value>(&json).expect("it is JSON");
    assert_eq!(&read::<T>(&json, rules), value, "{json}");
    // The same by way of the SDK's form, which sorts the attributes.
    let mut sorted = String::new();
    sdk::item_from_sdk(&sdk::item_to_sdk(&json).unwrap(), &mut sorted).unwrap();
    assert_eq!(&read::<T>(&sorted, rules), value, "{sorted}");
}

fn decimals() -> impl Strategy<Value = Decimal> {
    (any::<i64>(), 0u32..20).prop_map(|(digits, scale)| Decimal::new(digits, scale).normalize())
}

fn floats() -> impl Strategy<Value = f64> {
    let usual = any::<f64>().prop_filter("stored", |f| (1e-130..1e126).contains(&f.abs()));
    prop_oneof![
        usual,
        Just(0.0),
        -1e6..1e6f64,
        any::<i32>().prop_map(f64::from)
    ]
}

fn singles() -> impl Strategy<Value = f32> {
    any::<f32>().prop_filter("stored", |f| f.is_finite())
}

fn nested() -> impl Strategy<Value = Nested> {
    let texts = proptest::collection::btree_set(any::<String>(), 0..3);
    let amounts = proptest::collection::btree_set(decimals(), 0..3);
    (
        any::<Option<u32>>(),
        texts,
        amounts,
        decimals(),
        proptest::option::of(decimals()),
        any::<Vec<u8>>(),
    )
        .prop_map(|(a, tags, amounts, price, maybe, blob)| Nested {
            a,
            tags,
            amounts,
            price,
            maybe,
            blob,
        })
}

fn shapes() -> impl Strategy<Value = Shape> {
    prop_oneof![
        Just(Shape::Point),
        floats().prop_map(Shape::Circle),
        any::<Option<u8>>().prop_map(Shape::Maybe),
        any::<(i32, Option<i32>)>().prop_map(|(a, b)| Shape::Line(a, b)),
        any::<(u8, Option<u8>)>().prop_map(|(w, h)| Shape::Box { w, h }),
    ]
}

fn tagged() -> impl Strategy<Value = Tagged> {
    let a = (any::<i64>(), proptest::option::of(floats())).prop_map(|(x, y)| Tagged::A { x, y });
    prop_oneof![a, Just(Tagged::B)]
}

fn adjacents() -> impl Strategy<Value = Adjacent> {
    prop_oneof![
        any::<Vec<i8>>().prop_map(Adjacent::A),
        any::<String>().prop_map(|s| Adjacent::B { s }),
        Just(Adjacent::C),
    ]
}

fn untagged() -> impl Strategy<Value = Untagged> {
    prop_oneof![
        any::<i64>().prop_map(Untagged::Number),
        any::<String>().prop_map(Untagged::Text),
        (any::<u64>(), floats()).prop_map(|(n, f)| Untagged::Both { n, f }),
    ]
}

prop_compose! {
    fn wide()(
        (text, letter, flag, small, int, uint) in any::<(String, char, bool, i8, i64, u64)>(),
        huge in -10i128.pow(38) + 1..10i128.pow(38),
        (float, single, maybe) in (floats(), singles(), any::<Option<String>>()),
        nested in nested(),
        list in proptest::collection::vec(proptest::option::of(nested()), 0..3),
        map in any::<BTreeMap<String, Option<i32>>>(),
        by_number in proptest::collection::btree_map(any::<i64>(), shapes(), 0..3),
        shapes in proptest::collection::vec(shapes(), 0..3),
        (tagged, adjacent, untagged) in (tagged(), adjacents(), untagged()),
        (tuple, wrapped, id, blob, digest) in any::<((u8, Option<String>), i32, u128, Vec<u8>, [u8; 4])>(),
        labels in proptest::collection::btree_set(any::<String>(), 0..3),
        scores in proptest::collection::hash_set(any::<i64>(), 0..3),
        keys in proptest::collection::btree_set(any::<[u8; 2]>(), 0..3),
        amounts in proptest::option::of(proptest::collection::btree_set(decimals(), 1..3)),
        (price, old_price, nullable) in (decimals(), proptest::option::of(decimals()), any::<Option<u8>>()),
    ) -> Wide {
        Wide {
            text, letter, flag, small, int, uint, huge, float, single, maybe, nested, list, map,
            by_number, shapes, tagged, adjacent, untagged, tuple, unit: (), wrapped: Wrapped(wrapped),
            id: Uuid::from_u128(id), blob, digest, labels, scores, keys, amounts, price, old_price,
            nullable,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_wide_struct_comes_back(value in wide()) {
        there_and_back(&value, WIDE);
    }

    #[test]
    fn a_flattened_struct_comes_back(
        id in any::<String>(),
        tagged in tagged(),
        (price, plain, total) in (decimals(), decimals(), proptest::option::of(decimals())),
        rest in proptest::collection::btree_map("r[a-z\"\\\\é]{0,6}", any::<i32>(), 0..4),
    ) {
there_and_back(&FlatTag { id: id.clone(), tagged }, &[]);
        there_and_back(&Flat { id, money: Money { price, plain, total }, rest }, FLAT);
    }

    #[test]
    fn a_damaged_item_is_an_error_and_never_a_panic(
        value in wide(), at in any::<proptest::sample::Index>(), with in "[\\[\\]{}\",:\\\\tfn0-9aSNB ]|.",
    ) {
        let json = written(&value, WIDE);
        let at = at.index(json.len());
        prop_assume!(json.is_char_boundary(at));
        let how = ReadItem { rules: WIDE, ..ReadItem::PLAIN };
        prop_assert!(read_item::<Wide>(&mut Reader::new(&json[..at]), &how).is_err());
        let after = at + json[at..].chars().next().unwrap().len_utf8();
        let damaged = format!("{}{with}{}", &json[..at], &json[after..]);
        let _ = read_item::<Wide>(&mut Reader::new(&damaged), &how);
        let _ = read_item::<BTreeMap<String, Untagged>>(&mut Reader::new(&damaged), &how);
        let _ = sdk::item_to_sdk(&damaged);
        let shorter = format!("{}{}", &json[..at], &json[after..]);
        let _ = read_item::<Wide>(&mut Reader::new(&shorter), &how);
    }

    #[test]
    fn number_text_is_kept_digit_for_digit(digits in "[1-9][0-9]{0,36}[1-9]", scale in 0usize..38) {
        let text = match digits.len().checked_sub(scale) {
            Some(1..) if scale > 0 => format!("{}.{}", &digits[..digits.len() - scale], &digits[digits.len() - scale..]),
            _ => digits,
        };
        let mut out = String::new();
        prop_assert_eq!(write_value(&text, Hint::Number, &mut out), Ok(Presence::Present));
        let json = format!(r#"{{"N":"{text}"}}"#);
        prop_assert_eq!(&out, &json);
        let back: String = read_value(&mut Reader::new(&out), Hint::Number).unwrap();
        prop_assert_eq!(&back, &text);
        // Without a hint serde may get an integer or a float, but only one that is the same.
        let any: serde_json::Value = read_value(&mut Reader::new(&out), Hint::Auto).unwrap();
        let shown = match any {
            serde_json::Value::String(text) => text,
            other => other.to_string(),
        };
        prop_assert!(number::eq(&shown, &text), "{} {}", shown, text);
    }
}

#[test]
fn every_cut_of_an_item_is_an_error() {
    type Triple = (Nested, Shape, bool);
    let mut json = String::new();
    let nested = Nested {
        a: Some(1),
        tags: ["x\n".to_owned()].into(),
        amounts: [Decimal::ONE].into(),
        price: Decimal::TEN,
        maybe: None,
        blob: vec![1, 2, 3],
    };
    let _ = write_value(&(nested, Shape::Line(1, None), true), Hint::Auto, &mut json).unwrap();
    for at in 0..json.len() {
        assert!(
            read_value::<Triple>(&mut Reader::new(&json[..at]), Hint::Auto).is_err(),
            "{at}"
        );
        assert!(sdk::value_to_sdk(&json[..at]).is_err(), "{at}");
        assert!(Reader::new(&json[..at]).skip_value().is_err(), "{at}");
        for other in ["", "\"", "{", "}", "[", "]", ",", ":", "\\", "S", "0", "t"] {
            let damaged = format!("{}{other}{}", &json[..at], &json[at + 1..]);
            let _ = read_value::<Triple>(&mut Reader::new(&damaged), Hint::Auto);
            let _ = read_value::<serde_json::Value>(&mut Reader::new(&damaged), Hint::Auto);
        }
    }
    assert!(read_value::<Triple>(&mut Reader::new(&json), Hint::Auto).is_ok());
}

#[test]
fn other_formats_do_not_see_the_hints() {
    let nested = Nested {
        a: None,
        tags: ["x".to_owned()].into(),
        amounts: BTreeSet::new(),
        price: Decimal::new(150, 2),
        maybe: Some(Decimal::ONE),
        blob: vec![1],
    };
    let json = serde_json::to_string(&nested).unwrap();
    assert_eq!(
        json,
        r#"{"a":null,"tags":["x"],"amounts":[],"price":"1.50","maybe":"1","blob":[1]}"#
    );
    assert_eq!(serde_json::from_str::<Nested>(&json).unwrap(), nested);
}
