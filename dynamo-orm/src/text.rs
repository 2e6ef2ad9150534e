//! `#[serde(with = "dynamo_orm::text")]`: a value stored as a string, by its `Display` and `FromStr`.
//!
//! For tables that keep numbers as strings, such as a price of `"19.99"`.
//!
//! ```
//! # use serde::{Deserialize, Serialize};
//! #[derive(Serialize, Deserialize)]
//! struct Price {
//!     #[serde(with = "dynamo_orm::text")]
//!     amount: u32,
//! }
//! # assert_eq!(serde_json::to_string(&Price { amount: 5 }).unwrap(), r#"{"amount":"5"}"#);
//! # let price: Price = serde_json::from_str(r#"{"amount":"5"}"#).unwrap();
//! # assert_eq!(price.amount, 5);
//! ```

use std::fmt::Display;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serializer, de};

/// Writes the value's text.
///
/// # Errors
/// As the serializer's.
pub fn serialize<T: Display, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

/// Reads the value from its text.
///
/// # Errors
/// The text is no such value.
pub fn deserialize<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: FromStr<Err: Display>,
    D: Deserializer<'de>,
{
    String::deserialize(deserializer)?
        .parse()
        .map_err(de::Error::custom)
}
