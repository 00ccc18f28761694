use data_encoding::BASE64URL_NOPAD;
use guildhall_ports::store::IdempotentRequest;
use guildhall_ports::{AnswerSealer, SecretString};
use zeroize::Zeroizing;

use crate::derived_key::KeyTooShort;
use crate::entropy::EntropyError;
use crate::envelope::{Envelope, VERSION};

/// Seals kept answers with XChaCha20-Poly1305, since they may hold tokens:
/// whoever reads storage, or a copy of it, cannot accept an invitation with
/// what is there.
///
/// A sealed answer is base64url without padding of one byte of version, a
/// random nonce of 24 bytes, the ciphertext and its tag of 16 bytes. It opens
/// only for the request that it was sealed for: of the same user, for the same
/// operation, with the same key and fingerprint.
///
/// Servers that share a secret open each other's answers. An answer that is
/// kept when the secret changes does not open any more.
///
/// ```
/// use guildhall_domain::UserId;
/// use guildhall_ports::store::IdempotentRequest;
/// use guildhall_ports::{AnswerSealer, SecretString};
/// use guildhall_security::AeadAnswerSealer;
/// use uuid::Uuid;
///
/// let sealer = AeadAnswerSealer::from_secret(&SecretString::from("0123456789abcdef0123456789abcdef"))?;
/// let request = IdempotentRequest {
///     user_id: UserId::from(Uuid::from_u128(1)),
///     operation: "POST /organizations/{org}/invites".into(),
///     key: "order-7".to_owned(),
///     fingerprint: "what it says".to_owned(),
/// };
/// let sealed = sealer.seal(b"the answer", &request);
/// assert_eq!(sealer.open(&sealed, &request).as_deref(), Some(&b"the answer"[..]));
/// assert!(sealer.open(&sealed, &IdempotentRequest { key: "order-8".to_owned(), ..request }).is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct AeadAnswerSealer(Envelope);

/// Keeps this key apart from others that are made of the same secret.
const PURPOSE: &[u8] = b"guildhall/answer/1";

impl AeadAnswerSealer {
    /// Seals with a key derived from `secret`.
    ///
    /// # Errors
    /// [`KeyTooShort`].
    pub fn from_secret(secret: &SecretString) -> Result<Self, KeyTooShort> {
        Envelope::from_secret(secret, PURPOSE).map(Self)
    }

    /// Seals with a key of this process, for storage that ends with it too.
    ///
    /// # Errors
    /// [`EntropyError`].
    pub fn random() -> Result<Self, EntropyError> {
        Envelope::random().map(Self)
    }
}

impl AnswerSealer for AeadAnswerSealer {
    fn seal(&self, answer: &[u8], request: &IdempotentRequest) -> String {
        BASE64URL_NOPAD.encode(&self.0.seal(Zeroizing::new(answer.to_vec()), &associated(request)))
    }

    fn open(&self, sealed: &str, request: &IdempotentRequest) -> Option<Vec<u8>> {
        let sealed = BASE64URL_NOPAD.decode(sealed.as_bytes()).ok()?;
        self.0.open(&sealed, &associated(request)).map(|answer| answer.to_vec())
    }
}

/// What a sealed answer is bound to. Every part says how long it is, so that no
/// two requests look alike.
fn associated(request: &IdempotentRequest) -> Vec<u8> {
    let user = request.user_id.uuid().into_bytes();
    let parts = [&user[..], request.operation.as_bytes(), request.key.as_bytes(), request.fingerprint.as_bytes()];
    let mut bound = vec![VERSION];
    for part in parts {
        bound.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bound.extend_from_slice(part);
    }
    bound
}

#[cfg(test)]
mod tests;
