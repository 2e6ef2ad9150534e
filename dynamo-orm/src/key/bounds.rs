//! Neighbours of a key in DynamoDB's order, which compares strings by their UTF-8 bytes.

/// The highest character. No part contains it, so text and this character bound all keys that begin so.
pub(super) const HIGHEST: char = '\u{10FFFF}';

/// The lowest key that DynamoDB takes: an empty key attribute is refused.
pub(super) fn lowest_key(text: String) -> String {
    if text.is_empty() {
        "\0".to_owned()
    } else {
        text
    }
}

/// Above every key that begins with this text, below all others that follow.
pub(crate) fn above_all(mut text: String) -> String {
    text.push(HIGHEST);
    text
}

/// The very next text.
pub(super) fn just_above(mut text: String) -> String {
    text.push('\0');
    text
}

/// Above every key that sorts before this text; `None` if there is none.
pub(super) fn just_below(mut text: String) -> Option<String> {
    let last = text.pop()?;
    match last {
        '\0' => {}
        '\u{E000}' => text.extend(['\u{D7FF}', HIGHEST]),
        _ => {
            text.push(char::from_u32(u32::from(last) - 1)?);
            text.push(HIGHEST);
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_fits_between_a_text_and_its_neighbours() {
        assert_eq!(just_below("ab".into()).unwrap(), "aa\u{10FFFF}");
        assert_eq!(just_below("a\0".into()).unwrap(), "a");
        assert_eq!(just_below("\u{E000}".into()).unwrap(), "\u{D7FF}\u{10FFFF}");
        assert_eq!(just_below(String::new()), None);
        assert_eq!(just_above("a".into()), "a\0");
        assert!(above_all("a".into()).as_str() < "b");
    }
}
