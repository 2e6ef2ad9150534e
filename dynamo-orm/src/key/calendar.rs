//! Dates and times as fixed-width text, shared by the crates that have such types.

use std::borrow::Cow;

use super::{Part, PartError};

pub(super) const DATE: &str = "0000-00-00";
pub(super) const DATE_TIME: &str = "0000-00-00T00:00:00.000000000";
pub(super) const TIMESTAMP: &str = "0000-00-00T00:00:00.000000000Z";

/// A point of the calendar, not checked beyond its width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Civil {
    pub(super) year: i32,
    pub(super) month: u8,
    pub(super) day: u8,
    pub(super) hour: u8,
    pub(super) minute: u8,
    pub(super) second: u8,
    pub(super) nanosecond: u32,
}

impl Civil {
    /// Writes the first characters of the timestamp, as many as the shape has.
    pub(super) fn to_part(self, shape: &str) -> Result<Part<'static>, PartError> {
        if !(0..=9999).contains(&self.year) {
            return Err(PartError::new(
                "a key holds years from 0 to 9999; this one would not sort",
            ));
        }
        if self.nanosecond >= 1_000_000_000 {
            return Err(PartError::new(
                "a key holds no leap second; round the time first",
            ));
        }
        let Self {
            year,
            month,
            day,
            hour,
            minute,
            second,
            nanosecond,
        } = self;
        let mut text = format!(
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{nanosecond:09}Z"
        );
        text.truncate(shape.len());
        Ok(Part::Text(Cow::Owned(text)))
    }

    /// Reads text of this shape. What a template may have cut off is zero: seconds after the 10th character,
    /// a fraction of none, three or six digits, the `Z`.
    pub(super) fn from_part(part: Part<'_>, shape: &'static str) -> Result<Self, PartError> {
        let text = part.into_text()?;
        read(&text, shape).ok_or_else(|| {
            PartError::new(format!("expected a date or time of the shape `{shape}`"))
        })
    }
}

fn read(text: &str, shape: &str) -> Option<Civil> {
    let zulu = shape.ends_with('Z');
    let text = if zulu && text.len() > DATE.len() {
        text.strip_suffix('Z').unwrap_or(text)
    } else {
        text
    };
    let shape = shape.trim_end_matches('Z');
    if !matches!(text.len(), 10 | 16 | 19 | 23 | 26 | 29) || text.len() > shape.len() {
        return None;
    }
    let fits = |(class, byte): (u8, u8)| {
        if class == b'0' {
            byte.is_ascii_digit()
        } else {
            byte.eq_ignore_ascii_case(&class)
        }
    };
    if !shape.bytes().zip(text.bytes()).all(fits) {
        return None;
    }
    let number = |from: usize, to: usize| match text.get(from..to.min(text.len())) {
        None | Some("") => Some(0),
        Some(digits) => digits.parse::<u32>().ok(),
    };
    let small = |from, to| number(from, to).and_then(|n| u8::try_from(n).ok());
    let fraction = text.get(20..).unwrap_or_default();
    let scale = 10u32.pow(9 - u32::try_from(fraction.len()).ok()?);
    Some(Civil {
        year: i32::try_from(number(0, 4)?).ok()?,
        month: small(5, 7)?,
        day: small(8, 10)?,
        hour: small(11, 13)?,
        minute: small(14, 16)?,
        second: small(17, 19)?,
        nanosecond: number(20, 29)? * scale,
    })
}

/// The error of text that has the shape of a date but is none.
pub(super) fn no_such_date() -> PartError {
    PartError::new("expected a day and time that exist in the calendar")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Civil = Civil {
        year: 2024,
        month: 5,
        day: 1,
        hour: 12,
        minute: 30,
        second: 15,
        nanosecond: 120_000_000,
    };

    fn from(text: &str, shape: &'static str) -> Result<Civil, PartError> {
        Civil::from_part(Part::Text(text.into()), shape)
    }

    #[test]
    fn every_shape_is_written_in_full() {
        let text = |shape| NOON.to_part(shape).unwrap().into_text().unwrap();
        assert_eq!(text(DATE), "2024-05-01");
        assert_eq!(text(DATE_TIME), "2024-05-01T12:30:15.120000000");
        assert_eq!(text(TIMESTAMP), "2024-05-01T12:30:15.120000000Z");
    }

    #[test]
    fn shorter_text_is_read() {
        for text in [
            "2024-05-01T12:30:15.120000000Z",
            "2024-05-01T12:30:15.120000",
            "2024-05-01T12:30:15.120Z",
        ] {
            assert_eq!(from(text, TIMESTAMP), Ok(NOON));
        }
        assert_eq!(
            from("2024-05-01T12:30:15", DATE_TIME),
            Ok(Civil {
                nanosecond: 0,
                ..NOON
            })
        );
        assert_eq!(
            from("2024-05-01t12:30", DATE_TIME),
            Ok(Civil {
                nanosecond: 0,
                second: 0,
                ..NOON
            })
        );
        let midnight = Civil {
            nanosecond: 0,
            second: 0,
            minute: 0,
            hour: 0,
            ..NOON
        };
        assert_eq!(from("2024-05-01", TIMESTAMP), Ok(midnight));
        assert_eq!(from("2024-05-01", DATE), Ok(midnight));
    }

    #[test]
    fn other_text_is_refused() {
        for text in [
            "",
            "2024-05",
            "2024-05-01T12:30:15.1",
            "2024-05-01T12:30:15.120Z",
            "2024-05-01 12:30:15",
            "+024-05-01",
            "２024-05-01",
        ] {
            assert!(from(text, DATE_TIME).is_err(), "{text}");
        }
        assert!(from("2024-05-01T12:30:15", DATE).is_err());
        assert!(from("2024-05-01Z", DATE).is_err());
    }

    #[test]
    fn years_and_seconds_that_do_not_sort_are_refused() {
        assert!(
            Civil {
                year: 10000,
                ..NOON
            }
            .to_part(DATE)
            .is_err()
        );
        assert!(Civil { year: -1, ..NOON }.to_part(DATE).is_err());
        assert!(
            Civil {
                nanosecond: 1_500_000_000,
                ..NOON
            }
            .to_part(TIMESTAMP)
            .is_err()
        );
    }
}
