use std::sync::Arc;

use async_trait::async_trait;
use guildhall_domain::audit::{AuditEvent, AuditFilter, AuditRecord, ChainHead};
use guildhall_domain::page::{KeyPosition, Page, PageRequest};
use guildhall_domain::{
    Counts, CustomRole, DomainClaim, DomainClaimId, Email, Invitation, InvitationId, JoinRequest, JoinRequestId, Limit,
    LimitName, MemberId, MemberProfile, MemberRole, Membership, Name, Organization, OrganizationId, RoleId, Timestamp,
    UserId, WorkspaceAccess, WorkspaceGrants,
};
use guildhall_ports::QueuedMail;
use guildhall_ports::store::{
    AccountRef, AccountSummary, CreditTx, CreditWork, CreditWrites, IdempotentAnswer, IdempotentRequest,
    InvitationFilter, MemberFilter, Opened, OrgTx, StoreError, UserTx, WorkspaceTx, carry_out_in_steps,
};
use uuid::Uuid;

use crate::tables::{
    audit_events, credit_writes, departures, idempotent_answers, invitations, join_requests, mail_queue,
    member_profiles, memberships, organization_domains, organizations, quota_usage, roles, sessions, users,
    workspace_grants,
};
use crate::unit::Unit;
use crate::user_tx::PostgresUserTx;

/// A transaction inside one organization.
pub(crate) struct PostgresOrgTx {
    unit: Unit,
    organization: Uuid,
}

impl PostgresOrgTx {
    pub(crate) fn new(unit: Unit, organization: OrganizationId) -> Self {
        Self { unit, organization: organization.uuid() }
    }

    /// The transaction and the organization's id, for a statement that takes it itself.
    pub(crate) fn untaken_organization(&mut self) -> (&mut Unit, Uuid) {
        (&mut self.unit, self.organization)
    }

    /// The transaction, with the organization taken where it writes.
    async fn taken(&mut self) -> Result<&mut Unit, StoreError> {
        self.unit.take_organization(self.organization).await?;
        Ok(&mut self.unit)
    }

    /// The same, with the organization's id.
    pub(crate) async fn taken_organization(&mut self) -> Result<(&mut Unit, Uuid), StoreError> {
        let organization = self.organization;
        Ok((self.taken().await?, organization))
    }
}

#[async_trait]
impl OrgTx for PostgresOrgTx {
    async fn open(&mut self, caller: UserId) -> Result<Option<Opened>, StoreError> {
        organizations::open(&mut self.unit, self.organization, caller.uuid()).await
    }

    async fn organization(&mut self) -> Result<Option<Organization>, StoreError> {
        organizations::find(&mut self.unit, self.organization).await
    }

    async fn insert_organization(&mut self, organization: &Organization) -> Result<(), StoreError> {
        organizations::insert(&mut self.unit, self.organization, organization).await
    }

    async fn update_organization(&mut self, organization: &Organization) -> Result<Organization, StoreError> {
        let id = self.organization;
        organizations::update(self.taken().await?, id, organization).await
    }

    async fn delete_organization(&mut self) -> Result<(), StoreError> {
        let organization = self.organization;
        organizations::delete(self.taken().await?, organization).await
    }

    async fn find_account(&mut self, account: &AccountRef) -> Result<Option<AccountSummary>, StoreError> {
        users::summary(self.taken().await?, account).await
    }

    async fn is_vacant(&mut self) -> Result<bool, StoreError> {
        let organization = self.organization;
        organizations::is_vacant(self.taken().await?, organization).await
    }

    async fn add_member(&mut self, membership: &Membership, limit: Limit) -> Result<(), StoreError> {
        let organization = self.organization;
        memberships::add(self.taken().await?, organization, membership, limit).await
    }

    async fn member(&mut self, member_or_user: Uuid) -> Result<Option<MemberProfile>, StoreError> {
        let organization = self.organization;
        member_profiles::find(self.taken().await?, organization, member_or_user).await
    }

    async fn list_members(
        &mut self,
        filter: &MemberFilter,
        page: &PageRequest<KeyPosition>,
    ) -> Result<Page<MemberProfile, KeyPosition>, StoreError> {
        let organization = self.organization;
        member_profiles::list(self.taken().await?, organization, filter, page).await
    }

    async fn change_role(&mut self, member: MemberId, role: MemberRole, at: Timestamp) -> Result<(), StoreError> {
        let organization = self.organization;
        memberships::change_role(self.taken().await?, organization, member.uuid(), role, at).await
    }

    async fn set_access(
        &mut self,
        member: MemberId,
        access: WorkspaceAccess,
        grants: &WorkspaceGrants,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let organization = self.organization;
        workspace_grants::replace(self.taken().await?, organization, member.uuid(), access, grants, at).await
    }

