//! Consumed capacity.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::{Capacity as SdkCapacity, ConsumedCapacity};

use crate::wire::Meta;

/// The capacity units that calls consumed.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Capacity {
    /// Read and write capacity units in total.
    pub total: f64,
    /// The share of the table itself.
    pub table: f64,
    /// The share of each index, by name.
    pub indexes: BTreeMap<String, f64>,
}

impl Capacity {
    pub(crate) fn of(consumed: &[ConsumedCapacity]) -> Self {
        let mut capacity = Self::default();
        let units = |c: &SdkCapacity| c.capacity_units.unwrap_or(0.0);
        for one in consumed {
            capacity.total += one.capacity_units.unwrap_or(0.0);
            capacity.table += one.table.as_ref().map_or(0.0, units);
            let indexes = one
                .global_secondary_indexes
                .iter()
                .chain(&one.local_secondary_indexes)
                .flatten();
            for (name, used) in indexes {
                *capacity.indexes.entry(name.clone()).or_default() += units(used);
            }
        }
        capacity
    }
}

impl Capacity {
    /// Adds what another call consumed.
    pub(crate) fn add(&mut self, other: &Self) {
        self.total += other.total;
        self.table += other.table;
        for (name, units) in &other.indexes {
            *self.indexes.entry(name.clone()).or_default() += units;
        }
    }
}

/// A value with what it cost.
///
/// # Examples
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/model.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> dynamo_orm::Result<()> {
/// let db = Db::<Shop>::local().await?;
/// let put = order("ada", 1).put().send_metered(&db).await?;
/// assert_eq!(put.capacity.total, 2.0); // the table and one index
/// assert_eq!(put.requests, 1);
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Metered<T> {
    /// The value.
    pub value: T,
    /// The capacity consumed.
    pub capacity: Capacity,
    /// The number of requests, retries not counted.
    pub requests: u32,
}

impl<T> Metered<T> {
    pub(crate) fn new(value: T, meta: &Meta) -> Self {
        Self::with_capacity(value, Capacity::of(&meta.capacity), 1)
    }

    /// The value made of this one, at the same cost.
    pub(crate) fn try_map<V, E>(
        self,
        map: impl FnOnce(T) -> Result<V, E>,
    ) -> Result<Metered<V>, E> {
        Ok(Metered {
            value: map(self.value)?,
            capacity: self.capacity,
            requests: self.requests,
        })
    }

    pub(crate) fn with_capacity(value: T, capacity: Capacity, requests: u32) -> Self {
        Self {
            value,
            capacity,
            requests,
        }
    }
}
