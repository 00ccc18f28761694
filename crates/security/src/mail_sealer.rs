mod content;

use std::fmt;

use chacha20poly1305::aead::AeadInOut;
use chacha20poly1305::{KeyInit, Tag, XChaCha20Poly1305, XNonce};
use guildhall_domain::{Email, MailId, OrganizationId};
use guildhall_ports::{Mail, MailSealer, QueuedMail, SecretString};
use zeroize::Zeroizing;

use crate::derived_key::{KeyTooShort, derived_key};
use crate::entropy::{EntropyError, random, random_or_abort};

/// Seals mails with XChaCha20-Poly1305, since they hold tokens: whoever reads
/// storage, or a copy of it, cannot accept an invitation with what is there.
///
/// A sealed mail is one byte of version, a random nonce of 24 bytes, the
/// ciphertext and its tag of 16 bytes. It opens only as the mail it was sealed
/// as: with the same id, to the same recipient, for the same organization.
///
/// Servers that share a secret open each other's mails. A mail that waits when
/// the secret changes does not open any more.
///
/// ```
/// use guildhall_domain::{Email, MailId, Name};
/// use guildhall_ports::{Mail, MailContent, MailSealer, SecretString};
/// use guildhall_security::AeadMailSealer;
/// use time::OffsetDateTime;
/// use uuid::Uuid;
///
/// let sealer = AeadMailSealer::from_secret(&SecretString::from("0123456789abcdef0123456789abcdef"))?;
/// let mail = Mail {
///     id: MailId::from(Uuid::from_u128(1)),
///     to: Email::parse("bob@example.com")?,
///     created_at: OffsetDateTime::UNIX_EPOCH,
///     content: MailContent::EmailVerification {
///         name: Name::parse("Bob")?,
///         token: SecretString::from("ghe_…"),
///         expires_at: OffsetDateTime::UNIX_EPOCH,
///     },
/// };
/// let queued = sealer.seal(&mail, None);
/// assert!(sealer.open(&queued).is_some());
/// assert!(sealer.open(&guildhall_ports::QueuedMail { to: Email::parse("eve@example.com")?, ..queued }).is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct AeadMailSealer {
    cipher: XChaCha20Poly1305,
}

/// The first byte of what this version seals.
const VERSION: u8 = 1;
const NONCE: usize = 24;
const TAG: usize = 16;
/// Keeps this key apart from others that are made of the same secret.
const PURPOSE: &[u8] = b"guildhall/mail/1";

impl AeadMailSealer {
    /// Seals with a key derived from `secret`.
    ///
    /// # Errors
    /// [`KeyTooShort`].
    pub fn from_secret(secret: &SecretString) -> Result<Self, KeyTooShort> {
        let key = derived_key(secret, PURPOSE)?;
        Ok(Self::with_key(&key))
    }

    /// Seals with a key of this process, for storage that ends with it too.
    ///
    /// # Errors
    /// [`EntropyError`].
    pub fn random() -> Result<Self, EntropyError> {
        Ok(Self::with_key(&Zeroizing::new(random()?)))
    }

    fn with_key(key: &[u8; 32]) -> Self {
        Self { cipher: XChaCha20Poly1305::new(key.into()) }
    }
}

impl fmt::Debug for AeadMailSealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AeadMailSealer(…)")
    }
}

impl MailSealer for AeadMailSealer {
    fn seal(&self, mail: &Mail, organization: Option<OrganizationId>) -> QueuedMail {
        let nonce = random_or_abort::<NONCE>();
        let bound = associated(mail.id, &mail.to, organization);
        let mut text = content::write(&mail.content);
        // Nothing but a text of 256 GiB is refused; then there is nothing to open.
        let tag = self.cipher.encrypt_inout_detached(&XNonce::from(nonce), &bound, text.as_mut_slice().into());
        let sealed = tag.map_or_else(|_| Vec::new(), |tag| [&[VERSION], &nonce[..], &text, &tag].concat());
        QueuedMail {
            id: mail.id,
            organization_id: organization,
            to: mail.to.clone(),
            created_at: mail.created_at,
            sealed,
        }
    }

    fn open(&self, queued: &QueuedMail) -> Option<Mail> {
        let (version, rest) = queued.sealed.split_first()?;
        if *version != VERSION {
            return None;
        }
        let (nonce, rest) = rest.split_first_chunk::<NONCE>()?;
        let (ciphertext, tag) = rest.split_last_chunk::<TAG>()?;
        let bound = associated(queued.id, &queued.to, queued.organization_id);
        let mut text = Zeroizing::new(ciphertext.to_vec());
        self.cipher
            .decrypt_inout_detached(&XNonce::from(*nonce), &bound, text.as_mut_slice().into(), &Tag::from(*tag))
            .ok()?;
        let content = content::read(&text)?;
        Some(Mail { id: queued.id, to: queued.to.clone(), created_at: queued.created_at, content })
    }
}

/// What a sealed mail is bound to. All but the last part have fixed lengths.
fn associated(id: MailId, to: &Email, organization: Option<OrganizationId>) -> Vec<u8> {
    let organization_id = organization.map_or([0; 16], |organization| organization.uuid().into_bytes());
    let mut bound = vec![VERSION, u8::from(organization.is_some())];
    bound.extend_from_slice(id.uuid().as_bytes());
    bound.extend_from_slice(&organization_id);
    bound.extend_from_slice(to.as_str().as_bytes());
    bound
}

#[cfg(test)]
mod tests;
