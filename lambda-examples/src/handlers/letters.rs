//! Where the stream functions put what they can never process: into the table.

use std::time::SystemTime;

use chrono::{DateTime, TimeDelta, Utc};
use dynamo_orm::stream::{DeadLetter, EventName, Failure, RawRecord};
use dynamo_orm::{Db, Entity};
use serde_json::{Value, json};

use crate::store::{Letter, Store};

/// How long a letter is kept.
const KEPT: TimeDelta = TimeDelta::days(90);

/// How long a record is at most that is kept whole. An item has 400 KB; a record with two images of that size is longer.
const RECORD_BYTES: usize = 380 * 1024;

/// How long a reason and a record's keys are at most: those of an item have 3 KB.
const TEXT_BYTES: usize = 8 * 1024;

/// Puts a letter away, for 90 days. Again, it is the same item.
///
/// Of a record that does not fit into an item the names and the keys are kept: what is under the keys now is in the table, and
/// the record itself in the stream, for a day.
///
/// # Errors
/// Whatever the write may fail with; the record then counts as not processed.
pub async fn put(db: &Db<Store>, function: &str, letter: DeadLetter) -> Result<(), Failure> {
    let record = letter.record();
    let event = record.event_id().or(record.sequence_number());
    let whole = record.as_json();
    let fits = whole.len() <= RECORD_BYTES;
    let reason = letter.reason();
    let now: DateTime<Utc> = SystemTime::now().into();
    let item = Letter {
        function: function.to_owned(),
        event: event.unwrap_or("unnamed").to_owned(),
        reason: reason[..reason.floor_char_boundary(TEXT_BYTES)].to_owned(),
        record: if fits {
            whole.to_owned()
        } else {
            names(record)
        },
        cut_from_bytes: (!fits).then_some(whole.len()),
        expires: now + KEPT,
    };
    item.put().send(db).await?;
    Ok(())
}

/// As records say it.
fn named(event: EventName) -> &'static str {
    match event {
        EventName::Insert => "INSERT",
        EventName::Modify => "MODIFY",
        EventName::Remove => "REMOVE",
    }
}

/// A record without its images.
fn names(record: &RawRecord) -> String {
    let keys = record.keys_json().filter(|keys| keys.len() <= TEXT_BYTES);
    let keys = keys.and_then(|keys| serde_json::from_str::<Value>(keys).ok());
    json!({
        "eventID": record.event_id(),
        "eventName": record.event_name().map(named),
        "dynamodb": { "Keys": keys, "SequenceNumber": record.sequence_number() },
    })
    .to_string()
}
