use std::sync::Arc;

use async_trait::async_trait;
use guildhall_domain::audit::{AuditEvent, AuditFilter, AuditRecord, ChainHead};
use guildhall_domain::page::{KeyPosition, Page, PageRequest};
use guildhall_domain::policy::MemberFacts;
use guildhall_domain::{
    Counts, CustomRole, DomainClaim, DomainClaimId, Email, Invitation, InvitationId, InvitationStatus, JoinRequest,
    JoinRequestId, Limit, LimitName, MemberId, MemberProfile, MemberRole, Membership, Name, Organization, RoleId,
    Timestamp, UserId, WorkspaceAccess, WorkspaceGrants,
};
use uuid::Uuid;

use super::{CreditTx, CreditWork, CreditWrites, IdempotentAnswer, IdempotentRequest, StoreError, UserTx, WorkspaceTx};
use crate::QueuedMail;

/// An organization as a unit of work finds it, and the caller's place in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The organization.
    pub organization: Organization,
    /// The caller's membership; none for a stranger.
    pub member: Option<OpenedMember>,
}

/// A caller's membership.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenedMember {
    /// Role and permissions.
    pub facts: MemberFacts,
    /// When the member last used the organization, as far as noted.
    pub last_active_at: Option<Timestamp>,
}

/// How a request names an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountRef {
    /// By its address.
    Email(Email),
    /// By its id.
    Id(UserId),
}

/// An account as far as somebody who adds a member needs to know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountSummary {
    /// The account.
    pub id: UserId,
    /// Its address.
    pub email: Email,
    /// Its name.
    pub name: Name,
    /// Whether the address is known to be the person's (N-13).
    pub email_verified: bool,
    /// Whether it may not be used.
    pub disabled: bool,
    /// Whether it has power over the installation.
    pub superadmin: bool,
}

/// Which members are asked for; everybody where nothing is set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MemberFilter {
    /// Only those whose name or e-mail contains this text, without regard to
    /// case. Every character stands for itself (`%` and `_` too).
    pub search: Option<String>,
    /// Only those with this role.
    pub role: Option<MemberRole>,
}

/// Which invitations are asked for; all where nothing is set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InvitationFilter {
    /// Only those that stand so at a time (see [`Invitation::status_at`]).
    pub status: Option<(InvitationStatus, Timestamp)>,
    /// Only the one to this address.
    pub email: Option<Email>,
}

