//! Key templates: `"ORDER#{placed_on}#{order_id:012}"`.

use syn::LitStr;

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Literal(String),
    /// The format is what follows a colon.
    Placeholder {
        field: String,
        spec: Option<String>,
    },
}

/// Splits a template at its placeholders. `{{` and `}}` stand for braces.
pub(crate) fn parse(literal: &LitStr) -> syn::Result<Vec<Piece>> {
    let text = literal.value();
    let fail = |message: String| Err(syn::Error::new(literal.span(), message));
    if text.is_empty() {
        return fail("a key template cannot be empty; write a literal or a placeholder".into());
    }
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '{' if chars.peek() == Some(&'{') => {
                chars.next();
                plain.push('{');
            }
            '}' if chars.peek() == Some(&'}') => {
                chars.next();
                plain.push('}');
            }
            '{' => {
                let mut inside = String::new();
                loop {
                    match chars.next() {
                        Some('}') => break,
                        Some(c) => inside.push(c),
                        None => {
                            return fail(format!(
                                "the placeholder `{{{inside}` is not closed; add `}}`"
                            ));
                        }
                    }
                }
                if !plain.is_empty() {
                    pieces.push(Piece::Literal(std::mem::take(&mut plain)));
                }
                let (field, spec) = match inside.split_once(':') {
                    Some((field, spec)) => (field, Some(spec.to_owned())),
                    None => (inside.as_str(), None),
                };
                if field.is_empty() {
                    return fail("a placeholder needs the name of a field; write `{field}`".into());
                }
                pieces.push(Piece::Placeholder {
                    field: field.to_owned(),
                    spec,
                });
            }
            '}' => return fail("a single `}` in a template; write `}}` for a brace".into()),
            c => plain.push(c),
        }
    }
    if !plain.is_empty() {
        pieces.push(Piece::Literal(plain));
    }
    Ok(pieces)
}

/// Checks a format: `["0" width] ["." length]`, then words, joined with `+`. The runtime checks it again where it knows
/// the part's type; what can be seen here is said here, at the template.
pub(crate) fn check_format(spec: &str) -> Result<(), &'static str> {
    if spec.is_empty() {
        return Err(
            "an empty format; remove the `:`, or write what to do such as `012` or `lower`",
        );
    }
    let (width, rest) = digits(spec);
    let width_is_right = match width.strip_prefix('0') {
        Some("") => true,
        Some(width) => is_below_100(width),
        None => width.is_empty(),
    };
    if !width_is_right {
        return Err(
            "a padding is `0` and a width from 1 to 99, such as `012`; `0` alone is the plain number",
        );
    }
    let rest = match rest.strip_prefix('.').map(digits) {
        Some((length, rest)) if is_below_100(length) => rest,
        Some(_) => return Err("a length is `.` and a number from 1 to 99, such as `.10`"),
        None => rest,
    };
    let words = match rest.strip_prefix('+') {
        Some(words) if rest.len() < spec.len() => words,
        None if rest.is_empty() => return Ok(()),
        None if rest.len() == spec.len() => rest,
        _ => return Err(UNKNOWN_FORMAT),
    };
    let known = |word| ["lower", "upper", "raw", "empty"].contains(&word);
    if !words.split('+').all(known) {
        return Err(UNKNOWN_FORMAT);
    }
    if words
        .split('+')
        .filter(|w| matches!(*w, "lower" | "upper"))
        .count()
        > 1
    {
        return Err("two cases; keep one of `lower` and `upper`");
    }
    Ok(())
}

const UNKNOWN_FORMAT: &str = "unknown format; write a padding such as `012`, a length such as `.10`, or `lower`, `upper`, `raw`, `empty` joined with `+`";

fn digits(text: &str) -> (&str, &str) {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    text.split_at(text.len() - rest.len())
}

fn is_below_100(number: &str) -> bool {
    matches!(number.len(), 1 | 2) && !number.starts_with('0')
}

/// Does a format lose something, so that the field cannot be read back from the key?
pub(crate) fn is_lossy(spec: &str) -> bool {
    let cut = spec.contains('.') && !spec.starts_with('0');
    cut || spec.contains("lower") || spec.contains("upper")
}

#[cfg(test)]
mod tests {
    use proc_macro2::Span;

    use super::*;

    fn pieces(text: &str) -> Result<Vec<Piece>, String> {
        parse(&LitStr::new(text, Span::call_site())).map_err(|e| e.to_string())
    }

    fn literal(text: &str) -> Piece {
        Piece::Literal(text.to_owned())
    }

    fn placeholder(field: &str, spec: Option<&str>) -> Piece {
        Piece::Placeholder {
            field: field.to_owned(),
            spec: spec.map(str::to_owned),
        }
    }

    #[test]
    fn a_template_is_literals_and_placeholders() {
        assert_eq!(
            pieces("ORDER#{placed_on}#{order_id:012}").unwrap(),
            [
                literal("ORDER#"),
                placeholder("placed_on", None),
                literal("#"),
                placeholder("order_id", Some("012")),
            ]
        );
        assert_eq!(pieces("PROFILE").unwrap(), [literal("PROFILE")]);
        assert_eq!(
            pieces("{a}{b}").unwrap(),
            [placeholder("a", None), placeholder("b", None)]
        );
    }

    #[test]
    fn doubled_braces_are_braces() {
        assert_eq!(
            pieces("{{{a}}}").unwrap(),
            [literal("{"), placeholder("a", None), literal("}")]
        );
    }

    #[test]
    fn what_is_no_template_is_told() {
        for (template, message) in [
            ("", "cannot be empty"),
            ("A#{", "the placeholder `{` is not closed"),
            ("A#{id", "the placeholder `{id` is not closed"),
            ("A#{}", "needs the name of a field"),
            ("A#{:012}", "needs the name of a field"),
            ("A#}", "a single `}`"),
        ] {
            let error = pieces(template).unwrap_err();
            assert!(error.contains(message), "{template}: {error}");
        }
    }

    #[test]
    fn formats_are_those_of_the_runtime() {
        for right in [
            "0",
            "012",
            "099",
            ".10",
            "012.2",
            "lower",
            "upper",
            "raw",
            "empty",
            "raw+empty",
            ".10+lower",
            "012+raw",
        ] {
            assert_eq!(check_format(right), Ok(()), "{right}");
        }
        for wrong in [
            "",
            "1",
            "00",
            "0100",
            "12",
            ".",
            ".0",
            ".100",
            "lower+upper",
            "lower+lower",
            "zz",
            "+lower",
            "lower+",
            "012lower",
            ".10lower",
            " lower",
            "raw +empty",
            "012.",
            "raw+012",
        ] {
            assert!(check_format(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_format_that_loses_something_is_known() {
        for (spec, lossy) in [
            ("", false),
            ("012", false),
            ("012.2", false),
            ("raw", false),
            (".10", true),
            ("lower", true),
            ("raw+upper", true),
        ] {
            assert_eq!(is_lossy(spec), lossy, "{spec}");
        }
    }
}
