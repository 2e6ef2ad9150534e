//! The format of a placeholder: what follows the colon in `{n:012}` or `{mail:lower}`.

/// How a part is written inside a key, as declared in the template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
    /// Zero padding of a number to this many characters, sign not counted (`{n:012}`). `Some(0)`, from
    /// `{n:0}`, is the plain number without padding: it does not sort, but adopts keys of other programs.
    pub width: Option<u8>,
    /// Keeps the first characters of the text form (`{at:.19}`). With a width: the decimals of a number
    /// (`{price:012.2}`, the point counted in the width).
    pub truncate: Option<u8>,
    /// Maps the text to one case.
    pub case: Case,
    /// Never escapes the part; a value that contains the separator is refused.
    pub raw: bool,
    /// Allows the part to be empty.
    pub empty: bool,
}

/// The case of a text part in a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// As it is.
    Keep,
    /// Lower case, each character by itself.
    Lower,
    /// Upper case, each character by itself.
    Upper,
}

const WORDS: &str = "unknown format; write a padding such as `012`, a length such as `.10`, or `lower`, `upper`, `raw`, `empty` joined with `+`";
const WIDTH: &str =
    "a padding is `0` and a width from 1 to 99, such as `012`; `0` alone is the plain number";
const LENGTH: &str = "a length is `.` and a number from 1 to 99, such as `.10`";

impl Format {
    /// Whether both write the same text.
    pub(crate) const fn same(self, other: Self) -> bool {
        const fn number(number: Option<u8>) -> i16 {
            match number {
                Some(number) => number as i16,
                None => -1,
            }
        }
        number(self.width) == number(other.width)
            && number(self.truncate) == number(other.truncate)
            && self.case as u8 == other.case as u8
            && self.raw == other.raw
            && self.empty == other.empty
    }

    /// No options: `{part}`.
    pub const DEFAULT: Self = Self {
        width: None,
        truncate: None,
        case: Case::Keep,
        raw: false,
        empty: false,
    };

    /// Whether the key holds all of the part, so that parsing gives the same value back.
    #[must_use]
    pub const fn is_lossless(&self) -> bool {
        matches!(self.case, Case::Keep) && (self.truncate.is_none() || self.width.is_some())
    }

    /// Reads the text behind the colon: `["0" width] ["." n]`, then words, joined with `+`.
    ///
    /// # Errors
    ///
    /// A sentence that says what to write.
    pub const fn parse(spec: &str) -> Result<Self, &'static str> {
        let mut format = Self::DEFAULT;
        let mut rest = spec.as_bytes();
        if rest.is_empty() {
            return Err(
                "an empty format; remove the `:`, or write what to do such as `012` or `lower`",
            );
        }
        if let [b'0', after @ ..] = rest {
            let (width, after) = number(after);
            match width {
                // A lone zero; `00` has a digit left over and falls through to the error below.
                None => format.width = Some(0),
                Some(width) if width < 100 => format.width = Some(width),
                Some(_) => return Err(WIDTH),
            }
            if let [b'0'..=b'9', ..] = after {
                return Err(WIDTH);
            }
            rest = after;
        } else if let [b'1'..=b'9', ..] = rest {
            return Err(WIDTH);
        }
        if let [b'.', after @ ..] = rest {
            let (length, after) = number(after);
            match (length, after) {
                (None | Some(100..), _) | (_, [b'0'..=b'9', ..]) => return Err(LENGTH),
                (length, _) => format.truncate = length,
            }
            rest = after;
        }
        let mut first = rest.len() == spec.len();
        while !rest.is_empty() {
            if !first {
                let [b'+', after @ ..] = rest else {
                    return Err(WORDS);
                };
                rest = after;
            }
            first = false;
            rest = match word(format, rest) {
                Ok((next, after)) => {
                    format = next;
                    after
                }
                Err(error) => return Err(error),
            };
        }
        Ok(format)
    }
}

