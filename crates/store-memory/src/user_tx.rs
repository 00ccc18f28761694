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

use crate::org_tx::MemoryOrgTx;
use crate::unit::Unit;

pub(crate) struct MemoryUserTx {
    unit: Unit,
    user: UserId,
}

impl MemoryUserTx {
    pub(crate) fn new(unit: Unit, user: UserId) -> Self {
        Self { unit, user }
    }
}

#[async_trait]
impl UserTx for MemoryUserTx {
    async fn user(&mut self) -> Result<Option<User>, StoreError> {
        self.unit.read(|state| state.user(self.user))
    }

    async fn insert_user(&mut self, user: &User, password: &PasswordHash) -> Result<(), StoreError> {
        self.unit.write(|state| state.insert_user(self.user, user, password))
    }

    async fn insert_first_user(&mut self, user: &User, password: &PasswordHash) -> Result<(), StoreError> {
        self.unit.write(|state| state.insert_first_user(self.user, user, password))
    }

    async fn update_user(&mut self, user: &User) -> Result<User, StoreError> {
        self.unit.write(|state| state.update_user(self.user, user))
    }

    async fn delete_user(&mut self) -> Result<(), StoreError> {
        self.unit.write(|state| state.delete_user(self.user))
    }

    async fn password(&mut self) -> Result<Option<PasswordHash>, StoreError> {
        self.unit.read(|state| state.password(self.user))
    }

    async fn set_password(&mut self, password: &PasswordHash) -> Result<(), StoreError> {
        self.unit.write(|state| state.set_password(self.user, password))
    }

    async fn idempotent_answer(&mut self, request: &IdempotentRequest) -> Result<Option<IdempotentAnswer>, StoreError> {
        self.unit.read(|state| state.user_answer(self.user, request)).flatten()
    }

    async fn keep_idempotent_answer(
        &mut self,
        request: &IdempotentRequest,
        answer: &str,
        at: Timestamp,
        forget_before: Timestamp,
    ) -> Result<(), StoreError> {
        self.unit.write(|state| state.keep_user_answer(self.user, request, answer, at, forget_before))
    }

    async fn active_organization(&mut self) -> Result<Option<OrganizationId>, StoreError> {
        self.unit.read(|state| state.active_organization(self.user))
    }

    async fn list_organizations(
        &mut self,
        page: &PageRequest<KeyPosition>,
    ) -> Result<Page<OrganizationMembership, KeyPosition>, StoreError> {
        self.unit.read(|state| state.list_my_organizations(self.user, page))
    }

    async fn organization(
        &mut self,
        organization: OrganizationId,
    ) -> Result<Option<OrganizationMembership>, StoreError> {
        self.unit.read(|state| state.my_organization(self.user, organization))
    }

    async fn email_verification(&mut self) -> Result<Option<EmailVerification>, StoreError> {
        self.unit.read(|state| state.email_verification(self.user))
    }

    async fn set_email_verification(&mut self, verification: &EmailVerification) -> Result<(), StoreError> {
        self.unit.write(|state| state.set_email_verification(self.user, verification))
    }

    async fn clear_email_verification(&mut self) -> Result<(), StoreError> {
        self.unit.write(|state| {
            state.clear_email_verification(self.user);
            Ok(())
        })
    }

    async fn list_received_invitations(
        &mut self,
        now: Timestamp,
        page: &PageRequest<Uuid>,
    ) -> Result<Page<ReceivedInvitation, Uuid>, StoreError> {
        self.unit.read(|state| state.list_received_invitations(self.user, now, page))
    }

    async fn received_invitation(
        &mut self,
        invitation: InvitationId,
    ) -> Result<Option<ReceivedInvitation>, StoreError> {
        self.unit.read(|state| state.received_invitation(self.user, invitation))
    }

    async fn domain_offer(&mut self) -> Result<Option<DomainOffer>, StoreError> {
        self.unit.read(|state| state.domain_offer(self.user))
    }

    /// Writing units of work run one after the other, so that taking is no more than being one.
    async fn default_organization(&mut self, taking: bool) -> Result<Option<OrganizationId>, StoreError> {
        if taking {
            self.unit.write(|state| Ok(state.default_organization()))
        } else {
            self.unit.read(|state| state.default_organization())
        }
    }

    async fn set_default_organization(&mut self, organization: OrganizationId) -> Result<(), StoreError> {
        self.unit.write(|state| state.set_default_organization(organization))
    }

    async fn queue_mail(&mut self, mail: &QueuedMail) -> Result<(), StoreError> {
        self.unit.write(|state| state.queue_mail(None, mail))
    }

    async fn insert_session(&mut self, session: &Session) -> Result<(), StoreError> {
        self.unit.write(|state| state.insert_session(self.user, session))
    }

    async fn list_sessions(&mut self, page: &PageRequest<Uuid>) -> Result<Page<Session, Uuid>, StoreError> {
        self.unit.read(|state| state.list_sessions(self.user, page))
    }

    async fn delete_session(&mut self, session: SessionId) -> Result<bool, StoreError> {
        self.unit.write(|state| Ok(state.delete_session(self.user, session)))
    }

    async fn delete_sessions(&mut self, except: Option<SessionId>) -> Result<u64, StoreError> {
        self.unit.write(|state| Ok(state.delete_sessions(self.user, except)))
    }

    async fn append_audit(&mut self, event: &AuditEvent) -> Result<(), StoreError> {
        self.unit.write(|state| state.append_audit(None, event)).map(|_| ())
    }

    async fn into_org(self: Box<Self>, organization: OrganizationId) -> Result<Box<dyn OrgTx>, StoreError> {
        self.unit.read(|_| ())?;
        Ok(Box::new(MemoryOrgTx::new(self.unit, organization)))
    }

    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        self.unit.commit()
    }

    async fn rollback(self: Box<Self>) -> Result<(), StoreError> {
        Ok(())
    }
}
