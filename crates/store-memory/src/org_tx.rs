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
    AccountRef, AccountSummary, Constraint, CreditTx, CreditWork, IdempotentAnswer, IdempotentRequest,
    InvitationFilter, MemberFilter, Opened, OrgTx, StoreError, UserTx, WorkspaceTx, carry_out_in_steps,
};
use uuid::Uuid;

use crate::state::State;
use crate::unit::Unit;
use crate::user_tx::MemoryUserTx;

pub(crate) struct MemoryOrgTx {
    pub(crate) unit: Unit,
    pub(crate) organization: OrganizationId,
}

impl MemoryOrgTx {
    pub(crate) fn new(unit: Unit, organization: OrganizationId) -> Self {
        Self { unit, organization }
    }
}

#[async_trait]
impl OrgTx for MemoryOrgTx {
    async fn open(&mut self, caller: UserId) -> Result<Option<Opened>, StoreError> {
        self.unit.read(|state| state.open(self.organization, caller))
    }

    async fn organization(&mut self) -> Result<Option<Organization>, StoreError> {
        self.unit.read(|state| state.organization(self.organization))
    }

    async fn insert_organization(&mut self, organization: &Organization) -> Result<(), StoreError> {
        let insert = |state: &mut State| state.insert_organization(self.organization, organization);
        self.unit.write_unless_taken(Constraint::OrganizationSlug, insert)
    }

    async fn update_organization(&mut self, organization: &Organization) -> Result<Organization, StoreError> {
        self.unit.write(|state| state.update_organization(self.organization, organization))
    }

    async fn delete_organization(&mut self) -> Result<(), StoreError> {
        self.unit.write(|state| state.delete_organization(self.organization))
    }

    async fn find_account(&mut self, account: &AccountRef) -> Result<Option<AccountSummary>, StoreError> {
        self.unit.read(|state| state.find_account(account))
    }

    async fn is_vacant(&mut self) -> Result<bool, StoreError> {
        self.unit.read(|state| state.is_vacant(self.organization))
    }

    async fn add_member(&mut self, membership: &Membership, limit: Limit) -> Result<(), StoreError> {
        self.unit.write(|state| state.add_member(self.organization, membership, limit))
    }

    async fn member(&mut self, member_or_user: Uuid) -> Result<Option<MemberProfile>, StoreError> {
        self.unit.read(|state| state.member(self.organization, member_or_user))
    }

    async fn list_members(
        &mut self,
        filter: &MemberFilter,
        page: &PageRequest<KeyPosition>,
    ) -> Result<Page<MemberProfile, KeyPosition>, StoreError> {
        self.unit.read(|state| state.list_members(self.organization, filter, page))
    }

    async fn change_role(&mut self, member: MemberId, role: MemberRole, at: Timestamp) -> Result<(), StoreError> {
        self.unit.write(|state| state.change_role(self.organization, member, role, at))
    }

    async fn set_access(
        &mut self,
        member: MemberId,
        access: WorkspaceAccess,
        grants: &WorkspaceGrants,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.unit.write(|state| state.set_access(self.organization, member, access, grants, at))
    }

    async fn access_grants(&mut self, member: MemberId) -> Result<WorkspaceGrants, StoreError> {
        self.unit.read(|state| state.access_grants(self.organization, member))
    }

    async fn remove_member(&mut self, member: MemberId, at: Timestamp) -> Result<(), StoreError> {
        self.unit.write(|state| state.remove_member(self.organization, member, at))
    }

    async fn note_departure(&mut self, email: &Email, _at: Timestamp) -> Result<(), StoreError> {
        self.unit.write(|state| state.note_departure(self.organization, email))
    }

    async fn has_departed(&mut self, email: &Email) -> Result<bool, StoreError> {
        self.unit.read(|state| state.has_departed(self.organization, email))
    }

    async fn end_member_sessions(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        self.unit.write(|state| Ok(state.end_member_sessions(self.organization, now)))
    }

