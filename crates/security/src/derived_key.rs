use guildhall_ports::{ExposeSecret, SecretString};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::HmacCursorSealer;

/// A secret is too short to make a key of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the secret key must have at least {} characters", HmacCursorSealer::MIN_SECRET)]
pub struct KeyTooShort;

/// A key for one purpose, made of the installation's secret: HMAC-SHA256 over
/// the purpose's label. Keys of different labels say nothing about each other.
pub(crate) fn derived_key(secret: &SecretString, purpose: &[u8]) -> Result<Zeroizing<[u8; 32]>, KeyTooShort> {
    let secret = secret.expose_secret().as_bytes();
    if secret.len() < HmacCursorSealer::MIN_SECRET {
        return Err(KeyTooShort);
    }
    let mut derivation = Hmac::<Sha256>::new_from_slice(secret).map_err(|_| KeyTooShort)?;
    derivation.update(purpose);
    Ok(Zeroizing::new(derivation.finalize().into_bytes().into()))
}
