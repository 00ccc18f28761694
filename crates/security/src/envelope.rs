use std::fmt;

use chacha20poly1305::aead::AeadInOut;
use chacha20poly1305::{KeyInit, Tag, XChaCha20Poly1305, XNonce};
use guildhall_ports::SecretString;
use zeroize::Zeroizing;

use crate::derived_key::{KeyTooShort, derived_key};
use crate::entropy::{EntropyError, random, random_or_abort};

/// The first byte of what this version seals.
pub(crate) const VERSION: u8 = 1;
const NONCE: usize = 24;
const TAG: usize = 16;

/// Seals what is kept in storage with XChaCha20-Poly1305: one byte of version,
/// a random nonce of 24 bytes, the ciphertext and its tag of 16 bytes.
#[derive(Clone)]
pub(crate) struct Envelope {
    cipher: XChaCha20Poly1305,
}

impl Envelope {
    /// Seals with a key derived from `secret`, kept apart by `purpose` from
    /// others that are made of the same secret.
    pub(crate) fn from_secret(secret: &SecretString, purpose: &[u8]) -> Result<Self, KeyTooShort> {
        Ok(Self::with_key(&*derived_key(secret, purpose)?))
    }

    /// Seals with a key of this process, for storage that ends with it too.
    pub(crate) fn random() -> Result<Self, EntropyError> {
        Ok(Self::with_key(&Zeroizing::new(random()?)))
    }

    fn with_key(key: &[u8; 32]) -> Self {
        Self { cipher: XChaCha20Poly1305::new(key.into()) }
    }

    /// Seals a text, bound to what it is about.
    pub(crate) fn seal(&self, mut text: Zeroizing<Vec<u8>>, bound: &[u8]) -> Vec<u8> {
        let nonce = random_or_abort::<NONCE>();
        // Nothing but a text of 256 GiB is refused; then there is nothing to open.
        let tag = self.cipher.encrypt_inout_detached(&XNonce::from(nonce), bound, text.as_mut_slice().into());
        tag.map_or_else(|_| Vec::new(), |tag| [&[VERSION], &nonce[..], &text, &tag].concat())
    }

    /// Opens what was sealed with the same key about the same; none otherwise.
    pub(crate) fn open(&self, sealed: &[u8], bound: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (version, rest) = sealed.split_first()?;
        if *version != VERSION {
            return None;
        }
        let (nonce, rest) = rest.split_first_chunk::<NONCE>()?;
        let (ciphertext, tag) = rest.split_last_chunk::<TAG>()?;
        let mut text = Zeroizing::new(ciphertext.to_vec());
        self.cipher
            .decrypt_inout_detached(&XNonce::from(*nonce), bound, text.as_mut_slice().into(), &Tag::from(*tag))
            .ok()?;
        Some(text)
    }
}

impl fmt::Debug for Envelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Envelope(…)")
    }
}