    async fn insert_invitation(&mut self, invitation: &Invitation) -> Result<(), StoreError> {
        self.unit.write(|state| state.insert_invitation(self.organization, invitation))
    }

    async fn invitation(&mut self, invitation: InvitationId) -> Result<Option<Invitation>, StoreError> {
        self.unit.read(|state| state.invitation(self.organization, invitation))
    }

    async fn pending_invitation(&mut self, email: &Email) -> Result<Option<Invitation>, StoreError> {
        self.unit.read(|state| state.pending_invitation(self.organization, email))
    }

    async fn list_invitations(
        &mut self,
        filter: &InvitationFilter,
        page: &PageRequest<Uuid>,
    ) -> Result<Page<Invitation, Uuid>, StoreError> {
        self.unit.read(|state| state.list_invitations(self.organization, filter, page))
    }

    async fn update_invitation(&mut self, invitation: &Invitation) -> Result<Invitation, StoreError> {
        self.unit.write(|state| state.update_invitation(self.organization, invitation))
    }

    async fn revoke_invitations(&mut self, to: &Email, by: UserId, at: Timestamp) -> Result<u64, StoreError> {
        self.unit.write(|state| state.revoke_invitations(self.organization, to, by, at))
    }

    async fn revoke_invitations_of_role(&mut self, role: RoleId, at: Timestamp) -> Result<u64, StoreError> {
        self.unit.write(|state| state.revoke_invitations_of_role(self.organization, role, at))
    }

    async fn insert_domain(&mut self, claim: &DomainClaim) -> Result<(), StoreError> {
        self.unit.write(|state| state.insert_domain(self.organization, claim))
    }

    async fn domain(&mut self, claim: DomainClaimId) -> Result<Option<DomainClaim>, StoreError> {
        self.unit.read(|state| state.domain(self.organization, claim))
    }

    async fn list_domains(&mut self, page: &PageRequest<Uuid>) -> Result<Page<DomainClaim, Uuid>, StoreError> {
        self.unit.read(|state| state.list_domains(self.organization, page))
    }

    async fn update_domain(&mut self, claim: &DomainClaim) -> Result<DomainClaim, StoreError> {
        self.unit.write(|state| state.update_domain(self.organization, claim))
    }

    async fn delete_domain(&mut self, claim: DomainClaimId) -> Result<(), StoreError> {
        self.unit.write(|state| state.delete_domain(self.organization, claim))
    }

    async fn insert_join_request(&mut self, request: &JoinRequest) -> Result<(), StoreError> {
        self.unit.write(|state| state.insert_join_request(self.organization, request))
    }

    async fn join_request(&mut self, request: JoinRequestId) -> Result<Option<JoinRequest>, StoreError> {
        self.unit.read(|state| state.join_request(self.organization, request))
    }

    async fn join_request_of(&mut self, user: UserId) -> Result<Option<JoinRequest>, StoreError> {
        self.unit.read(|state| state.join_request_of(self.organization, user))
    }

    async fn list_join_requests(&mut self, page: &PageRequest<Uuid>) -> Result<Page<JoinRequest, Uuid>, StoreError> {
        self.unit.read(|state| state.list_join_requests(self.organization, page))
    }

    async fn update_join_request(&mut self, request: &JoinRequest) -> Result<(), StoreError> {
        self.unit.write(|state| state.update_join_request(self.organization, request))
    }

    async fn queue_mail(&mut self, mail: &QueuedMail) -> Result<(), StoreError> {
        self.unit.write(|state| state.queue_mail(Some(self.organization), mail))
    }

    async fn insert_role(&mut self, role: &CustomRole) -> Result<(), StoreError> {
        self.unit.write(|state| state.insert_role(self.organization, role))
    }

    async fn role(&mut self, role: RoleId) -> Result<Option<CustomRole>, StoreError> {
        self.unit.read(|state| state.role(self.organization, role))
    }

