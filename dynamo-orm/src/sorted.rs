//! `#[serde(with = "dynamo_orm::sorted")]`: a value stored in its key form, which sorts as its values do.
//!
//! Timestamps have fractions of varying length in serde's form, which DynamoDB compares as text. In this form conditions
//! and filters may compare them by order.
//!
//! ```
//! # use dynamo_orm::{Db, Entity, KeyPart, Table};
//! # use serde::{Deserialize, Serialize};
//! # #[derive(Table)]
//! # #[table(pk = "PK")]
//! # enum Shop { Lease(Lease) }
//! #[derive(Entity, Serialize, Deserialize)]
//! #[entity(table = Shop, pk = "LEASE#{id}")]
//! struct Lease {
//!     id: u32,
//!     #[serde(with = "dynamo_orm::sorted")]
//!     rank: Rank,
//! }
//!
//! /// Stored by position, so that the order of its names does not matter.
//! #[derive(KeyPart, Serialize, Deserialize)]
//! #[key_part(ordinal)]
//! enum Rank {
//!     Low,
//!     High,
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> dynamo_orm::Result<()> {
//! # let db = Db::<Shop>::local().await?;
//! # Lease { id: 1, rank: Rank::High }.put().send(&db).await?;
//! let update = Lease::update(1).set(|l| l.rank(), Rank::Low).when(|l| l.rank().gt(Rank::Low));
//! # update.send(&db).await?;
//! # Ok(()) }
//! ```

use serde::{Deserialize, Deserializer, Serializer, de, ser};

use crate::codec::with::{bytes, number};
use crate::key::{KeyPart, OrderedKeyPart, Part, PartKind};

/// Writes the value's key form.
///
/// # Errors
/// The value has none.
pub fn serialize<T: OrderedKeyPart, S: Serializer>(
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match value.to_part().map_err(ser::Error::custom)? {
        Part::Text(text) => serializer.serialize_str(&text),
        Part::Number(text) => number::serialize(&*text, serializer),
        Part::Bytes(part) => serializer.serialize_bytes(&part),
    }
}

/// Reads the value from its key form.
///
/// # Errors
/// The attribute is no such value.
pub fn deserialize<'de, T: KeyPart, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let part = match T::KIND {
        PartKind::Text => Part::Text(String::deserialize(deserializer)?.into()),
        PartKind::Number => Part::Number(number::deserialize::<String, D>(deserializer)?.into()),
        PartKind::Bytes => Part::Bytes(bytes::deserialize::<Vec<u8>, D>(deserializer)?.into()),
    };
    T::from_part(part).map_err(de::Error::custom)
}
