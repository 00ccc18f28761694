use async_trait::async_trait;
use guildhall_domain::audit::AuditEvent;
use guildhall_domain::page::{KeyPosition, Page, PageRequest};
use guildhall_domain::{
    DomainOffer, EmailVerification, InvitationId, OrganizationId, OrganizationMembership, ReceivedInvitation, Session,
    SessionId, Timestamp, User,
};
use uuid::Uuid;

use super::{IdempotentAnswer, IdempotentRequest, OrgTx, StoreError};
use crate::{PasswordHash, QueuedMail};

/// A unit of work on one account: its profile, its sessions, its memberships.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait UserTx: Send {
    /// The account; none where there is no such.
    async fn user(&mut self) -> Result<Option<User>, StoreError>;

    /// Makes the account (with the id of this unit of work). Conflict:
    /// [`UserEmail`](super::Constraint::UserEmail).
    async fn insert_user(&mut self, user: &User, password: &PasswordHash) -> Result<(), StoreError>;

    /// Makes the account like [`insert_user`](Self::insert_user), but only
    /// where there is no other, however many try at once (M-56). Conflict:
    /// [`UsersExist`](super::Constraint::UsersExist).
    async fn insert_first_user(&mut self, user: &User, password: &PasswordHash) -> Result<(), StoreError>;

    /// Writes everything but id, e-mail, `created_at` and version, raises the
    /// version, and gives the row as it is now.
    async fn update_user(&mut self, user: &User) -> Result<User, StoreError>;

    /// Deletes the account with its sessions. Conflict:
    /// [`UserHasMemberships`](super::Constraint::UserHasMemberships).
    async fn delete_user(&mut self) -> Result<(), StoreError>;

    /// The password's hash.
    async fn password(&mut self) -> Result<Option<PasswordHash>, StoreError>;

    /// Replaces the password's hash.
    async fn set_password(&mut self, password: &PasswordHash) -> Result<(), StoreError>;

    /// What a request with this operation and key was answered that is not
    /// one inside an organization, whatever it said. The request names this
    /// unit's user.
    async fn idempotent_answer(&mut self, request: &IdempotentRequest) -> Result<Option<IdempotentAnswer>, StoreError>;

    /// Keeps the answer to such a request in place of one before it, as long
    /// as the account is there, and forgets those of the account that were
    /// given before `forget_before`, some hundred at most.
    async fn keep_idempotent_answer(
        &mut self,
        request: &IdempotentRequest,
        answer: &str,
        at: Timestamp,
        forget_before: Timestamp,
    ) -> Result<(), StoreError>;

    /// The organization that `me` stands for, as
    /// [`Authenticated::active_organization`](super::Authenticated::active_organization).
    async fn active_organization(&mut self) -> Result<Option<OrganizationId>, StoreError>;

    /// The user's organizations in the order of their lower-case names, then id (C-101).
    async fn list_organizations(
        &mut self,
        page: &PageRequest<KeyPosition>,
    ) -> Result<Page<OrganizationMembership, KeyPosition>, StoreError>;

    /// The user's place in one organization; none for a stranger.
    async fn organization(
        &mut self,
        organization: OrganizationId,
    ) -> Result<Option<OrganizationMembership>, StoreError>;

    /// The link with which the user shows whose the address is, if one is out.
    async fn email_verification(&mut self) -> Result<Option<EmailVerification>, StoreError>;

    /// Sends out a link: it replaces the one before.
    async fn set_email_verification(&mut self, verification: &EmailVerification) -> Result<(), StoreError>;

    /// Takes the link back. None out is no error.
    async fn clear_email_verification(&mut self) -> Result<(), StoreError>;

    /// Invitations to the user's address that can be accepted at `now`, in
    /// organizations that are active, oldest first by id (C-120).
    async fn list_received_invitations(
        &mut self,
        now: Timestamp,
        page: &PageRequest<Uuid>,
    ) -> Result<Page<ReceivedInvitation, Uuid>, StoreError>;

    /// An invitation to the user's address that is pending, in time or not.
    async fn received_invitation(&mut self, invitation: InvitationId)
    -> Result<Option<ReceivedInvitation>, StoreError>;

    /// The organization for which the domain of the user's address is
    /// verified. Whether the address is the user's, the caller asks.
    async fn domain_offer(&mut self) -> Result<Option<DomainOffer>, StoreError>;

    /// The organization that users without one share (N-05). With `taking`, other
    /// units of work that take it wait until this one ends: who finds none can
    /// make it, and be the only one. Taking is writing: it needs [`Mode::Write`](super::Mode::Write).
    async fn default_organization(&mut self, taking: bool) -> Result<Option<OrganizationId>, StoreError>;

    /// Says which organization that is. It is none again when it is deleted.
    async fn set_default_organization(&mut self, organization: OrganizationId) -> Result<(), StoreError>;

    /// Queues a mail, to be sent after the commit.
    async fn queue_mail(&mut self, mail: &QueuedMail) -> Result<(), StoreError>;

    /// Starts a session.
    async fn insert_session(&mut self, session: &Session) -> Result<(), StoreError>;

    /// The user's sessions, newest first.
    async fn list_sessions(&mut self, page: &PageRequest<Uuid>) -> Result<Page<Session, Uuid>, StoreError>;

    /// Ends one of the user's sessions; false where it is not theirs or gone.
    async fn delete_session(&mut self, session: SessionId) -> Result<bool, StoreError>;

    /// Ends all of the user's sessions but `except`, and says how many.
    async fn delete_sessions(&mut self, except: Option<SessionId>) -> Result<u64, StoreError>;

    /// Appends an event to the installation's own chain.
    async fn append_audit(&mut self, event: &AuditEvent) -> Result<(), StoreError>;

    /// Goes on as a unit of work inside an organization, in the same
    /// transaction and mode.
    async fn into_org(self: Box<Self>, organization: OrganizationId) -> Result<Box<dyn OrgTx>, StoreError>;

    /// Makes all changes lasting: durable when this returns.
    async fn commit(self: Box<Self>) -> Result<(), StoreError>;

    /// Gives all changes up.
    async fn rollback(self: Box<Self>) -> Result<(), StoreError>;
}