    async fn role_by_name(&mut self, name: &Name) -> Result<Option<CustomRole>, StoreError> {
        self.unit.read(|state| state.role_by_name(self.organization, name))
    }

    async fn list_roles(
        &mut self,
        page: &PageRequest<KeyPosition>,
    ) -> Result<Page<CustomRole, KeyPosition>, StoreError> {
        self.unit.read(|state| state.list_roles(self.organization, page))
    }

    async fn count_roles(&mut self) -> Result<u64, StoreError> {
        self.unit.read(|state| state.count_roles(self.organization))
    }

    async fn update_role(&mut self, role: &CustomRole) -> Result<CustomRole, StoreError> {
        self.unit.write(|state| state.update_role(self.organization, role))
    }

    async fn reassign_role(&mut self, from: RoleId, to: MemberRole, at: Timestamp) -> Result<u64, StoreError> {
        self.unit.write(|state| state.reassign_role(self.organization, from, to, at))
    }

    async fn delete_role(&mut self, role: RoleId) -> Result<(), StoreError> {
        self.unit.write(|state| state.delete_role(self.organization, role))
    }

    fn workspaces(&mut self) -> &mut dyn WorkspaceTx {
        self
    }

    fn credits(&mut self) -> &mut dyn CreditTx {
        self
    }

    async fn counts(&mut self) -> Result<Counts, StoreError> {
        self.unit.read(|state| state.counts(self.organization))
    }

    async fn acquire_quota(&mut self, quota: &LimitName, amount: u64, limit: Limit) -> Result<u64, StoreError> {
        self.unit.write(|state| state.acquire_quota(self.organization, quota, amount, limit))
    }

    async fn release_quota(&mut self, quota: &LimitName, amount: u64) -> Result<u64, StoreError> {
        self.unit.write(|state| state.release_quota(self.organization, quota, amount))
    }

    async fn idempotent_answer(&mut self, request: &IdempotentRequest) -> Result<Option<IdempotentAnswer>, StoreError> {
        self.unit.read(|state| state.idempotent_answer(self.organization, request))
    }

    async fn keep_idempotent_answer(
        &mut self,
        request: &IdempotentRequest,
        answer: &str,
        at: Timestamp,
        forget_before: Timestamp,
    ) -> Result<(), StoreError> {
        let id = self.organization;
        self.unit.write(|state| state.keep_idempotent_answer(id, request, answer, at, forget_before))
    }

    async fn append_audit(&mut self, event: &AuditEvent) -> Result<AuditRecord, StoreError> {
        self.unit.write(|state| state.append_audit(Some(self.organization), event))
    }

    async fn list_audit(
        &mut self,
        filter: &AuditFilter,
        page: &PageRequest<u64>,
    ) -> Result<Page<AuditRecord, u64>, StoreError> {
        self.unit.read(|state| state.list_audit(self.organization, filter, page))
    }

    async fn audit_chain(&mut self, after: u64, limit: u16) -> Result<Vec<AuditRecord>, StoreError> {
        self.unit.read(|state| state.audit_chain(Some(self.organization), after, limit))
    }

    async fn audit_head(&mut self) -> Result<Option<ChainHead>, StoreError> {
        self.unit.read(|state| state.audit_head(self.organization))
    }

    async fn into_user(self: Box<Self>, user: UserId) -> Result<Box<dyn UserTx>, StoreError> {
        self.unit.read(|_| ())?;
        Ok(Box::new(MemoryUserTx::new(self.unit, user)))
    }

    async fn carry_out_credits(self: Box<Self>, work: Arc<dyn CreditWork>) -> Result<(), StoreError> {
        carry_out_in_steps(self, &*work).await
    }

    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        self.unit.commit()
    }

    async fn rollback(self: Box<Self>) -> Result<(), StoreError> {
        Ok(())
    }
}
