//! Key parts of the crates `uuid` and `ulid`.

use std::borrow::Cow;

use super::{Form, KeyPart, OrderedKeyPart, Part, PartError, PartKind};

#[cfg(feature = "uuid")]
impl KeyPart for ::uuid::Uuid {
    const KIND: PartKind = PartKind::Text;
    const FORM: Form = Form::Shape("xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx");

    fn to_part(&self) -> Result<Part<'_>, PartError> {
        Ok(Part::Text(Cow::Owned(self.hyphenated().to_string())))
    }

    fn from_part(part: Part<'_>) -> Result<Self, PartError> {
        Self::parse_str(&part.into_text()?).map_err(|_| PartError::new("expected a UUID"))
    }
}

#[cfg(feature = "uuid")]
impl OrderedKeyPart for ::uuid::Uuid {}

#[cfg(feature = "ulid")]
impl KeyPart for ::ulid::Ulid {
    const KIND: PartKind = PartKind::Text;
    const FORM: Form = Form::Shape("??????????????????????????");

    fn to_part(&self) -> Result<Part<'_>, PartError> {
        Ok(Part::Text(Cow::Owned(self.to_string())))
    }

    fn from_part(part: Part<'_>) -> Result<Self, PartError> {
        Self::from_string(&part.into_text()?).map_err(|_| PartError::new("expected a ULID"))
    }
}

#[cfg(feature = "ulid")]
impl OrderedKeyPart for ::ulid::Ulid {}

#[cfg(test)]
mod tests {
    use super::super::{Format, Segment, Template};
    use super::*;

    fn comes_back<T: KeyPart + PartialEq + std::fmt::Debug>(value: &T, text: &str) {
        assert_eq!(value.to_part(), Ok(Part::Text(text.into())));
        for (format, stored) in [
            (Format::DEFAULT, text.to_owned()),
            (Format::parse("lower").unwrap(), text.to_lowercase()),
        ] {
            let template = Template {
                segments: vec![Segment::Part {
                    part: 0,
                    form: T::FORM,
                    format,
                }]
                .leak(),
            };
            assert_eq!(
                template.render(&|_| Some(value.to_part())),
                Ok(stored.clone())
            );
            let (_, part) = template.parse(&stored).unwrap().remove(0);
            assert_eq!(T::from_part(part).as_ref(), Ok(value));
        }
    }

    #[cfg(feature = "uuid")]
    #[test]
    fn a_uuid_is_hyphenated_lower_case() {
        let id = ::uuid::Uuid::from_u128(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef);
        comes_back(&id, "01234567-89ab-cdef-0123-456789abcdef");
        assert!(::uuid::Uuid::from_part(Part::Text("x".into())).is_err());
    }

    #[cfg(feature = "ulid")]
    #[test]
    fn a_ulid_has_26_characters() {
        comes_back(&::ulid::Ulid(1), "00000000000000000000000001");
        comes_back(&::ulid::Ulid(u128::MAX), "7ZZZZZZZZZZZZZZZZZZZZZZZZZ");
        assert!(::ulid::Ulid::from_part(Part::Text("x".into())).is_err());
    }
}
