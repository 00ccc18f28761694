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

use crate::table::{
    email_verifications, invitations, mail_queue, organizations, platform_audit_events, user_passwords, users,
    verified_domains,
};
use crate::unit::Unit;

/// A unit of work over the whole installation.
pub(crate) struct SqlitePlatformTx {
    unit: Unit,
}

impl SqlitePlatformTx {
    pub(crate) fn new(unit: Unit) -> Self {
        Self { unit }
    }
}

#[async_trait]
impl PlatformTx for SqlitePlatformTx {
    async fn credentials(&mut self, email: &Email) -> Result<Option<Credentials>, StoreError> {
        let email = email.clone();
        self.unit
            .read(move |connection| {
                let Some(user) = users::find_by_email(connection, &email)? else {
                    return Ok(None);
                };
                let password = user_passwords::find(connection, user.id)?;
                Ok(Some(Credentials { user, password }))
            })
            .await
    }

    async fn user(&mut self, user: UserId) -> Result<Option<User>, StoreError> {
        self.unit.read(move |connection| users::find(connection, user)).await
    }

    async fn find_account(&mut self, account: &AccountRef) -> Result<Option<AccountSummary>, StoreError> {
        let account = account.clone();
        self.unit.read(move |connection| users::summary(connection, &account)).await
    }

    async fn has_users(&mut self) -> Result<bool, StoreError> {
        self.unit.read(users::any).await
    }

    async fn invitation_by_token(&mut self, digest: TokenDigest) -> Result<Option<Invitation>, StoreError> {
        self.unit.read(move |connection| invitations::find_by_token(connection, digest)).await
    }

    async fn email_verification_by_token(
        &mut self,
        digest: TokenDigest,
    ) -> Result<Option<EmailVerification>, StoreError> {
        self.unit.read(move |connection| email_verifications::find_by_token(connection, digest)).await
    }

    async fn organization_by_domain(&mut self, domain: &DomainName) -> Result<Option<Organization>, StoreError> {
        let domain = domain.clone();
        self.unit.read(move |connection| verified_domains::organization(connection, domain)).await
    }

    async fn claim_mail(
        &mut self,
        now: Timestamp,
        lease: Timestamp,
        limit: u16,
    ) -> Result<Vec<ClaimedMail>, StoreError> {
        self.unit.change(move |connection| mail_queue::claim(connection, now, lease, limit)).await
    }

    async fn delete_mail(&mut self, mail: MailId) -> Result<(), StoreError> {
        self.unit.change(move |connection| mail_queue::delete(connection, mail)).await
    }

    async fn postpone_mail(&mut self, mail: MailId, at: Timestamp) -> Result<(), StoreError> {
        self.unit.change(move |connection| mail_queue::postpone(connection, mail, at)).await
    }

    async fn next_mail_due(&mut self) -> Result<Option<Timestamp>, StoreError> {
        self.unit.read(mail_queue::next_due).await
    }

    async fn list_users<'a>(
        &mut self,
        search: Option<&'a str>,
        page: &PageRequest<KeyPosition>,
    ) -> Result<Page<User, KeyPosition>, StoreError> {
        let (search, page) = (search.map(str::to_owned), page.clone());
        self.unit.read(move |connection| users::list(connection, search.as_deref(), &page)).await
    }

    async fn list_organizations(
        &mut self,
        filter: &OrganizationFilter,
        page: &PageRequest<Uuid>,
    ) -> Result<Page<Organization, Uuid>, StoreError> {
        let (filter, page) = (filter.clone(), page.clone());
        self.unit.read(move |connection| organizations::list(connection, &filter, &page)).await
    }

    async fn audit_chain(&mut self, after: u64, limit: u16) -> Result<Vec<AuditRecord>, StoreError> {
        self.unit.read(move |connection| platform_audit_events::chain(connection, after, limit)).await
    }

    async fn audit_head(&mut self) -> Result<ChainHead, StoreError> {
        self.unit.read(platform_audit_events::head).await
    }

    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        self.unit.commit().await
    }

    async fn rollback(self: Box<Self>) -> Result<(), StoreError> {
        self.unit.rollback()
    }
}