    async fn access_grants(&mut self, member: MemberId) -> Result<WorkspaceGrants, StoreError> {
        let organization = self.organization;
        workspace_grants::of_member(self.taken().await?, organization, member.uuid()).await
    }

    async fn remove_member(&mut self, member: MemberId, at: Timestamp) -> Result<(), StoreError> {
        let organization = self.organization;
        memberships::remove(self.taken().await?, organization, member.uuid(), at).await
    }

    async fn note_departure(&mut self, email: &Email, at: Timestamp) -> Result<(), StoreError> {
        let organization = self.organization;
        departures::note(self.taken().await?, organization, email, at).await
    }

    async fn has_departed(&mut self, email: &Email) -> Result<bool, StoreError> {
        let organization = self.organization;
        departures::exist(self.taken().await?, organization, email).await
    }

    async fn end_member_sessions(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        let organization = self.organization;
        sessions::end_of_members(self.taken().await?, organization, now).await
    }

    async fn insert_invitation(&mut self, invitation: &Invitation) -> Result<(), StoreError> {
        let organization = self.organization;
        invitations::insert(self.taken().await?, organization, invitation).await
    }

    async fn invitation(&mut self, invitation: InvitationId) -> Result<Option<Invitation>, StoreError> {
        let organization = self.organization;
        invitations::find(self.taken().await?, organization, invitation.uuid()).await
    }

    async fn pending_invitation(&mut self, email: &Email) -> Result<Option<Invitation>, StoreError> {
        let organization = self.organization;
        invitations::find_pending(self.taken().await?, organization, email).await
    }

    async fn list_invitations(
        &mut self,
        filter: &InvitationFilter,
        page: &PageRequest<Uuid>,
    ) -> Result<Page<Invitation, Uuid>, StoreError> {
        let organization = self.organization;
        invitations::list(self.taken().await?, organization, filter, page).await
    }

    async fn update_invitation(&mut self, invitation: &Invitation) -> Result<Invitation, StoreError> {
        let organization = self.organization;
        invitations::update(self.taken().await?, organization, invitation).await
    }

    async fn revoke_invitations(&mut self, to: &Email, by: UserId, at: Timestamp) -> Result<u64, StoreError> {
        let organization = self.organization;
        invitations::revoke(self.taken().await?, organization, to, by.uuid(), at).await
    }

    async fn revoke_invitations_of_role(&mut self, role: RoleId, at: Timestamp) -> Result<u64, StoreError> {
        let organization = self.organization;
        invitations::revoke_of_role(self.taken().await?, organization, role.uuid(), at).await
    }

    async fn insert_domain(&mut self, claim: &DomainClaim) -> Result<(), StoreError> {
        let organization = self.organization;
        organization_domains::insert(self.taken().await?, organization, claim).await
    }

    async fn domain(&mut self, claim: DomainClaimId) -> Result<Option<DomainClaim>, StoreError> {
        let organization = self.organization;
        organization_domains::find(self.taken().await?, organization, claim.uuid()).await
    }

    async fn list_domains(&mut self, page: &PageRequest<Uuid>) -> Result<Page<DomainClaim, Uuid>, StoreError> {
        let organization = self.organization;
        organization_domains::list(self.taken().await?, organization, page).await
    }

    async fn update_domain(&mut self, claim: &DomainClaim) -> Result<DomainClaim, StoreError> {
        let organization = self.organization;
        organization_domains::update(self.taken().await?, organization, claim).await
    }

    async fn delete_domain(&mut self, claim: DomainClaimId) -> Result<(), StoreError> {
        let organization = self.organization;
        organization_domains::delete(self.taken().await?, organization, claim.uuid()).await
    }

    async fn insert_join_request(&mut self, request: &JoinRequest) -> Result<(), StoreError> {
        let organization = self.organization;
        join_requests::insert(self.taken().await?, organization, request).await
    }

    async fn join_request(&mut self, request: JoinRequestId) -> Result<Option<JoinRequest>, StoreError> {
        let organization = self.organization;
        join_requests::find(self.taken().await?, organization, request.uuid()).await
    }

    async fn join_request_of(&mut self, user: UserId) -> Result<Option<JoinRequest>, StoreError> {
        let organization = self.organization;
        join_requests::find_of(self.taken().await?, organization, user.uuid()).await
    }

    async fn list_join_requests(&mut self, page: &PageRequest<Uuid>) -> Result<Page<JoinRequest, Uuid>, StoreError> {
        let organization = self.organization;
        join_requests::list(self.taken().await?, organization, page).await
    }

    async fn update_join_request(&mut self, request: &JoinRequest) -> Result<(), StoreError> {
        let organization = self.organization;
        join_requests::update(self.taken().await?, organization, request).await
    }

    async fn queue_mail(&mut self, mail: &QueuedMail) -> Result<(), StoreError> {
        let organization = self.organization;
        mail_queue::insert(self.taken().await?, Some(organization), mail).await
    }

