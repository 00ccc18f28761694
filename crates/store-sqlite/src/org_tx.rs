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
    AccountRef, AccountSummary, CreditTx, CreditWork, IdempotentAnswer, IdempotentRequest, InvitationFilter,
    MemberFilter, Opened, OrgTx, StoreError, UserTx, WorkspaceTx,
};
use uuid::Uuid;

use crate::credit_work;
use crate::table::{
    self, audit_events, departures, idempotent_answers, invitations, join_requests, mail_queue, membership_changes,
    memberships, organization_domains, organizations, quota_usage, roles, sessions, users, workspace_counts,
    workspace_grants,
};
use crate::unit::Unit;
use crate::user_tx::SqliteUserTx;

/// A unit of work inside one organization.
pub(crate) struct SqliteOrgTx {
    pub(crate) organization: OrganizationId,
    pub(crate) unit: Unit,
}

impl SqliteOrgTx {
    pub(crate) fn new(organization: OrganizationId, unit: Unit) -> Self {
        Self { organization, unit }
    }

    /// Refuses a value of another organization: a fault in the program that
    /// must not reach the tables.
    pub(crate) fn own(&self, organization: OrganizationId) -> Result<(), StoreError> {
        if organization == self.organization {
            Ok(())
        } else {
            Err(StoreError::Corrupt("a value of another organization than the unit of work's".to_owned()))
        }
    }
}

#[async_trait]
impl OrgTx for SqliteOrgTx {
    async fn open(&mut self, caller: UserId) -> Result<Option<Opened>, StoreError> {
        let organization = self.organization;
        self.unit.read(move |connection| organizations::open(connection, organization, caller)).await
    }

    async fn organization(&mut self) -> Result<Option<Organization>, StoreError> {
        let organization = self.organization;
        self.unit.read(move |connection| organizations::find(connection, organization)).await
    }

    async fn insert_organization(&mut self, organization: &Organization) -> Result<(), StoreError> {
        self.own(organization.id)?;
        let organization = organization.clone();
        self.unit
            .change(move |connection| {
                organizations::insert(connection, &organization)?;
                audit_events::begin_chain(connection, organization.id)
            })
            .await
    }

    async fn update_organization(&mut self, organization: &Organization) -> Result<Organization, StoreError> {
        self.own(organization.id)?;
        let organization = organization.clone();
        self.unit.change(move |connection| organizations::update(connection, &organization)).await
    }

    async fn delete_organization(&mut self) -> Result<(), StoreError> {
        let organization = self.organization;
        self.unit.change(move |connection| organizations::delete(connection, organization)).await
    }

    async fn find_account(&mut self, account: &AccountRef) -> Result<Option<AccountSummary>, StoreError> {
        let account = account.clone();
        self.unit.read(move |connection| users::summary(connection, &account)).await
    }

    async fn is_vacant(&mut self) -> Result<bool, StoreError> {
        let organization = self.organization;
        self.unit.read(move |connection| table::is_vacant(connection, organization)).await
    }

    async fn add_member(&mut self, membership: &Membership, limit: Limit) -> Result<(), StoreError> {
        self.own(membership.organization_id)?;
        let membership = membership.clone();
        self.unit.change(move |connection| membership_changes::insert(connection, &membership, limit)).await
    }

    async fn member(&mut self, member_or_user: Uuid) -> Result<Option<MemberProfile>, StoreError> {
        let organization = self.organization;
        self.unit.read(move |connection| memberships::find(connection, organization, member_or_user)).await
    }

    async fn list_members(
        &mut self,
        filter: &MemberFilter,
        page: &PageRequest<KeyPosition>,
    ) -> Result<Page<MemberProfile, KeyPosition>, StoreError> {
        let (organization, filter, page) = (self.organization, filter.clone(), page.clone());
        self.unit.read(move |connection| memberships::list(connection, organization, &filter, &page)).await
    }

