//! Numbers at the front of a key, read back exactly.

use super::digits::{Digits, EXPONENT_BIAS, NoRoom, complement};
use super::form::Padding;

/// Takes a plain number off the front: its text and its length. Needless zeros are not one.
pub(super) fn take_plain(key: &str, decimals: bool) -> Option<(String, usize)> {
    let unsigned = key.strip_prefix('-').unwrap_or(key);
    let digits = |s: &str| s.bytes().take_while(u8::is_ascii_digit).count();
    let mut length = digits(unsigned);
    if decimals
        && let Some(fraction) = unsigned
            .get(length..)
            .and_then(|rest| rest.strip_prefix('.'))
        && digits(fraction) > 0
    {
        length += 1 + digits(fraction);
    }
    let length = length + key.len() - unsigned.len();
    exactly(
        key.get(..length)?,
        length,
        |digits, text| {
            digits.write_plain(text);
            Ok(())
        },
        key,
    )
}

/// Takes a number with fixed digits off the front: its plain text and its length.
pub(super) fn take_padded(key: &str, padding: Padding) -> Option<(String, usize)> {
    let negative = key.starts_with('-');
    let length = padding.width + usize::from(negative);
    let text = key.get(..length)?;
    let plain = if negative {
        complemented(text)
    } else {
        text.to_owned()
    };
    exactly(
        &plain,
        length,
        |digits, text| digits.write_padded(padding, text),
        key,
    )
}

/// Takes the compact form off the front: its plain text and its length.
pub(super) fn take_sorted(key: &str) -> Option<(String, usize)> {
    let (negative, end) = match key.bytes().next()? {
        b'o' => return Some(("0".to_owned(), 1)),
        b'p' => (false, '.'),
        b'n' => (true, '~'),
        _ => return None,
    };
    let length = key.find(end)? + 1;
    let body = key.get(1..length - 1)?;
    let body = if negative {
        complemented(body)
    } else {
        body.to_owned()
    };
    let (exponent, digits) = body.split_at_checked(3)?;
    let exponent: usize = exponent.parse().ok()?;
    let mut plain = String::from(if negative { "-" } else { "" });
    if exponent < EXPONENT_BIAS {
        plain.push_str("0.");
        plain.extend(std::iter::repeat_n('0', EXPONENT_BIAS - exponent - 1));
        plain.push_str(digits);
    } else {
        let before = exponent - EXPONENT_BIAS + 1;
        plain.push_str(digits.get(..before).unwrap_or(digits));
        plain.extend(std::iter::repeat_n(
            '0',
            before.saturating_sub(digits.len()),
        ));
        if let Some(fraction) = digits.get(before..).filter(|f| !f.is_empty()) {
            plain.push('.');
            plain.push_str(fraction);
        }
    }
    exactly(
        &plain,
        length,
        |digits: Digits<'_>, text: &mut String| digits.write_sorted(text),
        key,
    )
}

fn complemented(text: &str) -> String {
    text.chars().map(complement).collect()
}

/// The number in its shortest text, if writing it gives the first `length` bytes of the key again.
fn exactly(
    plain: &str,
    length: usize,
    write: impl Fn(Digits<'_>, &mut String) -> Result<(), NoRoom>,
    key: &str,
) -> Option<(String, usize)> {
    // A complemented text has kept its sign; a negative zero reads as zero and is caught here.
    let digits = Digits::read(plain)?;
    let mut again = String::with_capacity(length);
    write(digits, &mut again).ok()?;
    if key.get(..length) != Some(again.as_str()) {
        return None;
    }
    let mut text = String::new();
    digits.write_plain(&mut text);
    Some((text, length))
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn decimals_come_back_and_lookalikes_do_not() {
        for plain in [
            "0",
            "12.5",
            "0.05",
            "-12.5",
            "1200",
            "-0.001",
            "7",
            "123456789012345678901234567890.12345678",
        ] {
            let text = sorted(plain);
            assert_eq!(
                take_sorted(&format!("{text}#1.2~")),
                Some((plain.to_owned(), text.len()))
            );
        }
        for other in [
            "",
            "p",
            "p501.",
            "p5011250.",
            "p501025.",
            "n498874.",
            "q",
            "p50112x5.",
            "125",
            "pé.",
        ] {
            assert_eq!(take_sorted(other), None, "{other}");
        }
    }

    #[test]
    fn plain_numbers_are_taken_greedily() {
        assert_eq!(take_plain("-7-x", true), Some(("-7".into(), 2)));
        assert_eq!(take_plain("7.25#", true), Some(("7.25".into(), 4)));
        assert_eq!(take_plain("7.x", true), Some(("7".into(), 1)));
        assert_eq!(take_plain("7.25", false), Some(("7".into(), 1)));
        assert_eq!(take_plain("007", true), None);
        assert_eq!(take_plain("x", true), None);
    }

    #[test]
    fn fixed_digits_come_back() {
        assert_eq!(take_padded("-99987.49#x", MONEY), Some(("-12.5".into(), 9)));
        assert_eq!(
            take_padded("-99999.99", MONEY),
            None,
            "a negative zero is not written"
        );
    }
}