impl Default for Format {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// The number at the start, without leading zeros, and what follows it; 255 stands for anything larger.
const fn number(bytes: &[u8]) -> (Option<u8>, &[u8]) {
    let (mut value, mut rest) = (None, bytes);
    while let [digit @ b'0'..=b'9', after @ ..] = rest {
        let tens: u8 = match value {
            None if *digit == b'0' => break,
            None => 0,
            Some(value) => value,
        };
        value = Some(tens.saturating_mul(10).saturating_add(*digit - b'0'));
        rest = after;
    }
    (value, rest)
}

const fn word(mut format: Format, bytes: &[u8]) -> Result<(Format, &[u8]), &'static str> {
    let rest = match bytes {
        [b'l', b'o', b'w', b'e', b'r', rest @ ..] | [b'u', b'p', b'p', b'e', b'r', rest @ ..] => {
            if !matches!(format.case, Case::Keep) {
                return Err("two cases; keep one of `lower` and `upper`");
            }
            format.case = if let [b'l', ..] = bytes {
                Case::Lower
            } else {
                Case::Upper
            };
            rest
        }
        [b'r', b'a', b'w', rest @ ..] => {
            if format.raw {
                return Err("`raw` is written twice; remove one");
            }
            format.raw = true;
            rest
        }
        [b'e', b'm', b'p', b't', b'y', rest @ ..] => {
            if format.empty {
                return Err("`empty` is written twice; remove one");
            }
            format.empty = true;
            rest
        }
        _ => return Err(WORDS),
    };
    Ok((format, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_documented_spec_parses() {
        let f = Format::DEFAULT;
        for (spec, format) in [
            (
                "012",
                Format {
                    width: Some(12),
                    ..f
                },
            ),
            (
                "0",
                Format {
                    width: Some(0),
                    ..f
                },
            ),
            (
                "09",
                Format {
                    width: Some(9),
                    ..f
                },
            ),
            (
                "012.2",
                Format {
                    width: Some(12),
                    truncate: Some(2),
                    ..f
                },
            ),
            (
                ".10",
                Format {
                    truncate: Some(10),
                    ..f
                },
            ),
            (
                "lower",
                Format {
                    case: Case::Lower,
                    ..f
                },
            ),
            (
                "raw+lower",
                Format {
                    case: Case::Lower,
                    raw: true,
                    ..f
                },
            ),
            (
                ".8+upper",
                Format {
                    truncate: Some(8),
                    case: Case::Upper,
                    ..f
                },
            ),
            (
                "empty+raw",
                Format {
                    empty: true,
                    raw: true,
                    ..f
                },
            ),
        ] {
            assert_eq!(Format::parse(spec), Ok(format), "{spec}");
        }
    }

    #[test]
    fn anything_else_is_told_what_to_write() {
        for (spec, start) in [
            ("", "an empty format"),
            ("12", "a padding"),
            ("00", "a padding"),
            ("0100", "a padding"),
            ("0400", "a padding"),
            (".", "a length"),
            (".0", "a length"),
            (".05", "a length"),
            (".100", "a length"),
            ("lower+upper", "two cases"),
            ("raw+raw", "`raw` is written twice"),
            ("empty+empty", "`empty` is written twice"),
            ("title", "unknown format"),
            ("lower+", "unknown format"),
            ("+lower", "unknown format"),
            (".8upper", "unknown format"),
            ("lower,raw", "unknown format"),
        ] {
            let error = Format::parse(spec).unwrap_err();
            assert!(error.starts_with(start), "{spec}: {error}");
        }
    }

    #[test]
    fn only_case_and_length_lose_something() {
        for (spec, lossless) in [
            ("012", true),
            ("012.2", true),
            ("raw+empty", true),
            (".3", false),
            ("upper", false),
        ] {
            assert_eq!(
                Format::parse(spec).unwrap().is_lossless(),
                lossless,
                "{spec}"
            );
        }
    }
}
