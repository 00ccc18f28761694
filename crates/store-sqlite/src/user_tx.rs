use async_trait::async_trait;
use guildhall_domain::audit::AuditEvent;
use guildhall_domain::page::{KeyPosition, Page, PageRequest};
use guildhall_domain::{
    DomainOffer, EmailVerification, InvitationId, OrganizationId, OrganizationMembership, ReceivedInvitation, Session,
    SessionId, Timestamp, User, UserId,
};
use guildhall_ports::store::{Constraint, IdempotentAnswer, IdempotentRequest, OrgTx, StoreError, UserTx};
use guildhall_ports::{PasswordHash, QueuedMail};
use uuid::Uuid;

use crate::org_tx::SqliteOrgTx;
use crate::table::{
    self, email_verifications, installation, mail_queue, platform_audit_events, received_invitations, sessions,
    user_idempotent_answers, user_passwords, users, verified_domains,
};
use crate::unit::Unit;

/// A unit of work on one account.
pub(crate) struct SqliteUserTx {
    user: UserId,
    unit: Unit,
}

impl SqliteUserTx {
    pub(crate) fn new(user: UserId, unit: Unit) -> Self {
        Self { user, unit }
    }

    /// Refuses a value of another account: a fault in the program that must
    /// not reach the tables.
    fn own(&self, user: UserId) -> Result<(), StoreError> {
        if user == self.user {
            Ok(())
        } else {
            Err(StoreError::Corrupt("a value of another account than the unit of work's".to_owned()))
        }
    }
}

#[async_trait]
impl UserTx for SqliteUserTx {
    async fn user(&mut self) -> Result<Option<User>, StoreError> {
        let user = self.user;
        self.unit.read(move |connection| users::find(connection, user)).await
    }

    async fn insert_user(&mut self, user: &User, password: &PasswordHash) -> Result<(), StoreError> {
        self.own(user.id)?;
        let (user, password) = (user.clone(), password.clone());
        self.unit
            .change(move |connection| {
                users::insert(connection, &user)?;
                user_passwords::put(connection, user.id, &password)
            })
            .await
    }

    async fn insert_first_user(&mut self, user: &User, password: &PasswordHash) -> Result<(), StoreError> {
        self.own(user.id)?;
        let (user, password) = (user.clone(), password.clone());
        self.unit
            .change(move |connection| {
                // There is one writer, so nobody comes in between.
                if users::any(connection)? {
                    return Err(StoreError::Conflict(Constraint::UsersExist));
                }
                users::insert(connection, &user)?;
                user_passwords::put(connection, user.id, &password)
            })
            .await
    }

    async fn update_user(&mut self, user: &User) -> Result<User, StoreError> {
        self.own(user.id)?;
        let user = user.clone();
        self.unit.change(move |connection| users::update(connection, &user)).await
    }

    async fn delete_user(&mut self) -> Result<(), StoreError> {
        let user = self.user;
        self.unit.change(move |connection| users::delete(connection, user)).await
    }

    async fn password(&mut self) -> Result<Option<PasswordHash>, StoreError> {
        let user = self.user;
        self.unit.read(move |connection| user_passwords::find(connection, user)).await
    }

    async fn set_password(&mut self, password: &PasswordHash) -> Result<(), StoreError> {
        let (user, password) = (self.user, password.clone());
        self.unit.change(move |connection| user_passwords::put(connection, user, &password)).await
    }

    async fn idempotent_answer(&mut self, request: &IdempotentRequest) -> Result<Option<IdempotentAnswer>, StoreError> {
        self.own(request.user_id)?;
        let request = request.clone();
        self.unit.read(move |connection| user_idempotent_answers::find(connection, &request)).await
    }

    async fn keep_idempotent_answer(
        &mut self,
        request: &IdempotentRequest,
        answer: &str,
        at: Timestamp,
        forget_before: Timestamp,
    ) -> Result<(), StoreError> {
        self.own(request.user_id)?;
        let (user, request, answer) = (self.user, request.clone(), answer.to_owned());
        self.unit
            .change(move |connection| {
                user_idempotent_answers::forget(connection, user, forget_before)?;
                user_idempotent_answers::put(connection, &request, &answer, at)
            })
            .await
    }

    async fn active_organization(&mut self) -> Result<Option<OrganizationId>, StoreError> {
        let user = self.user;
        self.unit.read(move |connection| table::active_organization(connection, user)).await
    }

