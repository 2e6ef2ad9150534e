//! Realistic templates and small random values for them, small so that they meet often.

use proptest::prelude::*;

use self::Kind::{Byte, Bytes, Date, Integer, Money, Text, Uuid};
use super::super::{Case, Form, Format, Part, Segment, Template};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Date,
    Uuid,
    Byte,
    Integer,
    Money,
    Bytes,
}

/// A typed value; values of one kind compare as their Rust types do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Value {
    Text(String),
    Integer(i64),
    /// Hundredths.
    Money(i64),
    Bytes(Vec<u8>),
}

#[derive(Debug)]
pub(super) struct Sample {
    pub(super) template: Template,
    kinds: &'static [Kind],
}

impl Sample {
    /// Whether the tuple could be one of this template's.
    pub(super) fn accepts(&self, tuple: &[Value]) -> bool {
        let fits = |(kind, value): (&Kind, &Value)| {
            matches!(
                (kind, value),
                (Text | Date | Uuid, Value::Text(_))
                    | (Byte | Integer, Value::Integer(_))
                    | (Money, Value::Money(_))
                    | (Bytes, Value::Bytes(_))
            )
        };
        self.kinds.len() == tuple.len() && self.kinds.iter().zip(tuple).all(fits)
    }
}

impl Value {
    pub(super) fn to_part(&self) -> Part<'_> {
        match self {
            Self::Text(text) => Part::Text(text.as_str().into()),
            Self::Integer(n) => Part::Number(n.to_string().into()),
            Self::Money(cents) => {
                let text = format!(
                    "{}{}.{:02}",
                    if *cents < 0 { "-" } else { "" },
                    cents.abs() / 100,
                    cents.abs() % 100
                );
                Part::Number(
                    text.trim_end_matches('0')
                        .trim_end_matches('.')
                        .to_owned()
                        .into(),
                )
            }
            Self::Bytes(bytes) => Part::Bytes(bytes.as_slice().into()),
        }
    }

    pub(super) fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            _ => String::new(),
        }
    }

    /// The value as a key with this format stores it.
    pub(super) fn stored(&self, format: Format) -> Self {
        let Self::Text(text) = self else {
            return self.clone();
        };
        let text = match format.case {
            Case::Keep => text.clone(),
            Case::Lower => text.to_lowercase(),
            Case::Upper => text.to_uppercase(),
        };
        Self::Text(
            text.chars()
                .take(format.truncate.map_or(usize::MAX, usize::from))
                .collect(),
        )
    }
}

fn value(kind: Kind) -> BoxedStrategy<Value> {
    let number = || {
        prop_oneof![
            -12i64..12,
            Just(99),
            Just(100),
            Just(-100),
            Just(i64::MIN),
            Just(i64::MAX)
        ]
    };
    match kind {
        Text => prop_oneof![
            8 => "[abB#:|_%é ]{0,3}",
            1 => "[\u{0}!\"$&A~\u{7F}\u{D7FF}\u{E000}\u{10FFFE}]{1,2}",
            1 => proptest::sample::select(vec!["a%23".to_owned(), "%".to_owned(), "2024-01-01".to_owned(), "ITEM".to_owned()]),
        ]
        .prop_map(Value::Text)
        .boxed(),
        Date => (1u8..3, 1u8..4).prop_map(|(m, d)| Value::Text(format!("2024-{m:02}-{d:02}"))).boxed(),
        Uuid => {
            let id = |n: u8| Value::Text(format!("0000000{:x}-0000-0000-0000-00000000000{n:x}", 15 - n % 4));
            (0u8..16).prop_map(id).boxed()
        }
        Byte => prop_oneof![0i64..13, Just(100), Just(255)].prop_map(Value::Integer).boxed(),
        Integer => number().prop_map(Value::Integer).boxed(),
        Money => prop_oneof![-130i64..130, Just(1000), Just(1001), Just(-1000), Just(99999)]
            .prop_map(Value::Money)
            .boxed(),
        Bytes => proptest::collection::vec(prop_oneof![Just(0u8), Just(35), Just(255)], 0..3)
            .prop_map(Value::Bytes)
            .boxed(),
    }
}

