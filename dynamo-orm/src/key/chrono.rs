//! Key parts of the crate `chrono`: `NaiveDate`, `NaiveDateTime` and `DateTime<Utc>`.

use ::chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Timelike, Utc};

use super::calendar::{Civil, DATE, DATE_TIME, TIMESTAMP, no_such_date};
use super::{Form, KeyPart, OrderedKeyPart, Part, PartError, PartKind};

impl KeyPart for NaiveDate {
    const KIND: PartKind = PartKind::Text;
    const FORM: Form = Form::Shape(DATE);

    fn to_part(&self) -> Result<Part<'_>, PartError> {
        civil(&self.and_time(::chrono::NaiveTime::MIN))?.to_part(DATE)
    }

    fn from_part(part: Part<'_>) -> Result<Self, PartError> {
        naive(Civil::from_part(part, DATE)?).map(|at| at.date())
    }
}

impl KeyPart for NaiveDateTime {
    const KIND: PartKind = PartKind::Text;
    const FORM: Form = Form::Shape(DATE_TIME);

    fn to_part(&self) -> Result<Part<'_>, PartError> {
        civil(self)?.to_part(DATE_TIME)
    }

    fn from_part(part: Part<'_>) -> Result<Self, PartError> {
        naive(Civil::from_part(part, DATE_TIME)?)
    }
}

impl KeyPart for DateTime<Utc> {
    const KIND: PartKind = PartKind::Text;
    const FORM: Form = Form::Shape(TIMESTAMP);

    fn to_part(&self) -> Result<Part<'_>, PartError> {
        civil(&self.naive_utc())?.to_part(TIMESTAMP)
    }

    fn from_part(part: Part<'_>) -> Result<Self, PartError> {
        naive(Civil::from_part(part, TIMESTAMP)?).map(|at| at.and_utc())
    }
}

impl OrderedKeyPart for NaiveDate {}
impl OrderedKeyPart for NaiveDateTime {}
impl OrderedKeyPart for DateTime<Utc> {}

fn civil(at: &NaiveDateTime) -> Result<Civil, PartError> {
    let small = |n: u32| u8::try_from(n).map_err(|_| no_such_date());
    Ok(Civil {
        year: at.year(),
        month: small(at.month())?,
        day: small(at.day())?,
        hour: small(at.hour())?,
        minute: small(at.minute())?,
        second: small(at.second())?,
        nanosecond: at.nanosecond(),
    })
}

fn naive(at: Civil) -> Result<NaiveDateTime, PartError> {
    NaiveDate::from_ymd_opt(at.year, at.month.into(), at.day.into())
        .and_then(|date| {
            date.and_hms_nano_opt(
                at.hour.into(),
                at.minute.into(),
                at.second.into(),
                at.nanosecond,
            )
        })
        .ok_or_else(no_such_date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_times_come_back() {
        let date = NaiveDate::from_ymd_opt(2024, 2, 29).unwrap();
        assert_eq!(date.to_part().unwrap(), Part::Text("2024-02-29".into()));
        assert_eq!(NaiveDate::from_part(date.to_part().unwrap()), Ok(date));
        let at = date.and_hms_nano_opt(23, 59, 1, 7).unwrap();
        assert_eq!(
            at.to_part().unwrap(),
            Part::Text("2024-02-29T23:59:01.000000007".into())
        );
        assert_eq!(NaiveDateTime::from_part(at.to_part().unwrap()), Ok(at));
        let utc = at.and_utc();
        assert_eq!(
            utc.to_part().unwrap(),
            Part::Text("2024-02-29T23:59:01.000000007Z".into())
        );
        assert_eq!(DateTime::<Utc>::from_part(utc.to_part().unwrap()), Ok(utc));
    }

    #[test]
    fn what_does_not_sort_or_exist_is_refused() {
        assert!(NaiveDate::MAX.to_part().is_err() && NaiveDate::MIN.to_part().is_err());
        assert!(NaiveDate::from_part(Part::Text("2023-02-29".into())).is_err());
        let leap = NaiveDate::from_ymd_opt(2016, 12, 31)
            .unwrap()
            .and_hms_nano_opt(23, 59, 59, 1_000_000_000)
            .unwrap();
        assert!(leap.to_part().is_err());
    }
}
