//! Exact decimal text: DynamoDB's numbers, never by way of a float.

use std::fmt;

/// Significant digits DynamoDB keeps.
const DIGITS: usize = 38;

/// Why text is not a number that DynamoDB stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotANumber {
    /// It is not decimal text.
    Syntax,
    /// It has more than 38 significant digits.
    TooPrecise,
    /// It is 1E126 or more, or -1E126 or less.
    TooLarge,
    /// It is closer to zero than 1E-130, but not zero.
    TooSmall,
}

impl fmt::Display for NotANumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Syntax => "not a decimal number",
            Self::TooPrecise => "more than the 38 significant digits DynamoDB keeps",
            Self::TooLarge => "beyond DynamoDB's largest number, 9.99…E125",
            Self::TooSmall => "closer to zero than DynamoDB's smallest number, 1E-130",
        })
    }
}

impl std::error::Error for NotANumber {}

/// Checks that DynamoDB stores `text` exactly.
///
/// # Errors
///
/// Says which limit it breaks.
pub(crate) fn check(text: &str) -> Result<(), NotANumber> {
    parse(text)?.check()
}

/// DynamoDB's normal form: plain digits, no superfluous zeros, no exponent.
///
/// # Errors
///
/// Says which limit `text` breaks.
pub(crate) fn canonical(text: &str) -> Result<String, NotANumber> {
    let number = parse(text)?;
    number.check()?;
    let count = number.significant().count();
    if count == 0 {
        return Ok("0".to_owned());
    }
    let mut plain = String::with_capacity(count + 4);
    if number.negative {
        plain.push('-');
    }
    if number.magnitude < 0 {
        plain.push_str("0.");
        plain.extend((number.magnitude..-1).map(|_| '0'));
    }
    // The number of digits before the point is `magnitude + 1`.
    let mut place = number.magnitude;
    for digit in number.significant() {
        if place == -1 && number.magnitude >= 0 {
            plain.push('.');
        }
        plain.push(char::from(digit));
        place -= 1;
    }
    plain.extend((0..=place).map(|_| '0'));
    Ok(plain)
}

/// Whether two texts write the same number; text that is no number equals nothing.
#[must_use]
pub(crate) fn eq(a: &str, b: &str) -> bool {
    let (Ok(a), Ok(b)) = (parse(a), parse(b)) else {
        return false;
    };
    a.magnitude == b.magnitude
        && a.significant().eq(b.significant())
        && (a.negative == b.negative || a.significant().next().is_none())
}

/// The integer that `text` writes, also in forms such as `1E2` and `5.0`: its sign (true is
/// negative) and size.
pub(crate) fn integer(text: &str) -> Option<(bool, u128)> {
    let number = parse(text).ok()?;
    let mut size: u128 = 0;
    let mut place = number.magnitude;
    for digit in number.significant() {
        if place < 0 {
            return None;
        }
        size = size
            .checked_mul(10)?
            .checked_add(u128::from(digit - b'0'))?;
        place -= 1;
    }
    if size != 0 {
        for _ in 0..=place {
            size = size.checked_mul(10)?;
        }
    }
    Some((number.negative && size != 0, size))
}

/// The float that writes exactly the number `text`, if there is one.
pub(crate) fn exact_float(text: &str) -> Option<f64> {
    let float = float(text)?;
    eq(&format!("{float:e}"), text).then_some(float)
}

/// The float nearest to `text`.
pub(crate) fn float(text: &str) -> Option<f64> {
    is_decimal(text)
        .then(|| text.parse().ok())?
        .filter(|float: &f64| float.is_finite())
}

/// The single-precision float nearest to `text`.
pub(crate) fn single(text: &str) -> Option<f32> {
    is_decimal(text)
        .then(|| text.parse().ok())?
        .filter(|float: &f32| float.is_finite())
}

/// Keeps Rust's `inf` and `nan` out.
fn is_decimal(text: &str) -> bool {
    text.bytes()
        .all(|b| matches!(b, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'))
}

/// A number taken apart: ±d.ddd × 10^magnitude.
struct Parts<'a> {
    negative: bool,
    /// Digits before and after the point; zeros may stand at both ends.
    whole: &'a [u8],
    fraction: &'a [u8],
    /// How many digits after the leading zeros and before the trailing zeros.
    skip: usize,
    take: usize,
    magnitude: i64,
}

impl Parts<'_> {
    fn significant(&self) -> impl Iterator<Item = u8> {
        self.whole
            .iter()
            .chain(self.fraction)
            .copied()
            .skip(self.skip)
            .take(self.take)
    }

    fn check(&self) -> Result<(), NotANumber> {
        match self {
            Self { take: 0, .. } => Ok(()),
            Self { take, .. } if *take > DIGITS => Err(NotANumber::TooPrecise),
            Self {
                magnitude: 126.., ..
            } => Err(NotANumber::TooLarge),
            Self {
                magnitude: ..-130, ..
            } => Err(NotANumber::TooSmall),
            _ => Ok(()),
        }
    }
}