    async fn change_role(&mut self, member: MemberId, role: MemberRole, at: Timestamp) -> Result<(), StoreError> {
        let organization = self.organization;
        self.unit
            .change(move |connection| membership_changes::change_role(connection, organization, member, role, at))
            .await
    }

    async fn set_access(
        &mut self,
        member: MemberId,
        access: WorkspaceAccess,
        grants: &WorkspaceGrants,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let (organization, grants) = (self.organization, grants.clone());
        self.unit
            .change(move |connection| {
                membership_changes::set_access(connection, organization, member, access, &grants, at)
            })
            .await
    }

    async fn access_grants(&mut self, member: MemberId) -> Result<WorkspaceGrants, StoreError> {
        let organization = self.organization;
        self.unit.read(move |connection| workspace_grants::list(connection, organization, member)).await
    }

    async fn remove_member(&mut self, member: MemberId, at: Timestamp) -> Result<(), StoreError> {
        let organization = self.organization;
        self.unit.change(move |connection| membership_changes::delete(connection, organization, member, at)).await
    }

    async fn note_departure(&mut self, email: &Email, at: Timestamp) -> Result<(), StoreError> {
        let (organization, email) = (self.organization, email.clone());
        self.unit.change(move |connection| departures::note(connection, organization, &email, at)).await
    }

    async fn has_departed(&mut self, email: &Email) -> Result<bool, StoreError> {
        let (organization, email) = (self.organization, email.clone());
        self.unit.read(move |connection| departures::has(connection, organization, &email)).await
    }

    async fn end_member_sessions(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        let organization = self.organization;
        self.unit.change(move |connection| sessions::delete_of_members(connection, organization, now)).await
    }

    async fn insert_invitation(&mut self, invitation: &Invitation) -> Result<(), StoreError> {
        self.own(invitation.organization_id)?;
        let invitation = invitation.clone();
        self.unit.change(move |connection| invitations::insert(connection, &invitation)).await
    }

    async fn invitation(&mut self, invitation: InvitationId) -> Result<Option<Invitation>, StoreError> {
        let organization = self.organization;
        self.unit.read(move |connection| invitations::find(connection, organization, invitation)).await
    }

    async fn pending_invitation(&mut self, email: &Email) -> Result<Option<Invitation>, StoreError> {
        let (organization, email) = (self.organization, email.clone());
        self.unit.read(move |connection| invitations::find_pending(connection, organization, &email)).await
    }

    async fn list_invitations(
        &mut self,
        filter: &InvitationFilter,
        page: &PageRequest<Uuid>,
    ) -> Result<Page<Invitation, Uuid>, StoreError> {
        let (organization, filter, page) = (self.organization, filter.clone(), page.clone());
        self.unit.read(move |connection| invitations::list(connection, organization, &filter, &page)).await
    }

    async fn update_invitation(&mut self, invitation: &Invitation) -> Result<Invitation, StoreError> {
        let (organization, invitation) = (self.organization, invitation.clone());
        self.unit.change(move |connection| invitations::update(connection, organization, &invitation)).await
    }

    async fn revoke_invitations(&mut self, to: &Email, by: UserId, at: Timestamp) -> Result<u64, StoreError> {
        let (organization, to) = (self.organization, to.clone());
        self.unit.change(move |connection| invitations::revoke(connection, organization, &to, by, at)).await
    }

    async fn revoke_invitations_of_role(&mut self, role: RoleId, at: Timestamp) -> Result<u64, StoreError> {
        let organization = self.organization;
        self.unit.change(move |connection| invitations::revoke_of_role(connection, organization, role, at)).await
    }

    async fn insert_domain(&mut self, claim: &DomainClaim) -> Result<(), StoreError> {
        self.own(claim.organization_id)?;
        let claim = claim.clone();
        self.unit.change(move |connection| organization_domains::insert(connection, &claim)).await
    }

    async fn domain(&mut self, claim: DomainClaimId) -> Result<Option<DomainClaim>, StoreError> {
        let organization = self.organization;
        self.unit.read(move |connection| organization_domains::find(connection, organization, claim)).await
    }

