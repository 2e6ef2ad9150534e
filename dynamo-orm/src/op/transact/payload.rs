//! The hash of what a key of idempotent work stands for, the same for equal payloads.

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::codec::{self, Hint, Malformed, Reader};
use crate::error::{Error, ErrorKind, Result};

/// The hash of a payload. A map has its members in the order of their names, since equal maps may give them in any.
pub(super) fn hash<P: Serialize>(payload: &P) -> Result<String> {
    let mut value = String::new();
    let _ = codec::write_value(payload, Hint::Auto, &mut value)
        .map_err(|e| Error::new(ErrorKind::Encode, e.message.clone()))?;
    let mut text = String::with_capacity(value.len());
    if !value.is_empty() {
        sorted(&value, &mut text).map_err(|fault| {
            Error::new(
                ErrorKind::Encode,
                format!("the payload cannot be hashed: {fault}"),
            )
        })?;
    }
    let digest = Sha256::digest(text.as_bytes());
    Ok(aws_smithy_types::base64::encode(digest))
}

/// An attribute value with the members of every map in the order of their names.
fn sorted(value: &str, out: &mut String) -> Result<(), Malformed> {
    Reader::new(value).object(&mut |reader, kind| {
        let raw = reader.raw_value()?;
        out.push_str(&kind);
        match &*kind {
            "M" => {
                let mut members = Vec::new();
                Reader::new(raw).object(&mut |reader, name| {
                    members.push((name.into_owned(), reader.raw_value()?));
                    Ok(())
                })?;
                members.sort_unstable();
                out.push('{');
                for (name, member) in members {
                    codec::write_string(&name, out);
                    sorted(member, out)?;
                }
                out.push('}');
            }
            "L" => {
                out.push('[');
                Reader::new(raw).array(&mut |reader| sorted(reader.raw_value()?, out))?;
                out.push(']');
            }
            _ => out.push_str(raw),
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::hash;
    use serde_json::json;

    #[test]
    fn equal_maps_have_equal_hashes_and_lists_keep_their_order() {
        let of = |pairs: &[(&str, u32)]| {
            let map: std::collections::HashMap<_, _> = pairs.iter().copied().collect();
            hash(&vec![map]).ok()
        };
        let pairs = [("a", 1), ("b", 2), ("c", 3)];
        let turned = [("c", 3), ("b", 2), ("a", 1)];
        assert!(of(&pairs).is_some());
        assert_eq!(of(&pairs), of(&turned));
        assert_ne!(of(&pairs), of(&[("a", 1), ("b", 3), ("c", 2)]));
        assert_ne!(hash(&[1, 2]).ok(), hash(&[2, 1]).ok());
        let split = [json!([[1], [2]]), json!([[1, 2], []])];
        assert_ne!(hash(&split[0]).ok(), hash(&split[1]).ok());
    }
}
