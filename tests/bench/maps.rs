//! The SDK's maps, read and written by hand.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::Result;
use crate::parcels::{Address, Line, Parcel, Stamped};

/// An item as the SDK has it.
pub(crate) type Map = HashMap<String, AttributeValue>;

/// An entity that can be read from a map.
pub(crate) trait FromMap: Sized {
    fn from_map(map: Map) -> Result<Self>;
}

impl FromMap for Parcel {
    fn from_map(mut map: Map) -> Result<Self> {
        Ok(Self {
            sender: text(&mut map, "sender")?,
            number: number(&mut map, "number")?,
            status: text(&mut map, "status")?,
            carrier: text(&mut map, "carrier").ok(),
            weight_grams: number(&mut map, "weight_grams")?,
            price: number(&mut map, "price")?,
            insured: matches!(map.remove("insured"), Some(AttributeValue::Bool(true))),
            note: text(&mut map, "note")?,
            ship_to: read_address(&mut map)?,
            lines: read_lines(&mut map)?,
            created_at: text(&mut map, "created_at")?,
            updated_at: text(&mut map, "updated_at")?,
        })
    }
}

impl FromMap for Stamped {
    fn from_map(mut map: Map) -> Result<Self> {
        Ok(Self {
            sender: sender(&mut map)?,
            number: number(&mut map, "number")?,
            status: text(&mut map, "status")?,
            carrier: text(&mut map, "carrier").ok(),
            weight_grams: number(&mut map, "weight_grams")?,
            price: number(&mut map, "price")?,
            insured: matches!(map.remove("insured"), Some(AttributeValue::Bool(true))),
            note: text(&mut map, "note")?,
            ship_to: read_address(&mut map)?,
            lines: read_lines(&mut map)?,
            created_at: text(&mut map, "created_at")?.parse()?,
            updated_at: text(&mut map, "updated_at")?.parse()?,
            expires_at: number(&mut map, "expires_at")?,
        })
    }
}

/// The sender that stands in a key.
pub(crate) fn sender(map: &mut Map) -> Result<String> {
    let mut key = text(map, "PK")?;
    Ok(key.split_off("FROM#".len()))
}

/// The key of a parcel.
pub(crate) fn keys(parcel: &Parcel) -> [(&'static str, AttributeValue); 2] {
    [
        ("PK", s(format!("SENDER#{}", parcel.sender))),
        ("SK", s(format!("PARCEL#{:010}", parcel.number))),
    ]
}

/// The item of a parcel.
pub(crate) fn to_map(parcel: &Parcel) -> Map {
    let lines = parcel.lines.iter().map(|line| {
        map([
            ("sku", s(&line.sku)),
            ("title", s(&line.title)),
            ("count", n(&line.count)),
        ])
    });
    let fields = [
        ("_type", s("Parcel")),
        ("sender", s(&parcel.sender)),
        ("number", n(&parcel.number)),
        ("status", s(&parcel.status)),
        ("weight_grams", n(&parcel.weight_grams)),
        ("price", n(&parcel.price)),
        ("insured", AttributeValue::Bool(parcel.insured)),
        ("note", s(&parcel.note)),
        ("ship_to", address(&parcel.ship_to)),
        ("lines", AttributeValue::L(lines.collect())),
        ("created_at", s(&parcel.created_at)),
        ("updated_at", s(&parcel.updated_at)),
    ];
    let carrier = parcel
        .carrier
        .as_ref()
        .map(|carrier| ("carrier", s(carrier)));
    let all = fields.into_iter().chain(keys(parcel)).chain(carrier);
    all.map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The attribute of an address.
pub(crate) fn address(to: &Address) -> AttributeValue {
    map([
        ("name", s(&to.name)),
        ("street", s(&to.street)),
        ("city", s(&to.city)),
        ("zip", n(&to.zip)),
    ])
}

pub(crate) fn s(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

pub(crate) fn n(number: &impl ToString) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

fn map<const N: usize>(members: [(&str, AttributeValue); N]) -> AttributeValue {
    AttributeValue::M(members.map(|(name, value)| (name.to_owned(), value)).into())
}

fn text(map: &mut Map, name: &str) -> Result<String> {
    match map.remove(name) {
        Some(AttributeValue::S(text)) => Ok(text),
        other => Err(format!("{name} is {other:?}").into()),
    }
}

fn number<T: std::str::FromStr>(map: &mut Map, name: &str) -> Result<T> {
    match map.remove(name) {
        Some(AttributeValue::N(text)) => text.parse().map_err(|_| text.into()),
        other => Err(format!("{name} is {other:?}").into()),
    }
}

fn read_address(map: &mut Map) -> Result<Address> {
    let Some(AttributeValue::M(mut inner)) = map.remove("ship_to") else {
        return Err("ship_to is no map".into());
    };
    Ok(Address {
        name: text(&mut inner, "name")?,
        street: text(&mut inner, "street")?,
        city: text(&mut inner, "city")?,
        zip: number(&mut inner, "zip")?,
    })
}

fn read_lines(map: &mut Map) -> Result<Vec<Line>> {
    let Some(AttributeValue::L(lines)) = map.remove("lines") else {
        return Err("lines is no list".into());
    };
    let line = |value| match value {
        AttributeValue::M(mut inner) => Ok(Line {
            sku: text(&mut inner, "sku")?,
            title: text(&mut inner, "title")?,
            count: number(&mut inner, "count")?,
        }),
        other => Err(format!("a line is {other:?}").into()),
    };
    lines.into_iter().map(line).collect()
}
