//! Memberships, as users and decisions look at them.

use guildhall_domain::page::{KeyPosition, Page, PageRequest};
use guildhall_domain::policy::MemberFacts;
use guildhall_domain::{
    MemberId, MemberRole, Membership, OrganizationId, OrganizationMembership, PermissionSet, Timestamp, UserId,
    WorkspaceAccess,
};
use time::PrimitiveDateTime;
use uuid::Uuid;

use super::State;

/// Before every time.
pub(super) const BEGINNING: Timestamp = PrimitiveDateTime::MIN.assume_utc();

impl State {
    pub(super) fn membership_of(&self, id: OrganizationId, user: UserId) -> Option<&Membership> {
        let member = self.member_by_user.get(&(id, user))?;
        self.members.get(&(id, *member))
    }

    pub(super) fn members_of(&self, id: OrganizationId) -> impl Iterator<Item = &Membership> {
        let first = (id, MemberId::from(Uuid::nil()));
        self.members.range(first..=(id, MemberId::from(Uuid::max()))).map(|(_, membership)| membership)
    }

    /// A user's memberships in the order of joining.
    pub(super) fn memberships_of(&self, user: UserId) -> impl Iterator<Item = &Membership> {
        self.joined
            .range((user, BEGINNING, MemberId::from(Uuid::nil()))..)
            .take_while(move |((holder, ..), _)| *holder == user)
            .filter_map(|((_, _, member), organization)| self.members.get(&(*organization, *member)))
    }

    pub(super) fn facts(&self, membership: &Membership) -> MemberFacts {
        let permissions = match membership.role {
            MemberRole::Custom(role) => self
                .roles
                .get(&(membership.organization_id, role))
                .map_or(PermissionSet::EMPTY, |role| role.permissions),
            role => role.built_in_permissions(),
        };
        MemberFacts {
            member_id: membership.id,
            role: membership.role,
            permissions,
            access: WorkspaceAccess { all_read: membership.all_read, all_write: membership.all_write },
        }
    }

    pub(crate) fn active_organization(&self, user: UserId) -> Option<OrganizationId> {
        let chosen = self.accounts.get(&user)?.user.active_organization_id;
        chosen
            .filter(|chosen| self.member_by_user.contains_key(&(*chosen, user)))
            .or_else(|| self.memberships_of(user).next().map(|membership| membership.organization_id))
    }

    pub(crate) fn my_organization(&self, user: UserId, id: OrganizationId) -> Option<OrganizationMembership> {
        self.place(self.membership_of(id, user)?)
    }

    fn place(&self, membership: &Membership) -> Option<OrganizationMembership> {
        let custom_role_name = match membership.role {
            MemberRole::Custom(role) => self.role(membership.organization_id, role).map(|role| role.name),
            _ => None,
        };
        Some(OrganizationMembership {
            organization: self.organization(membership.organization_id)?,
            membership: membership.clone(),
            custom_role_name,
        })
    }

    /// Sorted on reading: a user has few organizations, and an organization
    /// that is renamed would have to move in the lists of all its members.
    pub(crate) fn list_my_organizations(
        &self,
        user: UserId,
        page: &PageRequest<KeyPosition>,
    ) -> Page<OrganizationMembership, KeyPosition> {
        let behind = page.after.as_ref().map(|after| (after.key.as_str(), OrganizationId::from(after.id)));
        let mut keys: Vec<(String, OrganizationId)> = self
            .memberships_of(user)
            .filter_map(|membership| self.tenants.get(&membership.organization_id))
            .map(|tenant| (tenant.organization.name.sort_key(), tenant.organization.id))
            .filter(|(key, id)| behind.is_none_or(|behind| (key.as_str(), *id) > behind))
            .collect();
        keys.sort_unstable();
        let found =
            keys.iter().filter_map(|(_, id)| self.my_organization(user, *id)).take(page.size.items() + 1).collect();
        Page::from_surplus(found, page.size, |place: &OrganizationMembership| KeyPosition {
            key: place.organization.name.sort_key(),
            id: place.organization.id.uuid(),
        })
    }
}
