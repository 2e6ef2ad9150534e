//! Helpers of the test suite: tables on the engine under test.
//!
//! The suite runs on the embedded engine. With `DYNAMODB_ENDPOINT=http://…` in the environment it runs there instead.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot begin says why by failing"
)]

pub mod accounts;
pub mod orders;
pub mod social;
pub mod wiki;

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use dynamo_orm::local::{Engine, Tap};
use dynamo_orm::{Db, Table};

/// Numbers the tables of this process.
static COUNTER: AtomicU32 = AtomicU32::new(0);

/// A new, empty table of its own for one test.
///
/// # Panics
/// When the engine refuses.
pub async fn table<T: Table>() -> Db<T> {
    let Some(endpoint) = endpoint() else {
        return Db::local().await.expect("the embedded engine starts");
    };
    let name = format!(
        "{}-{}-{}",
        T::model().name,
        std::process::id(),
        COUNTER.fetch_add(1, Ordering::Relaxed)
    );
    let db = Db::<T>::connect_to(&endpoint).await.expect("a client");
    let db = Db::new(db.client().clone(), name);
    db.create_table().await.expect("the table can be created");
    db
}

/// A new, empty table on the embedded engine, with a tap on the line to it.
///
/// # Panics
/// When the engine refuses.
pub async fn tapped<T: Table>() -> (Db<T>, Tap) {
    let engine = Engine::memory().expect("the embedded engine starts");
    let db = Db::<T>::on_engine(&engine).await.expect("a table");
    let tap = Tap::new(engine);
    (Db::new(tap.client(), db.table_name()), tap)
}

/// The endpoint under test, if it is not the embedded engine.
#[must_use]
pub fn endpoint() -> Option<String> {
    std::env::var("DYNAMODB_ENDPOINT")
        .ok()
        .filter(|url| !url.is_empty())
}

/// Is the engine under test known to lack something? The 2020 release of DynamoDB Local lacks multi-attribute index
/// keys, empty strings outside keys, and the old item of a failed condition.
#[must_use]
pub fn is_old_engine() -> bool {
    endpoint().is_some()
}

/// A point in time for tests: so many seconds after the start of 2026.
#[must_use]
pub fn instant(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_767_225_600 + seconds)
}

/// The partition keys of all items, sorted.
///
/// # Panics
/// When the engine refuses.
pub async fn partition_keys<T: Table>(db: &Db<T>) -> Vec<String> {
    let scan = db.client().scan().table_name(db.table_name());
    let items = scan.send().await.expect("the table can be read").items;
    let mut keys: Vec<String> = items
        .unwrap_or_default()
        .iter()
        .filter_map(|item| item.get("PK")?.as_s().ok().cloned())
        .collect();
    keys.sort_unstable();
    keys
}

/// A primary key for the SDK.
#[must_use]
pub fn sdk_key(
    pk: &str,
    sk: &str,
) -> std::collections::HashMap<String, aws_sdk_dynamodb::types::AttributeValue> {
    use aws_sdk_dynamodb::types::AttributeValue::S;
    [
        ("PK".to_owned(), S(pk.to_owned())),
        ("SK".to_owned(), S(sk.to_owned())),
    ]
    .into()
}

/// A stored item as the SDK sees it; empty when there is none.
///
/// # Panics
/// When the engine refuses.
pub async fn raw<T: Table>(
    db: &Db<T>,
    pk: &str,
    sk: &str,
) -> std::collections::HashMap<String, aws_sdk_dynamodb::types::AttributeValue> {
    db.client()
        .get_item()
        .table_name(db.table_name())
        .set_key(Some(sdk_key(pk, sk)))
        .consistent_read(true)
        .send()
        .await
        .expect("the item can be read")
        .item
        .unwrap_or_default()
}

/// All string attributes of a stored item whose names begin with `GSI`.
#[must_use]
#[expect(
    clippy::implicit_hasher,
    reason = "the SDK's maps have the standard hasher"
)]
pub fn index_attributes(
    item: &std::collections::HashMap<String, aws_sdk_dynamodb::types::AttributeValue>,
) -> std::collections::BTreeMap<String, String> {
    item.iter()
        .filter(|(name, _)| name.starts_with("GSI"))
        .map(|(name, value)| {
            let text = value.as_s().cloned().unwrap_or_else(|v| format!("{v:?}"));
            (name.clone(), text)
        })
        .collect()
}
