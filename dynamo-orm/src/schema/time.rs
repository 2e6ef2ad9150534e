//! Points in time as attributes: time to live in epoch seconds, and the stamps of writes.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::error::{Error, ErrorKind, Result};
use crate::key::{Part, PartError};

/// A type that can be a `#[entity(ttl)]` field: stored as a number of seconds since 1970.
///
/// Fractions of a second are rounded up, so that an item never expires early.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a time-to-live field",
    label = "not a point in time",
    note = "use `SystemTime`, `u64` (epoch seconds), a chrono, time or jiff timestamp (each behind its feature), or an `Option` of one"
)]
pub trait Expiry: Sized {
    /// Serde reads seconds since 1970 as this type.
    #[doc(hidden)]
    const IS_SECONDS: bool = false;

    /// Seconds since 1970, or `None` for an item that never expires.
    ///
    /// # Errors
    /// The time is before 1970.
    fn epoch_seconds(&self) -> Result<Option<u64>>;

    /// The point in time of so many seconds since 1970.
    ///
    /// # Errors
    /// The type cannot hold it.
    fn from_epoch_seconds(seconds: u64) -> Result<Self>;
}

/// A type that can be a `#[entity(created_at)]` or `#[entity(updated_at)]` field.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a `created_at` or `updated_at` field",
    label = "not a timestamp",
    note = "use `SystemTime`, or a chrono, time or jiff timestamp (each behind its feature)"
)]
pub trait Timestamp: Sized {
    /// Serde reads the stored form as this type.
    #[doc(hidden)]
    const IS_SERDES: bool = false;

    /// The clock's time as this type.
    ///
    /// # Errors
    /// The type cannot hold it.
    fn from_system_time(time: SystemTime) -> Result<Self>;

    /// The stored form, which sorts as time does.
    ///
    /// # Errors
    /// The time has no stored form.
    fn to_attribute(&self) -> Result<Part<'_>>;

    /// Reads the stored form.
    ///
    /// # Errors
    /// The attribute is not such a time.
    fn from_attribute(part: Part<'_>) -> Result<Self>;
}

impl<T: Expiry> Expiry for Option<T> {
    const IS_SECONDS: bool = T::IS_SECONDS;

    fn epoch_seconds(&self) -> Result<Option<u64>> {
        self.as_ref().map_or(Ok(None), T::epoch_seconds)
    }

    fn from_epoch_seconds(seconds: u64) -> Result<Self> {
        T::from_epoch_seconds(seconds).map(Some)
    }
}

impl Expiry for u64 {
    const IS_SECONDS: bool = true;

    fn epoch_seconds(&self) -> Result<Option<u64>> {
        Ok(Some(*self))
    }

    fn from_epoch_seconds(seconds: u64) -> Result<Self> {
        Ok(seconds)
    }
}

impl Expiry for SystemTime {
    fn epoch_seconds(&self) -> Result<Option<u64>> {
        let since = self.duration_since(UNIX_EPOCH).map_err(|_| before_1970())?;
        Ok(Some(round_up(since)))
    }

    fn from_epoch_seconds(seconds: u64) -> Result<Self> {
        UNIX_EPOCH
            .checked_add(Duration::from_secs(seconds))
            .ok_or_else(out_of_range)
    }
}

/// Stored as a number: seconds since 1970 with up to nine decimals.
impl Timestamp for SystemTime {
    fn from_system_time(time: SystemTime) -> Result<Self> {
        Ok(time)
    }

    fn to_attribute(&self) -> Result<Part<'_>> {
        let since = self.duration_since(UNIX_EPOCH).map_err(|_| before_1970())?;
        let mut text = since.as_secs().to_string();
        if since.subsec_nanos() > 0 {
            let fraction = format!("{:09}", since.subsec_nanos());
            text.push('.');
            text.push_str(fraction.trim_end_matches('0'));
        }
        Ok(Part::Number(text.into()))
    }

    fn from_attribute(part: Part<'_>) -> Result<Self> {
        let Part::Number(text) = &part else {
            return Err(decode("expected seconds since 1970 as a number"));
        };
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let nanos = format!("{fraction:0<9}");
        let (seconds, nanos) = whole
            .parse::<u64>()
            .ok()
            .zip(nanos.get(..9).and_then(|n| n.parse::<u32>().ok()))
            .ok_or_else(|| decode("expected seconds since 1970 as a number"))?;
        UNIX_EPOCH
            .checked_add(Duration::new(seconds, nanos))
            .ok_or_else(out_of_range)
    }
}

fn round_up(since: Duration) -> u64 {
    since.as_secs() + u64::from(since.subsec_nanos() > 0)
}

fn before_1970() -> Error {
    Error::new(ErrorKind::Encode, "a time before 1970 cannot be stored")
}

fn out_of_range() -> Error {
    Error::new(ErrorKind::Decode, "the time is out of range")
}

fn decode(message: &str) -> Error {
    Error::new(ErrorKind::Decode, message)
}

impl From<PartError> for Error {
    fn from(error: PartError) -> Self {
        Self::new(ErrorKind::InvalidKey, error.to_string())
    }
}

