//! The digits of a number: exact, of any size, written so that text order is number order.

use super::form::Padding;

/// The digits of a plain decimal number without needless zeros; both empty for zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Digits<'a> {
    negative: bool,
    /// Before the point, no leading zero.
    integer: &'a str,
    /// Behind the point, no trailing zero.
    fraction: &'a str,
}

/// Why digits have no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoRoom {
    Overflow,
    Inexact,
    Negative,
}

pub(super) const EXPONENT_BIAS: usize = 500;

impl<'a> Digits<'a> {
    /// Reads plain text such as `-7` or `12.50`.
    pub(super) fn read(text: &'a str) -> Option<Self> {
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let (integer, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
        let all_digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        if !all_digits(integer) || !all_digits(fraction) {
            return None;
        }
        let (integer, fraction) = (
            integer.trim_start_matches('0'),
            fraction.trim_end_matches('0'),
        );
        let zero = integer.is_empty() && fraction.is_empty();
        Some(Self {
            negative: unsigned.len() < text.len() && !zero,
            integer,
            fraction,
        })
    }

    /// Whether nothing stands behind the point.
    pub(super) fn is_integer(self) -> bool {
        self.fraction.is_empty()
    }

    /// The shortest plain text: `12.5`, `-7`, `0`.
    pub(super) fn write_plain(self, out: &mut String) {
        if self.negative {
            out.push('-');
        }
        out.push_str(if self.integer.is_empty() {
            "0"
        } else {
            self.integer
        });
        if !self.fraction.is_empty() {
            out.push('.');
            out.push_str(self.fraction);
        }
    }

    /// Fixed digits: `007`, `-992`, `00012.50`.
    pub(super) fn write_padded(self, padding: Padding, out: &mut String) -> Result<(), NoRoom> {
        let before = padding.integer_digits();
        if self.negative && !padding.signed {
            return Err(NoRoom::Negative);
        }
        if self.integer.len() > before {
            return Err(NoRoom::Overflow);
        }
        if self.fraction.len() > padding.decimals {
            return Err(NoRoom::Inexact);
        }
        if self.negative {
            out.push('-');
        }
        let zeros = |n: usize| std::iter::repeat_n('0', n);
        let point = (padding.decimals > 0).then_some('.');
        let digits = zeros(before - self.integer.len())
            .chain(self.integer.chars())
            .chain(point)
            .chain(self.fraction.chars())
            .chain(zeros(padding.decimals - self.fraction.len()));
        out.extend(digits.map(|c| if self.negative { complement(c) } else { c }));
        Ok(())
    }

    /// The compact form of [`Form::Decimal`](super::Form::Decimal).
    pub(super) fn write_sorted(self, out: &mut String) -> Result<(), NoRoom> {
        // The digits without the zeros between the point and the first of them, or behind the last.
        let (first, second, exponent) = if self.integer.is_empty() {
            let digits = self.fraction.trim_start_matches('0');
            if digits.is_empty() {
                out.push('o');
                return Ok(());
            }
            (
                digits,
                "",
                EXPONENT_BIAS.checked_sub(self.fraction.len() - digits.len() + 1),
            )
        } else {
            let integer = if self.fraction.is_empty() {
                self.integer.trim_end_matches('0')
            } else {
                self.integer
            };
            (
                integer,
                self.fraction,
                Some(EXPONENT_BIAS + self.integer.len() - 1),
            )
        };
        let exponent = exponent.filter(|e| *e < 1000).ok_or(NoRoom::Overflow)?;
        let exponent = format!("{exponent:03}");
        let digits = exponent.chars().chain(first.chars()).chain(second.chars());
        if self.negative {
            out.push('n');
            out.extend(digits.map(complement));
            out.push('~');
        } else {
            out.push('p');
            out.extend(digits);
            out.push('.');
        }
        Ok(())
    }
}

pub(super) fn complement(digit: char) -> char {
    match digit {
        '0'..='9' => char::from(b'9' - (digit as u8 - b'0')),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const I8: Padding = Padding {
        width: 3,
        decimals: 0,
        signed: true,
    };
    const MONEY: Padding = Padding {
        width: 8,
        decimals: 2,
        signed: true,
    };

    fn sorted(text: &str) -> String {
        let mut out = String::new();
        Digits::read(text).unwrap().write_sorted(&mut out).unwrap();
        out
    }

    fn padded(text: &str, padding: Padding) -> Result<String, NoRoom> {
        let mut out = String::new();
        Digits::read(text)
            .unwrap()
            .write_padded(padding, &mut out)
            .map(|()| out)
    }

    #[test]
    fn integers_are_padded_and_complemented() {
        for (plain, form) in [
            ("7", "007"),
            ("-7", "-992"),
            ("-128", "-871"),
            ("0", "000"),
            ("-0", "000"),
            ("127", "127"),
        ] {
            assert_eq!(padded(plain, I8).unwrap(), form);
        }
        assert_eq!(padded("1000", I8), Err(NoRoom::Overflow));
        assert_eq!(
            padded(
                "-1",
                Padding {
                    signed: false,
                    ..I8
                }
            ),
            Err(NoRoom::Negative)
        );
    }

    #[test]
    fn decimals_have_the_documented_form() {
        for (plain, form) in [
            ("0", "o"),
            ("12.5", "p501125."),
            ("12.50", "p501125."),
            ("0.05", "p4985."),
            ("-12.5", "n498874~"),
            ("1", "p5001."),
            ("1200", "p50312."),
            ("-0.00", "o"),
        ] {
            assert_eq!(sorted(plain), form);
        }
    }

    #[test]
    fn decimals_sort_as_their_values() {
        let ascending = [
            "-1000", "-999.9", "-12.51", "-12.5", "-1", "-0.5", "-0.05", "0", "0.05", "0.051", "1",
            "9", "10", "12.5", "12.51", "99", "100",
        ];
        assert!(ascending.map(sorted).is_sorted());
    }

    #[test]
    fn fixed_point_is_exact_or_refused() {
        assert_eq!(padded("12.5", MONEY).unwrap(), "00012.50");
        assert_eq!(padded("-12.5", MONEY).unwrap(), "-99987.49");
        assert_eq!(padded("12.500", MONEY).unwrap(), "00012.50");
        assert_eq!(padded("12.505", MONEY), Err(NoRoom::Inexact));
        assert_eq!(padded("123456", MONEY), Err(NoRoom::Overflow));
    }
}