    async fn list_domains(&mut self, page: &PageRequest<Uuid>) -> Result<Page<DomainClaim, Uuid>, StoreError> {
        let (organization, page) = (self.organization, page.clone());
        self.unit.read(move |connection| organization_domains::list(connection, organization, &page)).await
    }

    async fn update_domain(&mut self, claim: &DomainClaim) -> Result<DomainClaim, StoreError> {
        let (organization, claim) = (self.organization, claim.clone());
        self.unit.change(move |connection| organization_domains::update(connection, organization, &claim)).await
    }

    async fn delete_domain(&mut self, claim: DomainClaimId) -> Result<(), StoreError> {
        let organization = self.organization;
        self.unit.change(move |connection| organization_domains::delete(connection, organization, claim)).await
    }

    async fn insert_join_request(&mut self, request: &JoinRequest) -> Result<(), StoreError> {
        self.own(request.organization_id)?;
        let request = request.clone();
        self.unit.change(move |connection| join_requests::insert(connection, &request)).await
    }

    async fn join_request(&mut self, request: JoinRequestId) -> Result<Option<JoinRequest>, StoreError> {
        let organization = self.organization;
        self.unit.read(move |connection| join_requests::find(connection, organization, request)).await
    }

    async fn join_request_of(&mut self, user: UserId) -> Result<Option<JoinRequest>, StoreError> {
        let organization = self.organization;
        self.unit.read(move |connection| join_requests::find_of_user(connection, organization, user)).await
    }

    async fn list_join_requests(&mut self, page: &PageRequest<Uuid>) -> Result<Page<JoinRequest, Uuid>, StoreError> {
        let (organization, page) = (self.organization, page.clone());
        self.unit.read(move |connection| join_requests::list(connection, organization, &page)).await
    }

    async fn update_join_request(&mut self, request: &JoinRequest) -> Result<(), StoreError> {
        let (organization, id, status) = (self.organization, request.id, request.status);
        self.unit.change(move |connection| join_requests::set_status(connection, organization, id, status)).await
    }

    async fn queue_mail(&mut self, mail: &QueuedMail) -> Result<(), StoreError> {
        if mail.organization_id != Some(self.organization) {
            return Err(StoreError::Corrupt("a mail of another organization than the unit of work's".to_owned()));
        }
        let mail = mail.clone();
        self.unit.change(move |connection| mail_queue::insert(connection, &mail)).await
    }

    async fn insert_role(&mut self, role: &CustomRole) -> Result<(), StoreError> {
        self.own(role.organization_id)?;
        let role = role.clone();
        self.unit.change(move |connection| roles::insert(connection, &role)).await
    }

    async fn role(&mut self, role: RoleId) -> Result<Option<CustomRole>, StoreError> {
        let organization = self.organization;
        self.unit.read(move |connection| roles::find(connection, organization, role)).await
    }

    async fn role_by_name(&mut self, name: &Name) -> Result<Option<CustomRole>, StoreError> {
        let (organization, name) = (self.organization, name.clone());
        self.unit.read(move |connection| roles::find_by_name(connection, organization, &name)).await
    }

    async fn list_roles(
        &mut self,
        page: &PageRequest<KeyPosition>,
    ) -> Result<Page<CustomRole, KeyPosition>, StoreError> {
        let (organization, page) = (self.organization, page.clone());
        self.unit.read(move |connection| roles::list(connection, organization, &page)).await
    }

    async fn count_roles(&mut self) -> Result<u64, StoreError> {
        let organization = self.organization;
        self.unit.read(move |connection| roles::count(connection, organization)).await
    }

    async fn update_role(&mut self, role: &CustomRole) -> Result<CustomRole, StoreError> {
        let (organization, role) = (self.organization, role.clone());
        self.unit.change(move |connection| roles::update(connection, organization, &role)).await
    }

