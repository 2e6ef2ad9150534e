//! Items whose time to live has passed but which DynamoDB has not deleted yet.
//!
//! It deletes them within days: <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html>

use std::time::{SystemTime, UNIX_EPOCH};

use super::restore::read_part;
use crate::codec::Reader;
use crate::key::Part;

/// Seconds since 1970, as time to live counts them.
pub(crate) fn epoch_seconds(now: SystemTime) -> u64 {
    now.duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

/// Has the time to live of this item passed?
pub(crate) fn is_expired(item: &str, attribute: &str, now: SystemTime) -> bool {
    let mut seconds = None;
    let read = Reader::new(item).object(&mut |reader, name| {
        let raw = reader.raw_value()?;
        if name == attribute
            && let Ok(Part::Number(number)) = read_part(raw)
        {
            seconds = number.parse::<f64>().ok();
        }
        Ok(())
    });
    #[expect(
        clippy::cast_precision_loss,
        reason = "seconds since 1970 are exact in a double"
    )]
    let now = epoch_seconds(now) as f64;
    read.is_ok() && seconds.is_some_and(|seconds| seconds <= now)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn an_item_expires_with_the_second_of_its_time_to_live() {
        let at = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
        let item = r#"{"a":{"S":"x"},"ttl":{"N":"100"}}"#;
        assert!(!is_expired(item, "ttl", at(99)));
        assert!(is_expired(item, "ttl", at(100)));
        assert!(!is_expired(item, "other", at(100)));
        assert!(!is_expired(r#"{"ttl":{"S":"100"}}"#, "ttl", at(100)));
    }
}