/// Seconds since 1970 and the nanoseconds behind them; earlier times count from the second before.
#[cfg(any(feature = "chrono", feature = "time", feature = "jiff"))]
fn split(time: SystemTime) -> Option<(i64, u32)> {
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => Some((i64::try_from(since.as_secs()).ok()?, since.subsec_nanos())),
        Err(before) => {
            let before = before.duration();
            let seconds = -i64::try_from(before.as_secs()).ok()?;
            Some(match before.subsec_nanos() {
                0 => (seconds, 0),
                nanos => (seconds.checked_sub(1)?, 1_000_000_000 - nanos),
            })
        }
    }
}

#[cfg(any(feature = "chrono", feature = "time", feature = "jiff"))]
macro_rules! timestamps {
    ($($feature:literal: $ty:ty, $serdes:literal, $from:expr, $to:expr;)*) => {$(
        #[cfg(feature = $feature)]
        impl Expiry for $ty {
            fn epoch_seconds(&self) -> Result<Option<u64>> {
                let to: fn(&Self) -> (i64, bool) = $to;
                let (seconds, more) = to(self);
                let seconds = u64::try_from(seconds).map_err(|_| before_1970())?;
                Ok(Some(seconds + u64::from(more)))
            }

            fn from_epoch_seconds(seconds: u64) -> Result<Self> {
                let from: fn(i64, u32) -> Option<Self> = $from;
                i64::try_from(seconds)
                    .ok()
                    .and_then(|seconds| from(seconds, 0))
                    .ok_or_else(out_of_range)
            }
        }

        /// Stored in its key form, which sorts as time does.
        #[cfg(feature = $feature)]
        impl Timestamp for $ty {
            const IS_SERDES: bool = $serdes;

            fn from_system_time(time: SystemTime) -> Result<Self> {
                let from: fn(i64, u32) -> Option<Self> = $from;
                split(time)
                    .and_then(|(seconds, nanos)| from(seconds, nanos))
                    .ok_or_else(out_of_range)
            }

            fn to_attribute(&self) -> Result<Part<'_>> {
                Ok(crate::key::KeyPart::to_part(self)?)
            }

            fn from_attribute(part: Part<'_>) -> Result<Self> {
                Ok(crate::key::KeyPart::from_part(part)?)
            }
        }
    )*};
}

#[cfg(any(feature = "chrono", feature = "time", feature = "jiff"))]
timestamps! {
    "chrono": chrono::DateTime<chrono::Utc>, true,
        chrono::DateTime::from_timestamp,
        |t| (t.timestamp(), t.timestamp_subsec_nanos() > 0);
    "time": time::OffsetDateTime, false,
        |s, n| Self::from_unix_timestamp(s).ok()?.replace_nanosecond(n).ok(),
        |t| (t.unix_timestamp(), t.nanosecond() > 0);
    "jiff": jiff::Timestamp, true,
        |s, n| Self::new(s, n.cast_signed()).ok(),
        |t| (t.as_second() - i64::from(t.subsec_nanosecond() < 0), t.subsec_nanosecond() != 0);
}

#[cfg(test)]
#[cfg(all(feature = "chrono", feature = "time", feature = "jiff"))]
mod tests {
    use super::*;

    fn holds<T: Expiry + Timestamp>(latest: u64) {
        for (millis, seconds) in [(0, 0), (1_500, 2), (2_000, 2)] {
            let time = UNIX_EPOCH + Duration::from_millis(millis);
            let value = T::from_system_time(time).unwrap();
            assert_eq!(value.epoch_seconds().unwrap(), Some(seconds));
        }
        let early = T::from_system_time(UNIX_EPOCH - Duration::from_millis(1)).unwrap();
        assert!(early.epoch_seconds().is_err());
        assert!(T::from_epoch_seconds(latest).is_ok());
        assert!(T::from_epoch_seconds(u64::MAX).is_err());
        assert!(T::from_epoch_seconds(9_000_000_000_000).is_err());
    }

    #[test]
    fn times_out_of_range_are_refused_and_never_panic() {
        holds::<chrono::DateTime<chrono::Utc>>(1_700_000_000_000);
        holds::<time::OffsetDateTime>(253_402_300_799);
        holds::<jiff::Timestamp>(253_402_207_200);
    }

    fn is_read_by_serde<T>()
    where
        T: Timestamp + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug,
    {
        const { assert!(T::IS_SERDES) };
        for nanos in [0, 120, 500_000_000] {
            let value = T::from_system_time(UNIX_EPOCH + Duration::new(1_790_000_000, nanos));
            let value = value.unwrap();
            let mut wire = String::new();
            value.to_attribute().unwrap().to_wire(&mut wire);
            let mut reader = crate::codec::Reader::new(&wire);
            let read = crate::codec::read_value(&mut reader, crate::codec::Hint::Auto);
            assert_eq!(read, Ok(value));
        }
    }

    #[test]
    fn serde_reads_the_stored_form() {
        is_read_by_serde::<chrono::DateTime<chrono::Utc>>();
        is_read_by_serde::<jiff::Timestamp>();
    }
}
