//! What is stored: items of about 1 KB with 15 attributes, once without and once with special fields.

use chrono::{DateTime, TimeDelta, Utc};
use dynamo_orm::{Entity, Fields, Table};
use serde::{Deserialize, Serialize};

/// The table.
#[derive(Table, Debug)]
#[table(pk = "PK", sk = "SK", kind = "_type", ttl = "expires_at")]
pub(crate) enum Parcels {
    Parcel(Parcel),
    Stamped(Stamped),
}

/// Every field is an attribute, as serde gives it.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Parcels, pk = "SENDER#{sender}", sk = "PARCEL#{number}", query = by_sender)]
pub(crate) struct Parcel {
    pub(crate) sender: String,
    pub(crate) number: u32,
    pub(crate) status: String,
    pub(crate) carrier: Option<String>,
    pub(crate) weight_grams: u64,
    pub(crate) price: f64,
    pub(crate) insured: bool,
    pub(crate) note: String,
    pub(crate) ship_to: Address,
    pub(crate) lines: Vec<Line>,
    pub(crate) created_at: String,
    pub(crate) updated_at: String,
}

/// The sender is only in the key; stamps and time to live are kept by the library.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Parcels, pk = "FROM#{sender}", sk = "PARCEL#{number}", query = by_sender)]
pub(crate) struct Stamped {
    #[entity(skip)]
    #[serde(default)]
    pub(crate) sender: String,
    pub(crate) number: u32,
    pub(crate) status: String,
    pub(crate) carrier: Option<String>,
    pub(crate) weight_grams: u64,
    pub(crate) price: f64,
    pub(crate) insured: bool,
    pub(crate) note: String,
    pub(crate) ship_to: Address,
    pub(crate) lines: Vec<Line>,
    #[entity(created_at)]
    pub(crate) created_at: DateTime<Utc>,
    #[entity(updated_at)]
    pub(crate) updated_at: DateTime<Utc>,
    #[entity(ttl)]
    pub(crate) expires_at: u64,
}

/// Where a parcel goes.
#[derive(Fields, Serialize, Deserialize, Debug, Clone, PartialEq)]
pub(crate) struct Address {
    pub(crate) name: String,
    pub(crate) street: String,
    pub(crate) city: String,
    pub(crate) zip: u32,
}

/// What is in a parcel.
#[derive(Fields, Serialize, Deserialize, Debug, Clone, PartialEq)]
pub(crate) struct Line {
    pub(crate) sku: String,
    pub(crate) title: String,
    pub(crate) count: u32,
}

/// Whose parcels these are.
pub(crate) const SENDER: &str = "b7c1d2f0-52f7-4c7d-9d0e-0f3a5a4d7e11";

/// When the stamped ones were written.
pub(crate) fn written() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::nanoseconds(1_790_000_000_123_456_789)
}

impl Parcel {
    /// One of many.
    pub(crate) fn nth(number: u32) -> Self {
        Self {
            sender: SENDER.into(),
            number,
            status: "on its way".into(),
            carrier: Some("post".into()),
            weight_grams: 1250 + u64::from(number),
            price: 0.25 * f64::from(number),
            insured: number.is_multiple_of(2),
            note: "Ring twice, then leave it with the neighbours on the second floor. ".repeat(4),
            ship_to: Address {
                name: format!("Ada Lovelace {number}"),
                street: "12 St James's Square".into(),
                city: "London".into(),
                zip: 10_000 + number,
            },
            lines: ["tea", "cup", "pot", "tin"]
                .map(|what| Line {
                    sku: format!("{what}-{number}"),
                    title: format!("A {what} of the usual kind"),
                    count: number % 9,
                })
                .into(),
            created_at: "2026-01-01T00:00:01.000000000Z".into(),
            updated_at: "2026-02-03T04:05:06.000000000Z".into(),
        }
    }
}

impl Stamped {
    /// One of many.
    pub(crate) fn nth(number: u32) -> Self {
        let parcel = Parcel::nth(number);
        Self {
            sender: parcel.sender,
            number,
            status: parcel.status,
            carrier: parcel.carrier,
            weight_grams: parcel.weight_grams,
            price: parcel.price,
            insured: parcel.insured,
            note: parcel.note,
            ship_to: parcel.ship_to,
            lines: parcel.lines,
            created_at: written(),
            updated_at: written(),
            expires_at: 1_800_000_000,
        }
    }
}
