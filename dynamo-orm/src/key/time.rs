//! Key parts of the crate `time`: `Date`, `PrimitiveDateTime` and `OffsetDateTime`.

use ::time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

use super::calendar::{Civil, DATE, DATE_TIME, TIMESTAMP, no_such_date};
use super::{Form, KeyPart, OrderedKeyPart, Part, PartError, PartKind};

impl KeyPart for Date {
    const KIND: PartKind = PartKind::Text;
    const FORM: Form = Form::Shape(DATE);

    fn to_part(&self) -> Result<Part<'_>, PartError> {
        civil(PrimitiveDateTime::new(*self, Time::MIDNIGHT)).to_part(DATE)
    }

    fn from_part(part: Part<'_>) -> Result<Self, PartError> {
        primitive(Civil::from_part(part, DATE)?).map(PrimitiveDateTime::date)
    }
}

impl KeyPart for PrimitiveDateTime {
    const KIND: PartKind = PartKind::Text;
    const FORM: Form = Form::Shape(DATE_TIME);

    fn to_part(&self) -> Result<Part<'_>, PartError> {
        civil(*self).to_part(DATE_TIME)
    }

    fn from_part(part: Part<'_>) -> Result<Self, PartError> {
        primitive(Civil::from_part(part, DATE_TIME)?)
    }
}

/// Written in UTC; it comes back with the offset zero.
impl KeyPart for OffsetDateTime {
    const KIND: PartKind = PartKind::Text;
    const FORM: Form = Form::Shape(TIMESTAMP);

    fn to_part(&self) -> Result<Part<'_>, PartError> {
        let utc = self
            .checked_to_offset(UtcOffset::UTC)
            .ok_or_else(no_such_date)?;
        civil(PrimitiveDateTime::new(utc.date(), utc.time())).to_part(TIMESTAMP)
    }

    fn from_part(part: Part<'_>) -> Result<Self, PartError> {
        primitive(Civil::from_part(part, TIMESTAMP)?).map(PrimitiveDateTime::assume_utc)
    }
}

impl OrderedKeyPart for Date {}
impl OrderedKeyPart for PrimitiveDateTime {}
impl OrderedKeyPart for OffsetDateTime {}

fn civil(at: PrimitiveDateTime) -> Civil {
    Civil {
        year: at.year(),
        month: at.month().into(),
        day: at.day(),
        hour: at.hour(),
        minute: at.minute(),
        second: at.second(),
        nanosecond: at.nanosecond(),
    }
}

fn primitive(at: Civil) -> Result<PrimitiveDateTime, PartError> {
    let month = Month::try_from(at.month).map_err(|_| no_such_date())?;
    let date = Date::from_calendar_date(at.year, month, at.day).map_err(|_| no_such_date())?;
    let time = Time::from_hms_nano(at.hour, at.minute, at.second, at.nanosecond)
        .map_err(|_| no_such_date())?;
    Ok(PrimitiveDateTime::new(date, time))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_times_come_back() {
        let date = Date::from_calendar_date(2024, Month::February, 29).unwrap();
        assert_eq!(date.to_part().unwrap(), Part::Text("2024-02-29".into()));
        assert_eq!(Date::from_part(date.to_part().unwrap()), Ok(date));
        let at = PrimitiveDateTime::new(date, Time::from_hms_nano(23, 59, 1, 7).unwrap());
        assert_eq!(
            at.to_part().unwrap(),
            Part::Text("2024-02-29T23:59:01.000000007".into())
        );
        assert_eq!(PrimitiveDateTime::from_part(at.to_part().unwrap()), Ok(at));
    }

    #[test]
    fn another_offset_is_written_in_utc() {
        let date = Date::from_calendar_date(2024, Month::March, 1).unwrap();
        let oslo = PrimitiveDateTime::new(date, Time::MIDNIGHT)
            .assume_offset(UtcOffset::from_hms(1, 0, 0).unwrap());
        assert_eq!(
            oslo.to_part().unwrap(),
            Part::Text("2024-02-29T23:00:00.000000000Z".into())
        );
        assert_eq!(OffsetDateTime::from_part(oslo.to_part().unwrap()), Ok(oslo));
    }

    #[test]
    fn what_does_not_sort_or_exist_is_refused() {
        assert!(Date::MIN.to_part().is_err());
        for text in ["2023-02-29", "2023-13-01", "2023-00-01"] {
            assert!(Date::from_part(Part::Text(text.into())).is_err());
        }
        assert!(OffsetDateTime::from_part(Part::Text("2023-01-01T24:00:00Z".into())).is_err());
    }
}