    async fn insert_role(&mut self, role: &CustomRole) -> Result<(), StoreError> {
        let organization = self.organization;
        roles::insert(self.taken().await?, organization, role).await
    }

    async fn role(&mut self, role: RoleId) -> Result<Option<CustomRole>, StoreError> {
        let organization = self.organization;
        roles::find(self.taken().await?, organization, role.uuid()).await
    }

    async fn role_by_name(&mut self, name: &Name) -> Result<Option<CustomRole>, StoreError> {
        let organization = self.organization;
        roles::find_by_name(self.taken().await?, organization, name).await
    }

    async fn list_roles(
        &mut self,
        page: &PageRequest<KeyPosition>,
    ) -> Result<Page<CustomRole, KeyPosition>, StoreError> {
        let organization = self.organization;
        roles::list(self.taken().await?, organization, page).await
    }

    async fn count_roles(&mut self) -> Result<u64, StoreError> {
        let organization = self.organization;
        roles::count(self.taken().await?, organization).await
    }

    async fn update_role(&mut self, role: &CustomRole) -> Result<CustomRole, StoreError> {
        let organization = self.organization;
        roles::update(self.taken().await?, organization, role).await
    }

    async fn reassign_role(&mut self, from: RoleId, to: MemberRole, at: Timestamp) -> Result<u64, StoreError> {
        let organization = self.organization;
        memberships::reassign_role(self.taken().await?, organization, from.uuid(), to, at).await
    }

    async fn delete_role(&mut self, role: RoleId) -> Result<(), StoreError> {
        let organization = self.organization;
        roles::delete(self.taken().await?, organization, role.uuid()).await
    }

    fn workspaces(&mut self) -> &mut dyn WorkspaceTx {
        self
    }

    fn credits(&mut self) -> &mut dyn CreditTx {
        self
    }

    async fn counts(&mut self) -> Result<Counts, StoreError> {
        let organization = self.organization;
        quota_usage::all(self.taken().await?, organization).await
    }

    async fn acquire_quota(&mut self, quota: &LimitName, amount: u64, limit: Limit) -> Result<u64, StoreError> {
        let organization = self.organization;
        quota_usage::acquire(self.taken().await?, organization, quota, amount, limit).await
    }

    async fn release_quota(&mut self, quota: &LimitName, amount: u64) -> Result<u64, StoreError> {
        let organization = self.organization;
        quota_usage::release(self.taken().await?, organization, quota, amount).await
    }

    async fn idempotent_answer(&mut self, request: &IdempotentRequest) -> Result<Option<IdempotentAnswer>, StoreError> {
        let organization = self.organization;
        idempotent_answers::find(self.taken().await?, organization, request).await
    }

    async fn keep_idempotent_answer(
        &mut self,
        request: &IdempotentRequest,
        answer: &str,
        at: Timestamp,
        forget_before: Timestamp,
    ) -> Result<(), StoreError> {
        let organization = self.organization;
        idempotent_answers::keep(self.taken().await?, organization, request, answer, at, forget_before).await
    }

    async fn append_audit(&mut self, event: &AuditEvent) -> Result<AuditRecord, StoreError> {
        let organization = self.organization;
        audit_events::append(self.taken().await?, organization, event).await
    }

    async fn list_audit(
        &mut self,
        filter: &AuditFilter,
        page: &PageRequest<u64>,
    ) -> Result<Page<AuditRecord, u64>, StoreError> {
        let organization = self.organization;
        audit_events::list(self.taken().await?, organization, filter, page).await
    }

    async fn audit_chain(&mut self, after: u64, limit: u16) -> Result<Vec<AuditRecord>, StoreError> {
        let organization = self.organization;
        audit_events::chain(self.taken().await?, organization, after, limit).await
    }

    async fn audit_head(&mut self) -> Result<Option<ChainHead>, StoreError> {
        let organization = self.organization;
        audit_events::head(self.taken().await?, organization).await
    }

    async fn into_user(mut self: Box<Self>, user: UserId) -> Result<Box<dyn UserTx>, StoreError> {
        self.unit.enter_user(user.uuid()).await?;
        Ok(Box::new(PostgresUserTx::new(self.unit, user)))
    }

    async fn carry_out_credits(self: Box<Self>, work: Arc<dyn CreditWork>) -> Result<(), StoreError> {
        carry_out_in_steps(self, &*work).await
    }

    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        self.unit.commit().await
    }

    async fn commit_credits(mut self: Box<Self>, writes: &CreditWrites, at: Timestamp) -> Result<(), StoreError> {
        self.taken().await?;
        credit_writes::commit(self.unit, self.organization, writes, at).await
    }

    async fn rollback(self: Box<Self>) -> Result<(), StoreError> {
        self.unit.rollback().await
    }
}
