use async_trait::async_trait;
use guildhall_domain::audit::{AuditRecord, ChainHead};
use guildhall_domain::page::{KeyPosition, Page, PageRequest};
use guildhall_domain::{Email, Organization, OrganizationStatus, User, UserId};
use uuid::Uuid;

use super::StoreError;
use crate::PasswordHash;

/// What a login is checked against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The account.
    pub user: User,
    /// Its password's hash; none where it has no password.
    pub password: Option<PasswordHash>,
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
