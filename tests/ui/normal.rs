//! What a compiler says, without what depends on the machine or on lines of other files.

use std::fmt::Write as _;
use std::path::Path;

/// Keeps what the user's mistake is answered with.
pub(crate) fn normalise(stderr: &str, case: &Path) -> String {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = tests.parent().unwrap_or(tests);
    let text = stderr
        .replace(&*case.to_string_lossy(), "$CASE")
        .replace(&*root.to_string_lossy(), "$ROOT");
    let mut out = String::new();
    for block in blocks(&text) {
        if is_unstable(&block) {
            continue;
        }
        let begins = |name: &str| block.first().is_some_and(|line| line.starts_with(name));
        if (begins("error") || begins("warning")) && !out.is_empty() && !out.ends_with("\n\n") {
            out.push('\n');
        }
        write(&block, &mut out);
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

/// A message with its snippets: from a line that begins at the margin to the next.
fn blocks(text: &str) -> Vec<Vec<&str>> {
    let mut out: Vec<Vec<&str>> = Vec::new();
    for line in text.lines() {
        let begins = line.starts_with(|c: char| c.is_ascii_alphabetic());
        match out.last_mut() {
            Some(block) if !begins => block.push(line),
            _ => out.push(vec![line]),
        }
    }
    out
}

/// A hint about the standard library, a list of types, which depends on features and on the target, or a count.
fn is_unstable(block: &[&str]) -> bool {
    let first = block.first().copied().unwrap_or_default();
    let closing = [
        "error: aborting due to",
        "For more information",
        "Some errors have detailed",
    ];
    if closing.iter().any(|c| first.starts_with(c)) {
        return true;
    }
    let aside = first.starts_with("note") || first.starts_with("help");
    let library = |line: &&str| line.contains("/rustc/") || line.contains("/lib/rustlib/src/");
    aside && (is_list(first) || block.iter().any(library))
}

fn is_list(line: &str) -> bool {
    line.contains("following other types implement")
        || line.contains("following types implement")
        || line.contains("following type implements")
}

/// Writes a block; of files other than the case only the names stay.
fn write(block: &[&str], out: &mut String) {
    let mut elsewhere = false;
    let mut list = false;
    for line in block {
        let (number, rest) = gutter(line);
        if let Some(place) = rest
            .strip_prefix("--> ")
            .or_else(|| rest.strip_prefix("::: "))
        {
            elsewhere = !place.starts_with("$CASE");
            list = false;
            let arrow = rest.get(..3).unwrap_or_default();
            // Cargo gives the compiler paths below the workspace.
            let root = if place.starts_with(['$', '/']) {
                ""
            } else {
                "$ROOT/"
            };
            let place = if elsewhere {
                without_position(place)
            } else {
                place
            };
            let _ = writeln!(out, "   {arrow} {root}{place}");
        } else if let Some(note) = rest.strip_prefix("= ") {
            elsewhere = false;
            list = is_list(note);
            if !list
                && !note.contains("written to '")
                && !note.contains("consider using `--verbose`")
            {
                let _ = writeln!(out, "     = {note}");
            }
        } else if (rest.starts_with('|') || is_change(number, rest)) && !elsewhere {
            list = false;
            out.push_str(format!("{number:>4} {rest}").trim_end());
            out.push('\n');
        } else if line.is_empty() {
            elsewhere = false;
            out.push('\n');
        } else if !elsewhere && !list {
            out.push_str(line);
            out.push('\n');
        }
    }
}

/// The line number before a snippet, and the rest.
fn gutter(line: &str) -> (&str, &str) {
    let trimmed = line.trim_start();
    let digits = trimmed.len()
        - trimmed
            .trim_start_matches(|c: char| c.is_ascii_digit())
            .len();
    let (number, rest) = trimmed.split_at(digits);
    (number, rest.trim_start())
}

/// A line of a suggestion.
fn is_change(number: &str, rest: &str) -> bool {
    !number.is_empty() && ["- ", "+ ", "~ "].iter().any(|sign| rest.starts_with(sign))
}

/// `file.rs:12:7` → `file.rs`.
fn without_position(place: &str) -> &str {
    place.split_once(".rs:").map_or(place, |(name, _)| {
        place.get(..name.len() + 3).unwrap_or(place)
    })
}