/// A unit of work inside one organization.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait OrgTx: Send {
    /// The organization and `caller`'s place in it, in one statement; none
    /// where there is no such organization.
    async fn open(&mut self, caller: UserId) -> Result<Option<Opened>, StoreError>;

    /// The organization; none where there is no such.
    async fn organization(&mut self) -> Result<Option<Organization>, StoreError>;

    /// Makes the organization (with the id of this unit of work) with an empty
    /// audit chain. Counters start at zero whatever the value says.
    /// Conflict: [`OrganizationSlug`](super::Constraint::OrganizationSlug),
    /// after which the unit of work can still be used.
    async fn insert_organization(&mut self, organization: &Organization) -> Result<(), StoreError>;

    /// Writes name, slug, description, domain, status, plan, overrides and `updated_at`,
    /// raises the version, and gives the row as it is now. Conflict:
    /// [`OrganizationSlug`](super::Constraint::OrganizationSlug).
    async fn update_organization(&mut self, organization: &Organization) -> Result<Organization, StoreError>;

    /// Deletes the organization with everything that belongs to it.
    async fn delete_organization(&mut self) -> Result<(), StoreError>;

    /// Finds an account to add.
    async fn find_account(&mut self, account: &AccountRef) -> Result<Option<AccountSummary>, StoreError>;

    /// Whether nothing is in the organization but members, and workspaces of
    /// their own as they were made: no custom role, no credits that somebody
    /// gave, spent or held, no other workspace, no group, no use of a
    /// resource, no claim to a domain, no pending invitation (in time or not),
    /// no request to join (declined or not), nobody who departed.
    async fn is_vacant(&mut self) -> Result<bool, StoreError>;

    /// Adds a member and counts them; that they left before is forgotten, and
    /// their request to join is gone. In the statement that counts, there are
    /// not more than `limit` (M-16, R-MEM-3). Conflicts:
    /// [`LimitReached`](super::Constraint::LimitReached),
    /// [`LastOwner`](super::Constraint::LastOwner) where the first member is no owner,
    /// [`MembershipExists`](super::Constraint::MembershipExists),
    /// [`UnknownUser`](super::Constraint::UnknownUser),
    /// [`UnknownRole`](super::Constraint::UnknownRole).
    async fn add_member(&mut self, membership: &Membership, limit: Limit) -> Result<(), StoreError>;

    /// A member, by membership id or by user id.
    async fn member(&mut self, member_or_user: Uuid) -> Result<Option<MemberProfile>, StoreError>;

    /// Members in the order of e-mail, then membership id.
    async fn list_members(
        &mut self,
        filter: &MemberFilter,
        page: &PageRequest<KeyPosition>,
    ) -> Result<Page<MemberProfile, KeyPosition>, StoreError>;

    /// Gives a member another role and keeps the count of owners. Conflicts:
    /// [`LastOwner`](super::Constraint::LastOwner),
    /// [`UnknownRole`](super::Constraint::UnknownRole).
    async fn change_role(&mut self, member: MemberId, role: MemberRole, at: Timestamp) -> Result<(), StoreError>;

    /// Replaces a member's access: the flags, and all grants for single
    /// workspaces. Raises the membership's version. Conflict:
    /// [`UnknownWorkspace`](super::Constraint::UnknownWorkspace), where one of
    /// them is not in the organization.
    async fn set_access(
        &mut self,
        member: MemberId,
        access: WorkspaceAccess,
        grants: &WorkspaceGrants,
        at: Timestamp,
    ) -> Result<(), StoreError>;

    /// A member's grants for single workspaces.
    async fn access_grants(&mut self, member: MemberId) -> Result<WorkspaceGrants, StoreError>;

    /// Removes a member and keeps the counts. Conflict:
    /// [`LastOwner`](super::Constraint::LastOwner), even for the only member.
    async fn remove_member(&mut self, member: MemberId, at: Timestamp) -> Result<(), StoreError>;

    /// Notes that the holder of an address was removed, or left: nothing but an
    /// explicit act of somebody makes them a member again. It stays when the
    /// account goes, since the address may come back with another.
    async fn note_departure(&mut self, email: &Email, at: Timestamp) -> Result<(), StoreError>;

    /// Whether the holder of an address was removed, or left, and did not come back since.
    async fn has_departed(&mut self, email: &Email) -> Result<bool, StoreError>;

    /// Ends all sessions of the members but superadmins, and says how many
    /// would have been good after `now` (N-35).
    async fn end_member_sessions(&mut self, now: Timestamp) -> Result<u64, StoreError>;

    /// Makes an invitation. Conflict:
    /// [`InvitationPending`](super::Constraint::InvitationPending), for one
    /// whose time is over too.
    async fn insert_invitation(&mut self, invitation: &Invitation) -> Result<(), StoreError>;

    /// An invitation.
    async fn invitation(&mut self, invitation: InvitationId) -> Result<Option<Invitation>, StoreError>;

    /// The pending invitation to an address, in time or not.
    async fn pending_invitation(&mut self, email: &Email) -> Result<Option<Invitation>, StoreError>;

    /// Invitations, newest first by id (C-111).
    async fn list_invitations(
        &mut self,
        filter: &InvitationFilter,
        page: &PageRequest<Uuid>,
    ) -> Result<Page<Invitation, Uuid>, StoreError>;

    /// Writes status, token, `expires_at` and `updated_at`, and nothing else of
    /// it, raises the version, and gives the invitation as it is now.
    async fn update_invitation(&mut self, invitation: &Invitation) -> Result<Invitation, StoreError>;

    /// Revokes the pending invitations to an address and those that a user
    /// made, and says how many: what somebody could come back by, or bring
    /// others in by, who was removed or lost power.
    async fn revoke_invitations(&mut self, to: &Email, by: UserId, at: Timestamp) -> Result<u64, StoreError>;

    /// Revokes the pending invitations to holders of a custom role, and those
    /// that they made, and says how many: the role, or they, lost something.
    async fn revoke_invitations_of_role(&mut self, role: RoleId, at: Timestamp) -> Result<u64, StoreError>;

    /// Claims a domain. Conflict: [`DomainClaimed`](super::Constraint::DomainClaimed).
    async fn insert_domain(&mut self, claim: &DomainClaim) -> Result<(), StoreError>;

    /// A claim.
    async fn domain(&mut self, claim: DomainClaimId) -> Result<Option<DomainClaim>, StoreError>;

    /// Claims, newest first by id.
    async fn list_domains(&mut self, page: &PageRequest<Uuid>) -> Result<Page<DomainClaim, Uuid>, StoreError>;

    /// Writes status, enrolment and times, raises the version, and gives the
    /// claim as it is now. Conflict: [`DomainTaken`](super::Constraint::DomainTaken)
    /// where it becomes verified and is so for another organization.
    async fn update_domain(&mut self, claim: &DomainClaim) -> Result<DomainClaim, StoreError>;

    /// Gives a claim up.
    async fn delete_domain(&mut self, claim: DomainClaimId) -> Result<(), StoreError>;

    /// Makes a request to join. Conflict:
    /// [`JoinRequestExists`](super::Constraint::JoinRequestExists).
    async fn insert_join_request(&mut self, request: &JoinRequest) -> Result<(), StoreError>;

    /// A request to join.
    async fn join_request(&mut self, request: JoinRequestId) -> Result<Option<JoinRequest>, StoreError>;

    /// A user's request to join.
    async fn join_request_of(&mut self, user: UserId) -> Result<Option<JoinRequest>, StoreError>;

    /// Pending requests to join, newest first by id.
    async fn list_join_requests(&mut self, page: &PageRequest<Uuid>) -> Result<Page<JoinRequest, Uuid>, StoreError>;

    /// Writes a request's status.
    async fn update_join_request(&mut self, request: &JoinRequest) -> Result<(), StoreError>;

    /// Queues a mail, to be sent after the commit. It is deleted with the organization.
    async fn queue_mail(&mut self, mail: &QueuedMail) -> Result<(), StoreError>;

    /// Makes a custom role. Conflict: [`RoleName`](super::Constraint::RoleName).
    async fn insert_role(&mut self, role: &CustomRole) -> Result<(), StoreError>;

    /// A custom role.
    async fn role(&mut self, role: RoleId) -> Result<Option<CustomRole>, StoreError>;

    /// A custom role by its name, without regard to case.
    async fn role_by_name(&mut self, name: &Name) -> Result<Option<CustomRole>, StoreError>;

    /// Custom roles in the order of their lower-case names, then id.
    async fn list_roles(
        &mut self,
        page: &PageRequest<KeyPosition>,
    ) -> Result<Page<CustomRole, KeyPosition>, StoreError>;

    /// How many custom roles there are.
    async fn count_roles(&mut self) -> Result<u64, StoreError>;

    /// Writes name, description, permissions and `updated_at`, raises the
    /// version, and gives the role as it is now. Conflict:
    /// [`RoleName`](super::Constraint::RoleName).
    async fn update_role(&mut self, role: &CustomRole) -> Result<CustomRole, StoreError>;

    /// Gives everybody who holds `from` the role `to`, and says how many.
    async fn reassign_role(&mut self, from: RoleId, to: MemberRole, at: Timestamp) -> Result<u64, StoreError>;

    /// Deletes a custom role. Conflict: [`RoleInUse`](super::Constraint::RoleInUse).
    async fn delete_role(&mut self, role: RoleId) -> Result<(), StoreError>;

    /// The part of this unit of work that is about workspaces.
    fn workspaces(&mut self) -> &mut dyn WorkspaceTx;

    /// The part of this unit of work that is about credits.
    fn credits(&mut self) -> &mut dyn CreditTx;

    /// How many workspaces there are of each kind, and how much is used of each
    /// resource: what is zero may be left out.
    async fn counts(&mut self) -> Result<Counts, StoreError>;

    /// Counts `amount` more of a resource as used, and gives what is used then.
    /// In the statement that counts, that is not more than `limit`. Conflict:
    /// [`LimitReached`](super::Constraint::LimitReached), also beyond
    /// [`Limit::MAX`].
    async fn acquire_quota(&mut self, quota: &LimitName, amount: u64, limit: Limit) -> Result<u64, StoreError>;

    /// Counts `amount` of a resource as given back, and gives what is used
    /// then. Conflict: [`NotAcquired`](super::Constraint::NotAcquired), where
    /// less is used.
    async fn release_quota(&mut self, quota: &LimitName, amount: u64) -> Result<u64, StoreError>;

    /// What a request with this user, operation and key was answered, whatever
    /// it said; none where it is kept no more, or there was none.
    async fn idempotent_answer(&mut self, request: &IdempotentRequest) -> Result<Option<IdempotentAnswer>, StoreError>;

    /// Keeps the answer to a request in place of one before it, and forgets
    /// those of the organization that were given before `forget_before`, some
    /// hundred at most.
    async fn keep_idempotent_answer(
        &mut self,
        request: &IdempotentRequest,
        answer: &str,
        at: Timestamp,
        forget_before: Timestamp,
    ) -> Result<(), StoreError>;

    /// Appends an event to the organization's chain, whose id the event must name.
    async fn append_audit(&mut self, event: &AuditEvent) -> Result<AuditRecord, StoreError>;

    /// Records, newest first: positions are sequences, and `after` is exclusive.
    async fn list_audit(
        &mut self,
        filter: &AuditFilter,
        page: &PageRequest<u64>,
    ) -> Result<Page<AuditRecord, u64>, StoreError>;

    /// Up to `limit` records, oldest first, from behind `after` (0 for the
    /// beginning): what verification walks over.
    async fn audit_chain(&mut self, after: u64, limit: u16) -> Result<Vec<AuditRecord>, StoreError>;

    /// Where the chain ends; none where there is no such organization.
    async fn audit_head(&mut self) -> Result<Option<ChainHead>, StoreError>;

    /// Goes on as a unit of work on one account, in the same transaction.
    async fn into_user(self: Box<Self>, user: UserId) -> Result<Box<dyn UserTx>, StoreError>;

    /// Makes all changes lasting: durable when this returns.
    async fn commit(self: Box<Self>) -> Result<(), StoreError>;

    /// Reads the organization, lets `work` decide about its credits, writes
    /// what that says and makes it lasting: all or nothing, in as few trips as
    /// can be. Where nothing is written, it ends as [`rollback`](Self::rollback) does.
    ///
    /// [`carry_out_in_steps`](super::carry_out_in_steps) is how it goes where
    /// there is no better way.
    async fn carry_out_credits(self: Box<Self>, work: Arc<dyn CreditWork>) -> Result<(), StoreError>;

    /// As [`CreditTx::write`], and then [`commit`](Self::commit): both or
    /// neither, in as few statements as can be.
    async fn commit_credits(mut self: Box<Self>, writes: &CreditWrites, at: Timestamp) -> Result<(), StoreError> {
        self.credits().write(writes, at).await?;
        self.commit().await
    }

    /// Gives all changes up.
    async fn rollback(self: Box<Self>) -> Result<(), StoreError>;
}