    async fn list_organizations(
        &mut self,
        page: &PageRequest<KeyPosition>,
    ) -> Result<Page<OrganizationMembership, KeyPosition>, StoreError> {
        let (user, page) = (self.user, page.clone());
        self.unit.read(move |connection| table::my_organizations(connection, user, &page)).await
    }

    async fn organization(
        &mut self,
        organization: OrganizationId,
    ) -> Result<Option<OrganizationMembership>, StoreError> {
        let user = self.user;
        self.unit.read(move |connection| table::my_organization(connection, user, organization)).await
    }

    async fn email_verification(&mut self) -> Result<Option<EmailVerification>, StoreError> {
        let user = self.user;
        self.unit.read(move |connection| email_verifications::find(connection, user)).await
    }

    async fn set_email_verification(&mut self, verification: &EmailVerification) -> Result<(), StoreError> {
        self.own(verification.user_id)?;
        let verification = *verification;
        self.unit.change(move |connection| email_verifications::put(connection, &verification)).await
    }

    async fn clear_email_verification(&mut self) -> Result<(), StoreError> {
        let user = self.user;
        self.unit.change(move |connection| email_verifications::delete(connection, user)).await
    }

    async fn list_received_invitations(
        &mut self,
        now: Timestamp,
        page: &PageRequest<Uuid>,
    ) -> Result<Page<ReceivedInvitation, Uuid>, StoreError> {
        let (user, page) = (self.user, page.clone());
        self.unit.read(move |connection| received_invitations::list(connection, user, now, &page)).await
    }

    async fn received_invitation(
        &mut self,
        invitation: InvitationId,
    ) -> Result<Option<ReceivedInvitation>, StoreError> {
        let user = self.user;
        self.unit.read(move |connection| received_invitations::find(connection, user, invitation)).await
    }

    async fn domain_offer(&mut self) -> Result<Option<DomainOffer>, StoreError> {
        let user = self.user;
        self.unit.read(move |connection| verified_domains::offer(connection, user)).await
    }

    async fn default_organization(&mut self, taking: bool) -> Result<Option<OrganizationId>, StoreError> {
        if taking {
            // A unit of work that writes has the writer to itself from its first statement on.
            self.unit.change(installation::default_organization).await
        } else {
            self.unit.read(installation::default_organization).await
        }
    }

    async fn set_default_organization(&mut self, organization: OrganizationId) -> Result<(), StoreError> {
        self.unit.change(move |connection| installation::set_default_organization(connection, organization)).await
    }

    async fn queue_mail(&mut self, mail: &QueuedMail) -> Result<(), StoreError> {
        if mail.organization_id.is_some() {
            return Err(StoreError::Corrupt("a mail of an organization in an account's unit of work".to_owned()));
        }
        let mail = mail.clone();
        self.unit.change(move |connection| mail_queue::insert(connection, &mail)).await
    }

    async fn insert_session(&mut self, session: &Session) -> Result<(), StoreError> {
        self.own(session.user_id)?;
        let session = session.clone();
        self.unit.change(move |connection| sessions::insert(connection, &session)).await
    }

    async fn list_sessions(&mut self, page: &PageRequest<Uuid>) -> Result<Page<Session, Uuid>, StoreError> {
        let (user, page) = (self.user, page.clone());
        self.unit.read(move |connection| sessions::list(connection, user, &page)).await
    }

    async fn delete_session(&mut self, session: SessionId) -> Result<bool, StoreError> {
        let user = self.user;
        self.unit.change(move |connection| sessions::delete(connection, user, session)).await
    }

    async fn delete_sessions(&mut self, except: Option<SessionId>) -> Result<u64, StoreError> {
        let user = self.user;
        self.unit.change(move |connection| sessions::delete_all(connection, user, except)).await
    }

    async fn append_audit(&mut self, event: &AuditEvent) -> Result<(), StoreError> {
        if event.organization_id.is_some() {
            return Err(StoreError::Corrupt("an event of another log than the installation's".to_owned()));
        }
        let event = event.clone();
        self.unit.change(move |connection| platform_audit_events::append(connection, &event)).await
    }

    async fn into_org(self: Box<Self>, organization: OrganizationId) -> Result<Box<dyn OrgTx>, StoreError> {
        Ok(Box::new(SqliteOrgTx::new(organization, self.unit)))
    }

    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        self.unit.commit().await
    }

    async fn rollback(self: Box<Self>) -> Result<(), StoreError> {
        self.unit.rollback()
    }
}
