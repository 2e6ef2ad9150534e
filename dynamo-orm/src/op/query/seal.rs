//! Content as URL-safe text, signed where the service has cursor keys.

use std::fmt;

use aws_smithy_types::base64;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::error::{Error, ErrorKind, Result};

/// The least length of a cursor key: as long as the signature.
const MIN_KEY_BYTES: usize = 32;
const SIGNATURE_BYTES: usize = 32;
/// Begins signed content; other content begins with a hexadecimal digit.
const SIGNED: u8 = b's';

/// The keys that sign cursors: the first signs, any verifies.
pub(crate) struct CursorKeys(Vec<Hmac<Sha256>>);

impl CursorKeys {
    pub(crate) fn new<K: AsRef<[u8]>>(keys: impl IntoIterator<Item = K>) -> Result<Self> {
        let mut macs = Vec::new();
        for key in keys {
            let key = key.as_ref();
            if key.len() < MIN_KEY_BYTES {
                return Err(Error::invalid(format!(
                    "a cursor key of {} bytes is too short; use at least {MIN_KEY_BYTES} random bytes",
                    key.len()
                )));
            }
            let mac = Hmac::new_from_slice(key).map_err(|e| Error::invalid(e.to_string()))?;
            macs.push(mac);
        }
        if macs.is_empty() {
            return Err(Error::invalid(
                "no cursor key is given; give one of at least 32 random bytes",
            ));
        }
        Ok(Self(macs))
    }

    fn sign(&self, what: &str, content: &[u8]) -> Option<[u8; SIGNATURE_BYTES]> {
        let mac = over(self.0.first()?, what, content);
        Some(mac.finalize().into_bytes().into())
    }

    /// Compares in constant time, with every key.
    fn verify(&self, what: &str, content: &[u8], signature: &[u8]) -> bool {
        self.0.iter().fold(false, |good, key| {
            over(key, what, content).verify_slice(signature).is_ok() | good
        })
    }
}

/// What one kind of text was signed for, another is not good for.
fn over(key: &Hmac<Sha256>, what: &str, content: &[u8]) -> Hmac<Sha256> {
    let mut mac = key.clone();
    mac.update(what.as_bytes());
    mac.update(&[0]);
    mac.update(content);
    mac
}

impl fmt::Debug for CursorKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CursorKeys")
            .field("keys", &self.0.len())
            .finish_non_exhaustive()
    }
}

/// Content as text: `what` it is decides what its signature is good for.
pub(crate) fn seal(what: &str, content: &str, keys: Option<&CursorKeys>) -> String {
    let Some(signature) = keys.and_then(|keys| keys.sign(what, content.as_bytes())) else {
        return encode(content.as_bytes());
    };
    let mut bytes = Vec::with_capacity(1 + SIGNATURE_BYTES + content.len());
    bytes.push(SIGNED);
    bytes.extend(signature);
    bytes.extend(content.as_bytes());
    encode(&bytes)
}

/// What [`seal`] made a text of, not verified yet.
#[derive(Debug)]
pub(crate) struct Sealed {
    content: String,
    signature: Option<Vec<u8>>,
}

impl Sealed {
    /// Takes a text apart; `None` when it is not exactly as `seal` writes.
    pub(crate) fn open(text: &str) -> Option<Self> {
        let bytes = decode(text)?;
        // Another spelling of the same bytes is no text of ours.
        if encode(&bytes) != text {
            return None;
        }
        let (signature, content) = match bytes.split_first() {
            Some((&SIGNED, rest)) => {
                let (signature, content) = rest.split_at_checked(SIGNATURE_BYTES)?;
                (Some(signature.to_vec()), content.to_vec())
            }
            _ => (None, bytes),
        };
        Some(Self {
            content: String::from_utf8(content).ok()?,
            signature,
        })
    }

    /// The content as found, whoever made it.
    pub(crate) fn content(&self) -> &str {
        &self.content
    }

    /// Refuses content that one of the keys did not sign; without keys there is nothing to verify.
    pub(crate) fn verify(&self, what: &str, keys: Option<&CursorKeys>) -> Result<()> {
        let Some(keys) = keys else { return Ok(()) };
        let signature = self.signature.as_deref().unwrap_or_default();
        if keys.verify(what, self.content.as_bytes(), signature) {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::InvalidCursor,
            format!("the {what} is not signed by this service; begin without one"),
        ))
    }
}

fn encode(bytes: &[u8]) -> String {
    base64::encode(bytes)
        .trim_end_matches('=')
        .replace('+', "-")
        .replace('/', "_")
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let mut text = text.replace('-', "+").replace('_', "/");
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    base64::decode(text).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn keys(seeds: &[u8]) -> CursorKeys {
        CursorKeys::new(seeds.iter().map(|seed| [*seed; MIN_KEY_BYTES])).unwrap()
    }

    fn is_good(text: &str, keys: &CursorKeys) -> bool {
        Sealed::open(text).is_some_and(|sealed| sealed.verify("cursor", Some(keys)).is_ok())
    }

    #[test]
    fn the_first_key_signs_and_any_verifies() {
        let old = seal("cursor", "0123", Some(&keys(&[1])));
        assert!(is_good(&old, &keys(&[2, 1])));
        let new = seal("cursor", "0123", Some(&keys(&[2, 1])));
        assert!(is_good(&new, &keys(&[2])));
        assert!(!is_good(&new, &keys(&[1])));
    }

    #[test]
    fn a_signature_is_good_for_one_kind_of_text() {
        let state = seal("progress", "0123", Some(&keys(&[1])));
        assert!(!is_good(&state, &keys(&[1])));
        assert!(!is_good(&seal("cursor", "0123", None), &keys(&[1])));
    }

    #[test]
    fn short_keys_and_none_are_refused() {
        for short in [&[][..], &[7; 31]] {
            let error = CursorKeys::new([short]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidRequest);
            assert!(
                error.to_string().contains("at least 32 random bytes"),
                "{error}"
            );
        }
        assert!(CursorKeys::new([[0u8; 32]; 0]).is_err());
    }

    proptest! {
        #[test]
        fn a_change_of_any_byte_is_refused(content: String, place: prop::sample::Index, by in 1u8..) {
            let keys = keys(&[1]);
            let text = seal("cursor", &content, Some(&keys));
            prop_assert!(is_good(&text, &keys));
            let mut bytes = text.into_bytes();
            let place = place.index(bytes.len());
            bytes[place] ^= by;
            if let Ok(changed) = String::from_utf8(bytes) {
                prop_assert!(!is_good(&changed, &keys));
            }
        }
    }
}
