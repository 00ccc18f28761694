use async_trait::async_trait;
use guildhall_domain::audit::{AuditEvent, AuditFilter, AuditRecord, ChainHead};
use guildhall_domain::page::{KeyPosition, Page, PageRequest};
use guildhall_domain::{
    CustomRole, MemberId, MemberProfile, MemberRole, Membership, Name, Organization, OrganizationId, RoleId, Timestamp,
    UserId,
};
use guildhall_ports::store::{AccountRef, AccountSummary, MemberFilter, Opened, OrgTx, StoreError, UserTx};
use uuid::Uuid;

use crate::tables::{audit_events, member_profiles, memberships, organizations, roles, users};
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

    /// The transaction, with the organization taken where it writes.
    async fn taken(&mut self) -> Result<&mut Unit, StoreError> {
        self.unit.take_organization(self.organization).await?;
        Ok(&mut self.unit)
    }
}

#[async_trait]
impl OrgTx for PostgresOrgTx {
    async fn open(&mut self, caller: UserId) -> Result<Option<Opened>, StoreError> {
        organizations::open(&mut self.unit, self.organization, caller.uuid()).await
    }

    async fn organization(&mut self) -> Result<Option<Organization>, StoreError> {
        let organization = self.organization;
        organizations::find(self.taken().await?, organization).await
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

    async fn add_member(&mut self, membership: &Membership) -> Result<(), StoreError> {
        let organization = self.organization;
        memberships::add(self.taken().await?, organization, membership).await
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
        all_read: bool,
        all_write: bool,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let organization = self.organization;
        memberships::set_access(self.taken().await?, organization, member.uuid(), (all_read, all_write), at).await
    }

    async fn remove_member(&mut self, member: MemberId, at: Timestamp) -> Result<(), StoreError> {
        let organization = self.organization;
        memberships::remove(self.taken().await?, organization, member.uuid(), at).await
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

    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        self.unit.commit().await
    }

    async fn rollback(self: Box<Self>) -> Result<(), StoreError> {
        self.unit.rollback().await
    }
}
