use async_trait::async_trait;
use guildhall_domain::audit::AuditEvent;
use guildhall_domain::page::{KeyPosition, Page, PageRequest};
use guildhall_domain::{
    DomainOffer, EmailVerification, InvitationId, OrganizationId, OrganizationMembership, ReceivedInvitation, Session,
    SessionId, Timestamp, User, UserId,
};
use guildhall_ports::store::{IdempotentAnswer, IdempotentRequest, OrgTx, StoreError, UserTx};
use guildhall_ports::{PasswordHash, QueuedMail};
use uuid::Uuid;

use crate::org_tx::PostgresOrgTx;
use crate::tables::{
    email_verifications, installation, mail_queue, memberships, organization_domains, platform_audit_events,
    received_invitations, sessions, user_idempotent_answers, user_organizations, user_passwords, users,
};
use crate::unit::Unit;

/// A transaction on one account.
pub(crate) struct PostgresUserTx {
    unit: Unit,
    user: Uuid,
}

impl PostgresUserTx {
    pub(crate) fn new(unit: Unit, user: UserId) -> Self {
        Self { unit, user: user.uuid() }
    }

    /// The transaction, with the account taken where it writes.
    async fn taken(&mut self) -> Result<&mut Unit, StoreError> {
        self.unit.take_user(self.user).await?;
        Ok(&mut self.unit)
    }
}

#[async_trait]
impl UserTx for PostgresUserTx {
    async fn user(&mut self) -> Result<Option<User>, StoreError> {
        users::find_taking(&mut self.unit, self.user).await
    }

    async fn insert_user(&mut self, user: &User, password: &PasswordHash) -> Result<(), StoreError> {
        users::insert(&mut self.unit, self.user, user).await?;
        user_passwords::set(&mut self.unit, self.user, password).await
    }

    async fn insert_first_user(&mut self, user: &User, password: &PasswordHash) -> Result<(), StoreError> {
        users::insert_first(&mut self.unit, self.user, user).await?;
        user_passwords::set(&mut self.unit, self.user, password).await
    }

    async fn update_user(&mut self, user: &User) -> Result<User, StoreError> {
        let id = self.user;
        users::update(self.taken().await?, id, user).await
    }

    async fn delete_user(&mut self) -> Result<(), StoreError> {
        let user = self.user;
        users::delete(self.taken().await?, user).await
    }

    async fn password(&mut self) -> Result<Option<PasswordHash>, StoreError> {
        let user = self.user;
        user_passwords::find(self.taken().await?, user).await
    }

    async fn set_password(&mut self, password: &PasswordHash) -> Result<(), StoreError> {
        let user = self.user;
        user_passwords::set(self.taken().await?, user, password).await
    }

    async fn idempotent_answer(&mut self, request: &IdempotentRequest) -> Result<Option<IdempotentAnswer>, StoreError> {
        let user = self.user;
        user_idempotent_answers::find(self.taken().await?, user, request).await
    }

    async fn keep_idempotent_answer(
        &mut self,
        request: &IdempotentRequest,
        answer: &str,
        at: Timestamp,
        forget_before: Timestamp,
    ) -> Result<(), StoreError> {
        let user = self.user;
        user_idempotent_answers::keep(self.taken().await?, user, request, answer, at, forget_before).await
    }

    async fn active_organization(&mut self) -> Result<Option<OrganizationId>, StoreError> {
        let user = self.user;
        memberships::active_organization(self.taken().await?, user).await
    }

    async fn list_organizations(
        &mut self,
        page: &PageRequest<KeyPosition>,
    ) -> Result<Page<OrganizationMembership, KeyPosition>, StoreError> {
        let user = self.user;
        user_organizations::list(self.taken().await?, user, page).await
    }

    async fn organization(
        &mut self,
        organization: OrganizationId,
    ) -> Result<Option<OrganizationMembership>, StoreError> {
        let user = self.user;
        user_organizations::find(self.taken().await?, user, organization.uuid()).await
    }

    async fn email_verification(&mut self) -> Result<Option<EmailVerification>, StoreError> {
        let user = self.user;
        email_verifications::find(self.taken().await?, user).await
    }

    async fn set_email_verification(&mut self, verification: &EmailVerification) -> Result<(), StoreError> {
        let user = self.user;
        email_verifications::set(self.taken().await?, user, verification).await
    }

    async fn clear_email_verification(&mut self) -> Result<(), StoreError> {
        let user = self.user;
        email_verifications::clear(self.taken().await?, user).await
    }

    async fn list_received_invitations(
        &mut self,
        now: Timestamp,
        page: &PageRequest<Uuid>,
    ) -> Result<Page<ReceivedInvitation, Uuid>, StoreError> {
        let user = self.user;
        received_invitations::list(self.taken().await?, user, now, page).await
    }

    async fn received_invitation(
        &mut self,
        invitation: InvitationId,
    ) -> Result<Option<ReceivedInvitation>, StoreError> {
        let user = self.user;
        received_invitations::find(self.taken().await?, user, invitation.uuid()).await
    }

    async fn domain_offer(&mut self) -> Result<Option<DomainOffer>, StoreError> {
        let user = self.user;
        organization_domains::offer(self.taken().await?, user).await
    }

    async fn default_organization(&mut self, taking: bool) -> Result<Option<OrganizationId>, StoreError> {
        installation::default_organization(self.taken().await?, taking).await
    }

    async fn set_default_organization(&mut self, organization: OrganizationId) -> Result<(), StoreError> {
        installation::set_default_organization(self.taken().await?, organization).await
    }

    async fn queue_mail(&mut self, mail: &QueuedMail) -> Result<(), StoreError> {
        mail_queue::insert(self.taken().await?, None, mail).await
    }

    async fn insert_session(&mut self, session: &Session) -> Result<(), StoreError> {
        let user = self.user;
        sessions::insert(self.taken().await?, user, session).await
    }

    async fn list_sessions(&mut self, page: &PageRequest<Uuid>) -> Result<Page<Session, Uuid>, StoreError> {
        let user = self.user;
        sessions::list(self.taken().await?, user, page).await
    }

    async fn delete_session(&mut self, session: SessionId) -> Result<bool, StoreError> {
        let user = self.user;
        sessions::delete(self.taken().await?, user, session.uuid()).await
    }

    async fn delete_sessions(&mut self, except: Option<SessionId>) -> Result<u64, StoreError> {
        let user = self.user;
        sessions::delete_all(self.taken().await?, user, except.map(SessionId::uuid)).await
    }

    async fn append_audit(&mut self, event: &AuditEvent) -> Result<(), StoreError> {
        platform_audit_events::append(self.taken().await?, event).await
    }

    async fn into_org(mut self: Box<Self>, organization: OrganizationId) -> Result<Box<dyn OrgTx>, StoreError> {
        // The account stays taken, also where nothing was done on it yet.
        self.taken().await?.enter_organization(organization.uuid()).await?;
        Ok(Box::new(PostgresOrgTx::new(self.unit, organization)))
    }

    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        self.unit.commit().await
    }

    async fn rollback(self: Box<Self>) -> Result<(), StoreError> {
        self.unit.rollback().await
    }
}
