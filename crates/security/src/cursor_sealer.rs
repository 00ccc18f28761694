use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use guildhall_ports::{CursorSealer, SecretString};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::derived_key::{KeyTooShort, derived_key};
use crate::entropy::{EntropyError, random};

type HmacSha256 = Hmac<Sha256>;

/// Seals cursors with HMAC-SHA256 over scope and position (R-TEN-3).
///
/// A cursor is base64url of the position and its 32-byte tag. It hides
/// nothing: a position is made of what the page showed. Servers that share a
/// secret open each other's cursors.
///
/// ```
/// use guildhall_ports::CursorSealer;
/// use guildhall_security::HmacCursorSealer;
///
/// let sealer = HmacCursorSealer::random()?;
/// let cursor = sealer.seal("members of 1 for 2", b"bob@example.com");
/// assert_eq!(sealer.open("members of 1 for 2", &cursor).as_deref(), Some(b"bob@example.com".as_slice()));
/// assert_eq!(sealer.open("members of 3 for 2", &cursor), None);
/// # Ok::<(), guildhall_security::EntropyError>(())
/// ```
#[derive(Clone)]
pub struct HmacCursorSealer {
    keyed: HmacSha256,
}

impl HmacCursorSealer {
    /// The shortest secret, in bytes.
    pub const MIN_SECRET: usize = 32;
    /// The longest cursor that is looked at, in bytes; ours are far shorter.
    const MAX_CURSOR: usize = 4_096;
    const TAG: usize = 32;
    /// Keeps this key apart from others that may be made of the same secret.
    const PURPOSE: &[u8] = b"guildhall/cursor/1";

    /// Seals with a key derived from `secret`.
    ///
    /// # Errors
    /// [`KeyTooShort`].
    pub fn from_secret(secret: &SecretString) -> Result<Self, KeyTooShort> {
        let key = derived_key(secret, Self::PURPOSE)?;
        let keyed = HmacSha256::new_from_slice(key.as_slice()).map_err(|_| KeyTooShort)?;
        Ok(Self { keyed })
    }

    /// Seals with a key of this process: cursors end with it.
    ///
    /// # Errors
    /// [`EntropyError`].
    pub fn random() -> Result<Self, EntropyError> {
        Ok(Self { keyed: HmacSha256::new(&random::<64>()?.into()) })
    }

    /// The state after scope and position; the length keeps the two apart.
    fn over(&self, scope: &str, position: &[u8]) -> HmacSha256 {
        let mut mac = self.keyed.clone();
        mac.update(&(scope.len() as u64).to_le_bytes());
        mac.update(scope.as_bytes());
        mac.update(position);
        mac
    }
}

impl fmt::Debug for HmacCursorSealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HmacCursorSealer(…)")
    }
}

impl CursorSealer for HmacCursorSealer {
    fn seal(&self, scope: &str, position: &[u8]) -> String {
        let mut sealed = position.to_vec();
        sealed.extend_from_slice(&self.over(scope, position).finalize().into_bytes());
        BASE64URL_NOPAD.encode(&sealed)
    }

    fn open(&self, scope: &str, cursor: &str) -> Option<Vec<u8>> {
        if cursor.len() > Self::MAX_CURSOR {
            return None;
        }
        let mut sealed = BASE64URL_NOPAD.decode(cursor.as_bytes()).ok()?;
        let (position, tag) = sealed.split_at_checked(sealed.len().checked_sub(Self::TAG)?)?;
        // Compares in constant time.
        self.over(scope, position).verify_slice(tag).ok()?;
        sealed.truncate(sealed.len() - Self::TAG);
        Some(sealed)
    }
}

#[cfg(test)]
mod tests {
    use guildhall_ports::{CursorSealer, SecretString};
    use proptest::prelude::{any, proptest};

    use super::HmacCursorSealer;
    use crate::KeyTooShort;

    fn sealer() -> HmacCursorSealer {
        HmacCursorSealer::from_secret(&SecretString::from("0123456789abcdef0123456789abcdef")).unwrap()
    }

    // R-TEN-3: a cursor is MACed and bound to its scope.
    #[test]
    fn a_cursor_opens_only_in_its_scope_and_with_its_key() {
        let cursor = sealer().seal("members:a:b", b"position");
        assert_eq!(sealer().open("members:a:b", &cursor), Some(b"position".to_vec()));
        assert_eq!(sealer().open("members:a:c", &cursor), None);
        assert_eq!(sealer().open("", &cursor), None);
        assert_eq!(HmacCursorSealer::random().unwrap().open("members:a:b", &cursor), None);
        // Moving a byte from the scope to the position is noticed.
        assert_ne!(sealer().seal("ab", b"c"), sealer().seal("a", b"bc"));
        assert_eq!(sealer().open("", &sealer().seal("", b"")), Some(Vec::new()));
    }

    #[test]
    fn a_short_secret_is_refused() {
        let short = SecretString::from("0123456789abcdef0123456789abcde");
        assert_eq!(HmacCursorSealer::from_secret(&short).unwrap_err(), KeyTooShort);
        assert!(!format!("{:?}", sealer()).contains("0123"));
    }

    proptest! {
        // R-TEN-3
        #[test]
        fn every_position_comes_back(scope in any::<String>(), position in any::<Vec<u8>>()) {
            let cursor = sealer().seal(&scope, &position);
            assert!(cursor.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
            assert_eq!(sealer().open(&scope, &cursor), Some(position));
        }

        // R-TEN-3
        #[test]
        fn nothing_else_opens(cursor in any::<String>()) {
            assert_eq!(sealer().open("scope", &cursor), None);
        }

        // R-TEN-3
        #[test]
        fn a_changed_cursor_does_not_open(position in any::<[u8; 8]>(), at in 0..40_usize, bit in 0..8_u8) {
            let sealed = data_encoding::BASE64URL_NOPAD.decode(sealer().seal("scope", &position).as_bytes()).unwrap();
            let mut forged = sealed.clone();
            forged[at] ^= 1 << bit;
            assert_eq!(sealer().open("scope", &data_encoding::BASE64URL_NOPAD.encode(&forged)), None);
            let cut = &sealed[..at];
            assert_eq!(sealer().open("scope", &data_encoding::BASE64URL_NOPAD.encode(cut)), None);
        }
    }

    // A cursor is one text and no other: the last character's spare bits are checked too.
    #[test]
    fn other_spellings_and_endless_cursors_do_not_open() {
        let cursor = sealer().seal("scope", b"x");
        for other in [format!("{cursor}="), format!(" {cursor}"), cursor.to_uppercase(), "A".repeat(1 << 20)] {
            assert_eq!(sealer().open("scope", &other), None, "{} bytes", other.len());
        }
    }
}
