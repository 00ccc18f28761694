use async_trait::async_trait;
use guildhall_domain::audit::{AuditEvent, AuditFilter, AuditRecord, ChainHead};
use guildhall_domain::page::{KeyPosition, Page, PageRequest};
use guildhall_domain::policy::MemberFacts;
use guildhall_domain::{
    CustomRole, Email, MemberId, MemberProfile, MemberRole, Membership, Name, Organization, RoleId, Timestamp, UserId,
};
use uuid::Uuid;

use super::{StoreError, UserTx};

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
    /// Whether it may not be used.
    pub disabled: bool,
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

    /// Writes name, slug, description, domain, status, plan and `updated_at`,
    /// raises the version, and gives the row as it is now. Conflict:
    /// [`OrganizationSlug`](super::Constraint::OrganizationSlug).
    async fn update_organization(&mut self, organization: &Organization) -> Result<Organization, StoreError>;

    /// Deletes the organization with members, roles and audit log.
    async fn delete_organization(&mut self) -> Result<(), StoreError>;

    /// Finds an account to add.
    async fn find_account(&mut self, account: &AccountRef) -> Result<Option<AccountSummary>, StoreError>;

    /// Adds a member and counts them. Conflicts:
    /// [`LastOwner`](super::Constraint::LastOwner) where the first member is no owner,
    /// [`MembershipExists`](super::Constraint::MembershipExists),
    /// [`UnknownUser`](super::Constraint::UnknownUser),
    /// [`UnknownRole`](super::Constraint::UnknownRole).
    async fn add_member(&mut self, membership: &Membership) -> Result<(), StoreError>;

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

    /// Sets a member's access flags.
    async fn set_access(
        &mut self,
        member: MemberId,
        all_read: bool,
        all_write: bool,
        at: Timestamp,
    ) -> Result<(), StoreError>;

    /// Removes a member and keeps the counts. Conflict:
    /// [`LastOwner`](super::Constraint::LastOwner), even for the only member.
    async fn remove_member(&mut self, member: MemberId, at: Timestamp) -> Result<(), StoreError>;

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

    /// Gives all changes up.
    async fn rollback(self: Box<Self>) -> Result<(), StoreError>;
}
