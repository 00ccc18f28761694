use async_trait::async_trait;
use guildhall_domain::{Description, Email, MailId, Name, OrganizationId, Timestamp};
use secrecy::SecretString;

/// A mail to one person.
#[derive(Debug, Clone)]
pub struct Mail {
    /// The mail: its Message-ID is made from it, so that a mail that was sent
    /// twice is known to be the same.
    pub id: MailId,
    /// To whom.
    pub to: Email,
    /// When it was written.
    pub created_at: Timestamp,
    /// What it says.
    pub content: MailContent,
}

/// What mails say. The words are the mailer's.
#[derive(Debug, Clone)]
pub enum MailContent {
    /// Come into an organization (C-112, N-38).
    Invitation {
        /// What the organization is called.
        organization: Name,
        /// Who invites, where that is known.
        inviter: Option<Name>,
        /// What the role is called.
        role: String,
        /// What the inviter says.
        message: Option<Description>,
        /// The invitation's token.
        token: SecretString,
        /// From when on it cannot be accepted.
        expires_at: Timestamp,
    },
    /// Show that this address is yours.
    EmailVerification {
        /// The account's name.
        name: Name,
        /// The link's token.
        token: SecretString,
        /// From when on it is good for nothing.
        expires_at: Timestamp,
    },
}

/// A mail as it waits in storage: what it says is sealed, since it holds a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuedMail {
    /// The mail.
    pub id: MailId,
    /// On behalf of which organization, with which it is deleted.
    pub organization_id: Option<OrganizationId>,
    /// To whom.
    pub to: Email,
    /// When it was written, and is first due.
    pub created_at: Timestamp,
    /// The sealed content.
    pub sealed: Vec<u8>,
}

/// Why a mail was not sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// It may go another time: no answer, a full mailbox, greylisting.
    #[error("not now: {0}")]
    Temporary(String),
    /// It will never go: no such mailbox, refused for good.
    #[error("refused: {0}")]
    Permanent(String),
}

/// Sends mails.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Sends one mail. Errors never hold what the mail says.
    async fn send(&self, mail: &Mail) -> Result<(), MailError>;
}

/// Keeps what a mail says from those who read storage.
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait MailSealer: Send + Sync {
    /// Seals a mail for storage, bound to its id and recipient.
    fn seal(&self, mail: &Mail, organization: Option<OrganizationId>) -> QueuedMail;

    /// Opens a mail from storage; none where it was sealed with another key or changed.
    fn open(&self, queued: &QueuedMail) -> Option<Mail>;
}