pub(super) fn tuple(sample: &'static Sample) -> BoxedStrategy<Vec<Value>> {
    sample
        .kinds
        .iter()
        .map(|kind| value(*kind))
        .collect::<Vec<_>>()
        .boxed()
}

const fn l(text: &'static str) -> Segment {
    Segment::Literal(text)
}

const fn p(part: usize, kind: Kind, format: &str) -> Segment {
    let form = match kind {
        Text => Form::Text,
        Date => Form::Shape("0000-00-00"),
        Uuid => Form::Shape("xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"),
        Byte => Form::Integer {
            digits: 3,
            signed: false,
        },
        Integer => Form::Integer {
            digits: 20,
            signed: true,
        },
        Money => Form::Decimal,
        Bytes => Form::Bytes,
    };
    let format = match Format::parse(format) {
        Ok(format) => format,
        Err(_) => Format::DEFAULT,
    };
    Segment::Part { part, form, format }
}

macro_rules! pool {
    ($([$($kind:ident),*] => $($segment:expr),*;)*) => {
        &[$({
            Sample { template: Template { segments: &[$($segment),*] }, kinds: &[$($kind),*] }
        }),*]
    };
}

pub(super) const POOL: &[Sample] = pool! {
    [Text] => l("A#"), p(0, Text, "");
    [Text] => p(0, Text, "");
    [Text] => p(0, Text, "empty");
    [Date, Text] => l("ORDER#"), p(0, Date, ""), l("#"), p(1, Text, "");
    [Text, Text] => l("A#"), p(0, Text, ""), l("#"), p(1, Text, "");
    [Text, Text, Text] => p(1, Text, ""), l("#X#"), p(0, Text, "empty"), l("#"), p(2, Text, "empty");
    [Text, Byte] => p(0, Text, ""), l("#"), p(1, Byte, "");
    [Text, Byte, Text] => l("U:"), p(0, Text, ""), l(":"), p(1, Byte, ""), l(":"), p(2, Text, "");
    [Text, Integer] => l("A#"), p(0, Text, "raw"), l("#LINE#"), p(1, Integer, "");
    [Integer, Integer] => l("T_"), p(0, Integer, ""), l("_"), p(1, Integer, "");
    [Date, Integer, Text] => p(0, Date, ""), p(1, Integer, ""), p(2, Text, "");
    [Date, Text] => p(0, Date, ""), l("-"), p(1, Text, "empty");
    [Date, Text] => p(0, Date, ""), p(1, Text, "empty");
    [Money, Text] => l("P|"), p(0, Money, ""), l("|"), p(1, Text, "");
    [Money, Money] => p(0, Money, ""), p(1, Money, "");
    [Money, Text] => l("P|"), p(0, Money, "09.2"), l("."), p(1, Text, "");
    [Integer, Text] => l("A#"), p(0, Integer, "0"), l("#"), p(1, Text, "");
    [Money, Integer] => l("A#"), p(0, Money, "0"), l("-"), p(1, Integer, "0");
    [Byte] => p(0, Byte, "02");
    [Integer] => l("N#"), p(0, Integer, "03");
    [Bytes, Text] => l("B#"), p(0, Bytes, ""), l("#"), p(1, Text, "");
    [Bytes, Bytes] => p(0, Bytes, "empty"), l(":"), p(1, Bytes, "");
    [Uuid, Date] => l("U:"), p(0, Uuid, "upper"), l(":"), p(1, Date, ".7");
    [Text, Text] => l("M_"), p(0, Text, "lower"), l("_"), p(1, Text, ".2+upper");
    [Text, Text] => p(0, Text, ".2"), l("#"), p(1, Text, "lower");
    [Text] => p(0, Text, ""), l("#END");
    [Text] => p(0, Text, "raw+empty"), l("|END");
    [Date] => l("D#"), p(0, Date, ""), l("#END");
    [] => l("PROFILE");
    [] => l("A#ITEM");
};
