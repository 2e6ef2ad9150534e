//! Key templates: `"ORDER#{placed_on}#{order_id:012}"`.

use syn::LitStr;

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Literal(String),
    Placeholder { field: String, spec: String },
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
                let (field, spec) = inside.split_once(':').unwrap_or((&inside, ""));
                if field.is_empty() {
                    return fail("a placeholder needs the name of a field; write `{field}`".into());
                }
                pieces.push(Piece::Placeholder {
                    field: field.to_owned(),
                    spec: spec.to_owned(),
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

/// Does a format lose something, so that the field cannot be read back from the key?
pub(crate) fn is_lossy(spec: &str) -> bool {
    spec.contains('.') || spec.contains("lower") || spec.contains("upper")
}