fn parse(text: &str) -> Result<Parts<'_>, NotANumber> {
    let (negative, unsigned) = sign(text.as_bytes());
    let (mantissa, exponent) = match unsigned.iter().position(|b| matches!(b, b'e' | b'E')) {
        Some(at) => (unsigned.get(..at), unsigned.get(at + 1..)),
        None => (Some(unsigned), None),
    };
    let mantissa = mantissa.unwrap_or_default();
    let mut halves = mantissa.splitn(2, |b| *b == b'.');
    let whole = halves.next().unwrap_or_default();
    let fraction = halves.next().unwrap_or_default();
    let digits = || whole.iter().chain(fraction);
    if digits().next().is_none() || !digits().all(u8::is_ascii_digit) {
        return Err(NotANumber::Syntax);
    }
    let exponent = exponent.map_or(Ok(0), read_exponent)?;
    let skip = digits().take_while(|b| **b == b'0').count();
    let total = whole.len() + fraction.len();
    let trailing = if skip == total {
        0
    } else {
        digits().rev().take_while(|b| **b == b'0').count()
    };
    let take = total - skip - trailing;
    let place = |count: usize| i64::try_from(count).map_err(|_| NotANumber::TooPrecise);
    let magnitude = if take == 0 {
        0
    } else {
        exponent.saturating_add(place(whole.len())? - place(skip)? - 1)
    };
    Ok(Parts {
        negative,
        whole,
        fraction,
        skip,
        take,
        magnitude,
    })
}

/// Whether there is a minus, and what follows the sign.
fn sign(text: &[u8]) -> (bool, &[u8]) {
    match text {
        [sign @ (b'-' | b'+'), rest @ ..] => (*sign == b'-', rest),
        rest => (false, rest),
    }
}

/// Saturates: an exponent beyond `i64` is out of DynamoDB's range all the same.
fn read_exponent(text: &[u8]) -> Result<i64, NotANumber> {
    let (negative, digits) = sign(text);
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(NotANumber::Syntax);
    }
    let size = digits.iter().fold(0i64, |size, digit| {
        size.saturating_mul(10)
            .saturating_add(i64::from(digit - b'0'))
            .min(i64::MAX / 2)
    });
    Ok(if negative { -size } else { size })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_normal_form_has_plain_digits() {
        for (text, expected) in [
            ("0", "0"),
            ("-0.00", "0"),
            ("0E999999999999999999999", "0"),
            ("007", "7"),
            ("1.50", "1.5"),
            ("+12e3", "12000"),
            ("-1.5E-3", "-0.0015"),
            (".5", "0.5"),
            ("5.", "5"),
            ("100", "100"),
            ("123.456e1", "1234.56"),
            ("10e-1", "1"),
            ("0.1", "0.1"),
            ("0.01", "0.01"),
        ] {
            assert_eq!(canonical(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn the_limits_are_dynamodbs() {
        let digits = "9".repeat(38);
        assert_eq!(canonical(&digits).unwrap(), digits);
        assert_eq!(check(&format!("{digits}9")), Err(NotANumber::TooPrecise));
        assert_eq!(check(&format!("{digits}000")), Ok(()));
        assert_eq!(
            check("9.9999999999999999999999999999999999999E+125"),
            Ok(())
        );
        assert_eq!(
            check("-9.9999999999999999999999999999999999999E+125"),
            Ok(())
        );
        assert_eq!(check("1E126"), Err(NotANumber::TooLarge));
        assert_eq!(check("1E-130"), Ok(()));
        assert_eq!(check("9E-131"), Err(NotANumber::TooSmall));
        assert_eq!(
            check("1E99999999999999999999999"),
            Err(NotANumber::TooLarge)
        );
        assert_eq!(canonical("1E-130").unwrap().len(), 132);
        assert_eq!(canonical("1E125").unwrap().len(), 126);
    }

    #[test]
    fn other_text_is_no_number() {
        for text in [
            "", "-", ".", "e5", "1e", "1e+", "0x1", "NaN", "inf", "1 ", "1_0", "--1", "1.2.3",
        ] {
            assert_eq!(check(text), Err(NotANumber::Syntax), "{text}");
            assert!(float(text).is_none() && integer(text).is_none());
        }
    }

    #[test]
    fn integral_forms_are_integers() {
        assert_eq!(integer("1E2"), Some((false, 100)));
        assert_eq!(integer("-5.0"), Some((true, 5)));
        assert_eq!(integer("-0"), Some((false, 0)));
        assert_eq!(integer("1.5"), None);
        assert_eq!(integer("1E38"), Some((false, 10u128.pow(38))));
        assert_eq!(integer("1E39"), None);
        assert_eq!(integer("1E999999999"), None);
    }

    #[test]
    fn a_float_stands_in_only_where_it_is_exact() {
        assert_eq!(exact_float("0.1"), Some(0.1));
        assert_eq!(exact_float("1.10"), Some(1.1));
        assert_eq!(exact_float("18446744073709551616"), None);
        assert_eq!(exact_float("0.1000000000000000000001"), None);
    }

    proptest! {
        #[test]
        fn the_normal_form_is_the_same_number(whole in "[0-9]{1,20}", fraction in "[0-9]{0,18}", exponent in -50i32..50, sign in "-?") {
            let text = format!("{sign}{whole}.{fraction}E{exponent}");
            let normal = canonical(&text).unwrap();
            prop_assert!(eq(&text, &normal));
            prop_assert_eq!(canonical(&normal).unwrap(), normal.clone());
            // Adding zero takes the sign off a zero.
            let bits = |text: &str| text.parse::<f64>().map(|float| (float + 0.0).to_bits());
            prop_assert_eq!(bits(&text), bits(&normal));
        }

        #[test]
        fn every_integer_is_its_own_normal_form(number in -10i128.pow(38) + 1..10i128.pow(38)) {
            prop_assert_eq!(canonical(&number.to_string()).unwrap(), number.to_string());
            prop_assert_eq!(integer(&number.to_string()), Some((number < 0, number.unsigned_abs())));
        }

        #[test]
        fn any_text_is_handled(text in "[-+0-9.eE]{0,12}|.{0,8}") {
            let _ = (canonical(&text), integer(&text), exact_float(&text), single(&text));
        }
    }
}
