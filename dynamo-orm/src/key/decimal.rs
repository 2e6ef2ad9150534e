//! Key parts of the crate `rust_decimal`.

use std::borrow::Cow;

use ::rust_decimal::Decimal;

use super::{Form, KeyPart, OrderedKeyPart, Part, PartError, PartKind};

/// The scale is not kept: `12.50` comes back as the equal `12.5`.
impl KeyPart for Decimal {
    const KIND: PartKind = PartKind::Number;
    const FORM: Form = Form::Decimal;

    fn to_part(&self) -> Result<Part<'_>, PartError> {
        Ok(Part::Number(Cow::Owned(self.normalize().to_string())))
    }

    fn from_part(part: Part<'_>) -> Result<Self, PartError> {
        let text = part.into_number()?;
        Self::from_str_exact(&text)
            .map_err(|_| PartError::new("expected a number that fits in Decimal exactly"))
    }
}

impl OrderedKeyPart for Decimal {}

#[cfg(test)]
mod tests {
    use super::super::{Format, Segment, Template};
    use super::*;

    const BARE: Template = Template {
        segments: &[Segment::Part {
            part: 0,
            form: Decimal::FORM,
            format: Format::DEFAULT,
        }],
    };

    fn key(value: Decimal) -> String {
        BARE.render(&|_| Some(value.to_part().map(Part::into_owned)))
            .unwrap()
    }

    #[test]
    fn equal_decimals_give_one_key() {
        assert_eq!(key(Decimal::new(1250, 2)), "p501125.");
        assert_eq!(key(Decimal::new(125, 1)), "p501125.");
        assert_eq!(key(Decimal::new(0, 5)), "o");
        assert_eq!(key(-Decimal::ZERO), "o");
    }

    #[test]
    fn the_largest_and_smallest_come_back_in_order() {
        let values = [
            Decimal::MIN,
            Decimal::NEGATIVE_ONE,
            Decimal::new(-1, 28),
            Decimal::ZERO,
            Decimal::new(1, 28),
            Decimal::ONE,
            Decimal::MAX,
        ];
        assert!(values.map(key).is_sorted());
        for value in values {
            let (_, part) = BARE.parse(&key(value)).unwrap().remove(0);
            assert_eq!(Decimal::from_part(part), Ok(value));
        }
        let over = format!("0.{}", "1".repeat(30));
        assert!(Decimal::from_part(Part::Number(over.into())).is_err());
    }
}
