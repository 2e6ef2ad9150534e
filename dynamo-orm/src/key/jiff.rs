//! Key parts of the crate `jiff`: `civil::Date`, `civil::DateTime` and `Timestamp`.

use ::jiff::Timestamp;
use ::jiff::civil::{Date, DateTime};
use ::jiff::tz::Offset;

use super::calendar::{Civil, DATE, DATE_TIME, TIMESTAMP, no_such_date};
use super::{Form, KeyPart, OrderedKeyPart, Part, PartError, PartKind};

impl KeyPart for Date {
    const KIND: PartKind = PartKind::Text;
    const FORM: Form = Form::Shape(DATE);

    fn to_part(&self) -> Result<Part<'_>, PartError> {
        civil(self.at(0, 0, 0, 0))?.to_part(DATE)
    }

    fn from_part(part: Part<'_>) -> Result<Self, PartError> {
        date_time(Civil::from_part(part, DATE)?).map(DateTime::date)
    }
}

impl KeyPart for DateTime {
    const KIND: PartKind = PartKind::Text;
    const FORM: Form = Form::Shape(DATE_TIME);

    fn to_part(&self) -> Result<Part<'_>, PartError> {
        civil(*self)?.to_part(DATE_TIME)
    }

    fn from_part(part: Part<'_>) -> Result<Self, PartError> {
        date_time(Civil::from_part(part, DATE_TIME)?)
    }
}

impl KeyPart for Timestamp {
    const KIND: PartKind = PartKind::Text;
    const FORM: Form = Form::Shape(TIMESTAMP);

    fn to_part(&self) -> Result<Part<'_>, PartError> {
        civil(Offset::UTC.to_datetime(*self))?.to_part(TIMESTAMP)
    }

    fn from_part(part: Part<'_>) -> Result<Self, PartError> {
        let at = date_time(Civil::from_part(part, TIMESTAMP)?)?;
        Offset::UTC.to_timestamp(at).map_err(|_| no_such_date())
    }
}

impl OrderedKeyPart for Date {}
impl OrderedKeyPart for DateTime {}
impl OrderedKeyPart for Timestamp {}

fn civil(at: DateTime) -> Result<Civil, PartError> {
    let small = |n: i8| u8::try_from(n).map_err(|_| no_such_date());
    Ok(Civil {
        year: at.year().into(),
        month: small(at.month())?,
        day: small(at.day())?,
        hour: small(at.hour())?,
        minute: small(at.minute())?,
        second: small(at.second())?,
        nanosecond: u32::try_from(at.subsec_nanosecond()).map_err(|_| no_such_date())?,
    })
}

fn date_time(at: Civil) -> Result<DateTime, PartError> {
    let small = |n: u8| i8::try_from(n).map_err(|_| no_such_date());
    DateTime::new(
        i16::try_from(at.year).map_err(|_| no_such_date())?,
        small(at.month)?,
        small(at.day)?,
        small(at.hour)?,
        small(at.minute)?,
        small(at.second)?,
        i32::try_from(at.nanosecond).map_err(|_| no_such_date())?,
    )
    .map_err(|_| no_such_date())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_times_come_back() {
        let date = Date::new(2024, 2, 29).unwrap();
        assert_eq!(date.to_part().unwrap(), Part::Text("2024-02-29".into()));
        assert_eq!(Date::from_part(date.to_part().unwrap()), Ok(date));
        let at = date.at(23, 59, 1, 7);
        assert_eq!(
            at.to_part().unwrap(),
            Part::Text("2024-02-29T23:59:01.000000007".into())
        );
        assert_eq!(DateTime::from_part(at.to_part().unwrap()), Ok(at));
        let timestamp = Offset::UTC.to_timestamp(at).unwrap();
        assert_eq!(
            timestamp.to_part().unwrap(),
            Part::Text("2024-02-29T23:59:01.000000007Z".into())
        );
        assert_eq!(
            Timestamp::from_part(timestamp.to_part().unwrap()),
            Ok(timestamp)
        );
    }

    #[test]
    fn what_does_not_sort_or_exist_is_refused() {
        assert!(Date::MIN.to_part().is_err() && Timestamp::MIN.to_part().is_err());
        assert!(Date::from_part(Part::Text("2023-02-29".into())).is_err());
        let before_the_epoch = Timestamp::new(-1, -1).unwrap();
        assert_eq!(
            before_the_epoch.to_part().unwrap(),
            Part::Text("1969-12-31T23:59:58.999999999Z".into())
        );
    }
}