    async fn reassign_role(&mut self, from: RoleId, to: MemberRole, at: Timestamp) -> Result<u64, StoreError> {
        let organization = self.organization;
        self.unit
            .change(move |connection| membership_changes::reassign_role(connection, organization, from, to, at))
            .await
    }

    async fn delete_role(&mut self, role: RoleId) -> Result<(), StoreError> {
        let organization = self.organization;
        self.unit.change(move |connection| roles::delete(connection, organization, role)).await
    }

    fn workspaces(&mut self) -> &mut dyn WorkspaceTx {
        self
    }

    fn credits(&mut self) -> &mut dyn CreditTx {
        self
    }

    async fn counts(&mut self) -> Result<Counts, StoreError> {
        let organization = self.organization;
        self.unit
            .read(move |connection| {
                let workspaces = workspace_counts::list(connection, organization)?;
                Ok(Counts { workspaces, quotas: quota_usage::list(connection, organization)? })
            })
            .await
    }

    async fn acquire_quota(&mut self, quota: &LimitName, amount: u64, limit: Limit) -> Result<u64, StoreError> {
        let (organization, quota) = (self.organization, quota.clone());
        self.unit.change(move |connection| quota_usage::acquire(connection, organization, &quota, amount, limit)).await
    }

    async fn release_quota(&mut self, quota: &LimitName, amount: u64) -> Result<u64, StoreError> {
        let (organization, quota) = (self.organization, quota.clone());
        self.unit.change(move |connection| quota_usage::release(connection, organization, &quota, amount)).await
    }

    async fn idempotent_answer(&mut self, request: &IdempotentRequest) -> Result<Option<IdempotentAnswer>, StoreError> {
        let (organization, request) = (self.organization, request.clone());
        self.unit.read(move |connection| idempotent_answers::find(connection, organization, &request)).await
    }

    async fn keep_idempotent_answer(
        &mut self,
        request: &IdempotentRequest,
        answer: &str,
        at: Timestamp,
        forget_before: Timestamp,
    ) -> Result<(), StoreError> {
        let (organization, request, answer) = (self.organization, request.clone(), answer.to_owned());
        self.unit
            .change(move |connection| {
                idempotent_answers::forget(connection, organization, forget_before)?;
                idempotent_answers::put(connection, organization, &request, &answer, at)
            })
            .await
    }

    async fn append_audit(&mut self, event: &AuditEvent) -> Result<AuditRecord, StoreError> {
        let organization = self.organization;
        let event = event.clone();
        self.unit.change(move |connection| audit_events::append(connection, organization, &event)).await
    }

    async fn list_audit(
        &mut self,
        filter: &AuditFilter,
        page: &PageRequest<u64>,
    ) -> Result<Page<AuditRecord, u64>, StoreError> {
        let (organization, filter, page) = (self.organization, filter.clone(), page.clone());
        self.unit.read(move |connection| audit_events::list(connection, organization, &filter, &page)).await
    }

    async fn audit_chain(&mut self, after: u64, limit: u16) -> Result<Vec<AuditRecord>, StoreError> {
        let organization = self.organization;
        self.unit.read(move |connection| audit_events::chain(connection, organization, after, limit)).await
    }

    async fn audit_head(&mut self) -> Result<Option<ChainHead>, StoreError> {
        let organization = self.organization;
        self.unit.read(move |connection| audit_events::head(connection, organization)).await
    }

    async fn into_user(self: Box<Self>, user: UserId) -> Result<Box<dyn UserTx>, StoreError> {
        Ok(Box::new(SqliteUserTx::new(user, self.unit)))
    }

    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        self.unit.commit().await
    }

    async fn carry_out_credits(self: Box<Self>, work: Arc<dyn CreditWork>) -> Result<(), StoreError> {
        let organization = self.organization;
        self.unit.commit_with(move |connection| credit_work::carry_out(connection, organization, &*work)).await
    }

    async fn rollback(self: Box<Self>) -> Result<(), StoreError> {
        self.unit.rollback()
    }
}
