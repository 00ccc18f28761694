use async_trait::async_trait;
use guildhall_domain::audit::{AuditRecord, ChainHead};
use guildhall_domain::page::{KeyPosition, Page, PageRequest};
use guildhall_domain::{
    DomainName, Email, EmailVerification, Invitation, MailId, Organization, OrganizationStatus, Timestamp, TokenDigest,
    User, UserId,
};
use uuid::Uuid;

use super::{AccountRef, AccountSummary, StoreError};
use crate::{PasswordHash, QueuedMail};

/// What a login is checked against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The account.
    pub user: User,
    /// Its password's hash; none where it has no password.
    pub password: Option<PasswordHash>,
}

/// A mail that one sender has taken on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedMail {
    /// The mail.
    pub mail: QueuedMail,
    /// How often it was tried, this time included.
    pub attempt: u32,
}

/// Which organizations the operator asks for; all where nothing is set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrganizationFilter {
    /// Only those with this status.
    pub status: Option<OrganizationStatus>,
}

/// A unit of work over the whole installation, for the operator and for login.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait PlatformTx: Send {
    /// What a login with this address is checked against.
    async fn credentials(&mut self, email: &Email) -> Result<Option<Credentials>, StoreError>;

    /// An account.
    async fn user(&mut self, user: UserId) -> Result<Option<User>, StoreError>;

    /// An account, as far as somebody who adds a member needs to know it.
    async fn find_account(&mut self, account: &AccountRef) -> Result<Option<AccountSummary>, StoreError>;

    /// Whether there is any account.
    async fn has_users(&mut self) -> Result<bool, StoreError>;

    /// The invitation that a token belongs to, whatever its status. What is
    /// done with it is decided in its organization's unit of work, from the
    /// invitation as it is there.
    async fn invitation_by_token(&mut self, digest: TokenDigest) -> Result<Option<Invitation>, StoreError>;

    /// The link that a token belongs to, in time or not.
    async fn email_verification_by_token(
        &mut self,
        digest: TokenDigest,
    ) -> Result<Option<EmailVerification>, StoreError>;

    /// The organization for which a domain is verified (N-13).
    async fn organization_by_domain(&mut self, domain: &DomainName) -> Result<Option<Organization>, StoreError>;

    /// Takes up to `limit` mails that are due at `now`, the longest due first,
    /// and keeps them from other senders until `lease`: the time at which they
    /// are due again unless they are sent. Two senders never take the same.
    async fn claim_mail(
        &mut self,
        now: Timestamp,
        lease: Timestamp,
        limit: u16,
    ) -> Result<Vec<ClaimedMail>, StoreError>;

    /// Deletes a mail that was sent, or given up. One that is gone is no error.
    async fn delete_mail(&mut self, mail: MailId) -> Result<(), StoreError>;

    /// Makes a mail due again at `at`. One that is gone is no error.
    async fn postpone_mail(&mut self, mail: MailId, at: Timestamp) -> Result<(), StoreError>;

    /// When the next mail is due, sent or not; none where none waits.
    async fn next_mail_due(&mut self) -> Result<Option<Timestamp>, StoreError>;

    /// Accounts in the order of e-mail, then id; `search` as for members.
    async fn list_users<'a>(
        &mut self,
        search: Option<&'a str>,
        page: &PageRequest<KeyPosition>,
    ) -> Result<Page<User, KeyPosition>, StoreError>;

    /// Organizations, newest first by id (N-32).
    async fn list_organizations(
        &mut self,
        filter: &OrganizationFilter,
        page: &PageRequest<Uuid>,
    ) -> Result<Page<Organization, Uuid>, StoreError>;

    /// Up to `limit` records of the installation's own chain, oldest first,
    /// from behind `after`.
    async fn audit_chain(&mut self, after: u64, limit: u16) -> Result<Vec<AuditRecord>, StoreError>;

    /// Where the installation's own chain ends.
    async fn audit_head(&mut self) -> Result<ChainHead, StoreError>;

    /// Ends the unit of work.
    async fn commit(self: Box<Self>) -> Result<(), StoreError>;

    /// Gives all changes up.
    async fn rollback(self: Box<Self>) -> Result<(), StoreError>;
}
