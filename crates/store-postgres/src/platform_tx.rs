use async_trait::async_trait;
use guildhall_domain::audit::{AuditRecord, ChainHead};
use guildhall_domain::page::{KeyPosition, Page, PageRequest};
use guildhall_domain::{
    DomainName, Email, EmailVerification, Invitation, MailId, Organization, Timestamp, TokenDigest, User, UserId,
};
use guildhall_ports::store::{
    AccountRef, AccountSummary, ClaimedMail, Credentials, OrganizationFilter, PlatformTx, StoreError,
};
use uuid::Uuid;

use crate::tables::{
    email_verifications, invitations, mail_queue, organization_domains, organizations, platform_audit_events, users,
};
use crate::unit::Unit;

/// A transaction of the operator.
pub(crate) struct PostgresPlatformTx {
    unit: Unit,
}

impl PostgresPlatformTx {
    pub(crate) fn new(unit: Unit) -> Self {
        Self { unit }
    }
}

#[async_trait]
impl PlatformTx for PostgresPlatformTx {
    async fn credentials(&mut self, email: &Email) -> Result<Option<Credentials>, StoreError> {
        users::credentials(&mut self.unit, email).await
    }

    async fn user(&mut self, user: UserId) -> Result<Option<User>, StoreError> {
        users::find(&mut self.unit, user.uuid()).await
    }

    async fn find_account(&mut self, account: &AccountRef) -> Result<Option<AccountSummary>, StoreError> {
        users::summary(&mut self.unit, account).await
    }

    async fn has_users(&mut self) -> Result<bool, StoreError> {
        users::any(&mut self.unit).await
    }

    async fn invitation_by_token(&mut self, digest: TokenDigest) -> Result<Option<Invitation>, StoreError> {
        invitations::find_by_token(&mut self.unit, digest).await
    }

    async fn email_verification_by_token(
        &mut self,
        digest: TokenDigest,
    ) -> Result<Option<EmailVerification>, StoreError> {
        email_verifications::find_by_token(&mut self.unit, digest).await
    }

    async fn organization_by_domain(&mut self, domain: &DomainName) -> Result<Option<Organization>, StoreError> {
        organization_domains::verified_for(&mut self.unit, domain).await
    }

    async fn claim_mail(
        &mut self,
        now: Timestamp,
        lease: Timestamp,
        limit: u16,
    ) -> Result<Vec<ClaimedMail>, StoreError> {
        mail_queue::claim(&mut self.unit, now, lease, limit).await
    }

    async fn delete_mail(&mut self, mail: MailId) -> Result<(), StoreError> {
        mail_queue::delete(&mut self.unit, mail.uuid()).await
    }

    async fn postpone_mail(&mut self, mail: MailId, at: Timestamp) -> Result<(), StoreError> {
        mail_queue::postpone(&mut self.unit, mail.uuid(), at).await
    }

    async fn next_mail_due(&mut self) -> Result<Option<Timestamp>, StoreError> {
        mail_queue::next_due(&mut self.unit).await
    }

    async fn list_users<'a>(
        &mut self,
        search: Option<&'a str>,
        page: &PageRequest<KeyPosition>,
    ) -> Result<Page<User, KeyPosition>, StoreError> {
        users::list(&mut self.unit, search, page).await
    }

    async fn list_organizations(
        &mut self,
        filter: &OrganizationFilter,
        page: &PageRequest<Uuid>,
    ) -> Result<Page<Organization, Uuid>, StoreError> {
        organizations::list(&mut self.unit, filter, page).await
    }

    async fn audit_chain(&mut self, after: u64, limit: u16) -> Result<Vec<AuditRecord>, StoreError> {
        platform_audit_events::chain(&mut self.unit, after, limit).await
    }

    async fn audit_head(&mut self) -> Result<ChainHead, StoreError> {
        platform_audit_events::head(&mut self.unit).await
    }

    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        self.unit.commit().await
    }

    async fn rollback(self: Box<Self>) -> Result<(), StoreError> {
        self.unit.rollback().await
    }
}
