//! The text forms: how each kind of part is written inside a composed key.

use super::{Case, Format};

/// The order-preserving text of a type's parts inside a composed key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The text as it is, of any length: strings, enums, `bool`.
    Text,
    /// Text of one fixed shape, such as a date. In the shape `0` stands for a digit, `x` for a lower-case
    /// hexadecimal digit and `?` for a digit or capital letter; any other ASCII character stands for itself.
    Shape(&'static str),
    /// An integer, zero-padded; a negative one is `-` and the nines' complement of its digits.
    Integer {
        /// Digits of the largest value.
        digits: u8,
        /// Whether there are negative values.
        signed: bool,
    },
    /// A decimal number, as `"o"` for zero, or
    /// `"p" exponent digits "."` above zero, or `"n" exponent digits "~"` below zero, where
    ///
    /// - the number is ± d.ddd × 10^e with neither leading nor trailing zeros in `digits` = dddd;
    /// - `exponent` is e + 500 in three digits, so e lies between −500 and 499;
    /// - below zero, each digit of `exponent` and `digits` is replaced by its nines' complement.
    ///
    /// `12.5` is `p501125.`, `0.05` is `p4985.`, `-12.5` is `n498874~`. The terminators sort below and above
    /// every digit, so no number's text begins another's and text order is number order.
    Decimal,
    /// Bytes, as lower-case hexadecimal.
    Bytes,
}

impl Form {
    /// How many characters every value renders to, if they are all as many.
    #[must_use]
    pub const fn fixed_width(self, format: Format) -> Option<usize> {
        match (self, format.width, format.truncate) {
            (Self::Shape(shape), _, Some(length)) if (length as usize) < shape.len() => {
                Some(length as usize)
            }
            (Self::Shape(shape), _, _) => Some(shape.len()),
            (Self::Integer { signed: false, .. }, Some(width @ 1..), _) => Some(width as usize),
            (
                Self::Integer {
                    digits,
                    signed: false,
                },
                None,
                _,
            ) => Some(digits as usize),
            _ => None,
        }
    }

    /// Whether a reader knows where the text ends without a separator: no text of this form begins another.
    #[must_use]
    pub const fn ends_itself(self, format: Format) -> bool {
        match self {
            Self::Shape(_) => true,
            Self::Integer { .. } | Self::Decimal => !matches!(format.width, Some(0)),
            Self::Text | Self::Bytes => false,
        }
    }

    /// Padding and decimals of a number that is written with fixed digits; `None` for the other forms.
    pub(super) const fn padding(self, format: Format) -> Option<Padding> {
        let (width, signed) = match (self, format.width) {
            (_, Some(0)) => return None,
            (Self::Integer { signed, .. }, Some(width)) => (width, signed),
            (Self::Integer { digits, signed }, None) => (digits, signed),
            (Self::Decimal, Some(width)) => (width, true),
            _ => return None,
        };
        let decimals = match format.truncate {
            Some(decimals) => decimals,
            None => 0,
        };
        Some(Padding {
            width: width as usize,
            decimals: decimals as usize,
            signed,
        })
    }
}

/// The room of a number with fixed digits. The width counts digits and the point, not the sign.
#[derive(Clone, Copy)]
pub(super) struct Padding {
    pub(super) width: usize,
    pub(super) decimals: usize,
    pub(super) signed: bool,
}

impl Padding {
    /// Digits before the point.
    pub(super) const fn integer_digits(self) -> usize {
        if self.decimals == 0 {
            self.width
        } else {
            self.width.saturating_sub(self.decimals + 1)
        }
    }
}

/// Whether `byte` can stand where the shape has `class`, after the case was mapped.
pub(super) const fn fits(class: u8, case: Case, byte: u8) -> bool {
    in_class(class, case, byte.to_ascii_lowercase(), byte)
        || in_class(class, case, byte.to_ascii_uppercase(), byte)
}

const fn in_class(class: u8, case: Case, original: u8, stored: u8) -> bool {
    let member = match class {
        b'0' => original.is_ascii_digit(),
        b'x' => matches!(original, b'0'..=b'9' | b'a'..=b'f'),
        b'?' => matches!(original, b'0'..=b'9' | b'A'..=b'Z'),
        _ => original == class,
    };
    let mapped = match case {
        Case::Keep => original,
        Case::Lower => original.to_ascii_lowercase(),
        Case::Upper => original.to_ascii_uppercase(),
    };
    member && mapped == stored
}

/// Whether the text is as the shape says, as far as the text goes.
pub(super) fn fits_shape(shape: &str, case: Case, text: &str) -> bool {
    text.len() <= shape.len()
        && shape
            .bytes()
            .zip(text.bytes())
            .all(|(class, byte)| fits(class, case, byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_says_each_position() {
        assert!(fits_shape("0000-00-00", Case::Keep, "2024-05-01"));
        assert!(fits_shape("0000-00-00", Case::Keep, "2024-05"));
        assert!(!fits_shape("0000-00-00", Case::Keep, "2024/05/01"));
        assert!(fits_shape("xx?", Case::Keep, "0fZ") && !fits_shape("xx", Case::Keep, "0F"));
        assert!(fits_shape("xx", Case::Upper, "0F") && !fits_shape("xx", Case::Upper, "0f"));
        assert!(fits_shape("00T", Case::Lower, "11t") && !fits_shape("00T", Case::Lower, "11T"));
    }

    #[test]
    fn fixed_widths_follow_the_format() {
        let f = Format::DEFAULT;
        let u32 = Form::Integer {
            digits: 10,
            signed: false,
        };
        assert_eq!(u32.fixed_width(f), Some(10));
        assert_eq!(
            u32.fixed_width(Format {
                width: Some(4),
                ..f
            }),
            Some(4)
        );
        assert_eq!(
            u32.fixed_width(Format {
                width: Some(0),
                ..f
            }),
            None
        );
        assert_eq!(
            Form::Integer {
                digits: 3,
                signed: true
            }
            .fixed_width(f),
            None
        );
        assert_eq!(Form::Shape("0000-00-00").fixed_width(f), Some(10));
        assert_eq!(
            Form::Shape("0000-00-00").fixed_width(Format {
                truncate: Some(7),
                ..f
            }),
            Some(7)
        );
        assert_eq!(
            Form::Text.fixed_width(Format {
                truncate: Some(7),
                ..f
            }),
            None
        );
    }

    #[test]
    fn signed_integers_end_themselves_and_plain_numbers_do_not() {
        let i8 = Form::Integer {
            digits: 3,
            signed: true,
        };
        assert!(i8.ends_itself(Format::DEFAULT) && Form::Decimal.ends_itself(Format::DEFAULT));
        assert!(!i8.ends_itself(Format {
            width: Some(0),
            ..Format::DEFAULT
        }));
        assert!(
            !Form::Text.ends_itself(Format::DEFAULT) && !Form::Bytes.ends_itself(Format::DEFAULT)
        );
    }
}
