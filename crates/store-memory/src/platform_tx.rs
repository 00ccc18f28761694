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

use crate::unit::Unit;

pub(crate) struct MemoryPlatformTx {
    unit: Unit,
}

impl MemoryPlatformTx {
    pub(crate) fn new(unit: Unit) -> Self {
        Self { unit }
    }
}

#[async_trait]
impl PlatformTx for MemoryPlatformTx {
    async fn credentials(&mut self, email: &Email) -> Result<Option<Credentials>, StoreError> {
        self.unit.read(|state| state.credentials(email))
    }

    async fn user(&mut self, user: UserId) -> Result<Option<User>, StoreError> {
        self.unit.read(|state| state.user(user))
    }

    async fn find_account(&mut self, account: &AccountRef) -> Result<Option<AccountSummary>, StoreError> {
        self.unit.read(|state| state.find_account(account))
    }

    async fn has_users(&mut self) -> Result<bool, StoreError> {
        self.unit.read(|state| state.has_users())
    }

    async fn invitation_by_token(&mut self, digest: TokenDigest) -> Result<Option<Invitation>, StoreError> {
        self.unit.read(|state| state.invitation_by_token(digest))
    }

    async fn email_verification_by_token(
        &mut self,
        digest: TokenDigest,
    ) -> Result<Option<EmailVerification>, StoreError> {
        self.unit.read(|state| state.email_verification_by_token(digest))
    }

    async fn organization_by_domain(&mut self, domain: &DomainName) -> Result<Option<Organization>, StoreError> {
        self.unit.read(|state| state.organization_by_domain(domain))
    }

    async fn claim_mail(
        &mut self,
        now: Timestamp,
        lease: Timestamp,
        limit: u16,
    ) -> Result<Vec<ClaimedMail>, StoreError> {
        self.unit.write(|state| Ok(state.claim_mail(now, lease, limit)))
    }

    async fn delete_mail(&mut self, mail: MailId) -> Result<(), StoreError> {
        self.unit.write(|state| {
            state.delete_mail(mail);
            Ok(())
        })
    }

    async fn postpone_mail(&mut self, mail: MailId, at: Timestamp) -> Result<(), StoreError> {
        self.unit.write(|state| {
            state.postpone_mail(mail, at);
            Ok(())
        })
    }

    async fn next_mail_due(&mut self) -> Result<Option<Timestamp>, StoreError> {
        self.unit.read(|state| state.next_mail_due())
    }

    async fn list_users<'a>(
        &mut self,
        search: Option<&'a str>,
        page: &PageRequest<KeyPosition>,
    ) -> Result<Page<User, KeyPosition>, StoreError> {
        self.unit.read(|state| state.list_users(search, page))
    }

    async fn list_organizations(
        &mut self,
        filter: &OrganizationFilter,
        page: &PageRequest<Uuid>,
    ) -> Result<Page<Organization, Uuid>, StoreError> {
        self.unit.read(|state| state.list_organizations(filter, page))
    }

    async fn audit_chain(&mut self, after: u64, limit: u16) -> Result<Vec<AuditRecord>, StoreError> {
        self.unit.read(|state| state.audit_chain(None, after, limit))
    }

    async fn audit_head(&mut self) -> Result<ChainHead, StoreError> {
        self.unit.read(|state| state.platform_head)
    }

    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        self.unit.commit()
    }

    async fn rollback(self: Box<Self>) -> Result<(), StoreError> {
        Ok(())
    }
}
