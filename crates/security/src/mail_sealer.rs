mod content;

use guildhall_domain::{Email, MailId, OrganizationId};
use guildhall_ports::{Mail, MailSealer, QueuedMail, SecretString};

use crate::derived_key::KeyTooShort;
use crate::entropy::EntropyError;
use crate::envelope::{Envelope, VERSION};

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
#[derive(Debug, Clone)]
pub struct AeadMailSealer(Envelope);

/// Keeps this key apart from others that are made of the same secret.
const PURPOSE: &[u8] = b"guildhall/mail/1";

impl AeadMailSealer {
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

impl MailSealer for AeadMailSealer {
    fn seal(&self, mail: &Mail, organization: Option<OrganizationId>) -> QueuedMail {
        let bound = associated(mail.id, &mail.to, organization);
        QueuedMail {
            id: mail.id,
            organization_id: organization,
            to: mail.to.clone(),
            created_at: mail.created_at,
            sealed: self.0.seal(content::write(&mail.content), &bound),
        }
    }

    fn open(&self, queued: &QueuedMail) -> Option<Mail> {
        let bound = associated(queued.id, &queued.to, queued.organization_id);
        let content = content::read(&self.0.open(&queued.sealed, &bound)?)?;
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
