//! Where the stream functions put what they can never process: into the table.

use dynamo_orm::stream::{DeadLetter, Failure};
use dynamo_orm::{Db, Entity};

use crate::store::{Letter, Store};

/// Puts a letter away. Again, it is the same item.
///
/// # Errors
/// Whatever the write may fail with; the record then counts as not processed.
pub async fn put(db: &Db<Store>, function: &str, letter: DeadLetter) -> Result<(), Failure> {
    let record = letter.record();
    let event = record.event_id().or(record.sequence_number());
    let item = Letter {
        function: function.to_owned(),
        event: event.unwrap_or("unnamed").to_owned(),
        reason: letter.reason().to_owned(),
        record: record.as_json().to_owned(),
    };
    item.put().send(db).await?;
    Ok(())
}
