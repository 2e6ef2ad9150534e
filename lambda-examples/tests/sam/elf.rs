//! What a binary asks of the system it runs on.

/// The newest version of glibc of which a binary wants a symbol: `GLIBC_2.34` in its table of versions.
pub(crate) fn newest_glibc(binary: &[u8]) -> (u32, u32) {
    const NAME: &[u8] = b"GLIBC_";
    let starts = binary.windows(NAME.len()).enumerate();
    let starts = starts.filter(|(_, window)| *window == NAME);
    let versions = starts.map(|(start, _)| version(&binary[start + NAME.len()..]));
    versions.flatten().max().expect("it is linked with glibc")
}

fn version(text: &[u8]) -> Option<(u32, u32)> {
    let end = text.iter().position(|b| !matches!(b, b'0'..=b'9' | b'.'))?;
    let mut numbers = std::str::from_utf8(&text[..end]).ok()?.split('.');
    let mut number = || numbers.next()?.parse().ok();
    Some((number()?, number()?))
}
