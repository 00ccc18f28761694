//! An organization's members, as the organization changes and lists them.

use std::ops::Bound;

use guildhall_domain::page::{KeyPosition, Page, PageRequest};
use guildhall_domain::{Limit, MemberId, MemberProfile, MemberRole, Membership, OrganizationId, Timestamp, UserId};
use guildhall_ports::store::{Constraint, MemberFilter, StoreError};
use uuid::Uuid;

use super::{State, search};

impl State {
    pub(crate) fn add_member(
        &mut self,
        id: OrganizationId,
        membership: &Membership,
        limit: Limit,
    ) -> Result<(), StoreError> {
        if membership.organization_id != id {
            return Err(StoreError::Corrupt("the membership is another organization's".to_owned()));
        }
        let email = match self.accounts.get(&membership.user_id) {
            Some(account) => account.user.email.as_str().to_owned(),
            None => return Err(StoreError::Conflict(Constraint::UnknownUser)),
        };
        if self.member_by_user.contains_key(&(id, membership.user_id)) {
            return Err(StoreError::Conflict(Constraint::MembershipExists));
        }
        self.check_role(id, membership.role)?;
        self.count(id, 1, i64::from(membership.role.is_owner()), membership.created_at)?;
        if self.tenants.get(&id).is_some_and(|tenant| !limit.allows(tenant.organization.users_count)) {
            return Err(StoreError::Conflict(Constraint::LimitReached));
        }
        if let MemberRole::Custom(role) = membership.role {
            self.role_holders.insert((id, role, membership.id));
        }
        self.members.insert((id, membership.id), membership.clone());
        self.member_by_user.insert((id, membership.user_id), membership.id);
        self.joined.insert((membership.user_id, membership.created_at, membership.id), id);
        self.departures.forget(id, &email);
        self.member_by_email.insert((id, email, membership.id), membership.user_id);
        self.join_requests.drop_of(id, membership.user_id);
        Ok(())
    }

    pub(crate) fn member(&self, id: OrganizationId, member_or_user: Uuid) -> Option<MemberProfile> {
        let by_id = self.members.get(&(id, MemberId::from(member_or_user)));
        let membership = by_id.or_else(|| self.membership_of(id, UserId::from(member_or_user)))?;
        self.profile(membership)
    }

    fn profile(&self, membership: &Membership) -> Option<MemberProfile> {
        let user = &self.accounts.get(&membership.user_id)?.user;
        let custom_role = match membership.role {
            MemberRole::Custom(role) => self.role(membership.organization_id, role),
            _ => None,
        };
        Some(MemberProfile {
            membership: membership.clone(),
            custom_role,
            email: user.email.clone(),
            name: user.name.clone(),
            preferred_name: user.preferred_name.clone(),
            user_version: user.version,
        })
    }

    pub(crate) fn list_members(
        &self,
        id: OrganizationId,
        filter: &MemberFilter,
        page: &PageRequest<KeyPosition>,
    ) -> Page<MemberProfile, KeyPosition> {
        let found = self
            .members_by_email(id, page)
            .filter(|membership| filter.role.is_none_or(|role| membership.role == role))
            .filter_map(|membership| self.profile(membership))
            .filter(|profile| {
                search::matches(filter.search.as_deref(), [profile.email.as_str(), profile.name.as_str()])
            })
            .take(page.size.items() + 1)
            .collect();
        Page::from_surplus(found, page.size, |profile: &MemberProfile| KeyPosition {
            key: profile.email.as_str().to_owned(),
            id: profile.membership.id.uuid(),
        })
    }

    /// Members from behind a page's position on, in the order of e-mail, then membership id.
    pub(super) fn members_by_email(
        &self,
        id: OrganizationId,
        page: &PageRequest<KeyPosition>,
    ) -> impl Iterator<Item = &Membership> {
        let first = match &page.after {
            Some(after) => Bound::Excluded((id, after.key.clone(), MemberId::from(after.id))),
            None => Bound::Included((id, String::new(), MemberId::NIL)),
        };
        self.member_by_email
            .range((first, Bound::Unbounded))
            .take_while(move |((organization, ..), _)| *organization == id)
            .filter_map(move |((_, _, member), _)| self.members.get(&(id, *member)))
    }

    pub(crate) fn change_role(
        &mut self,
        id: OrganizationId,
        member: MemberId,
        role: MemberRole,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let before = self.members.get(&(id, member)).ok_or(StoreError::NotFound)?.role;
        self.check_role(id, role)?;
        self.count(id, 0, i64::from(role.is_owner()) - i64::from(before.is_owner()), at)?;
        if let MemberRole::Custom(role) = before {
            self.role_holders.remove(&(id, role, member));
        }
        if let MemberRole::Custom(role) = role {
            self.role_holders.insert((id, role, member));
        }
        self.change_membership(id, member, at, |membership| membership.role = role)
    }

    pub(super) fn change_membership(
        &mut self,
        id: OrganizationId,
        member: MemberId,
        at: Timestamp,
        change: impl FnOnce(&mut Membership),
    ) -> Result<(), StoreError> {
        let membership = self.members.get_mut(&(id, member)).ok_or(StoreError::NotFound)?;
        change(membership);
        membership.updated_at = at;
        membership.version = membership.version.next();
        Ok(())
    }

    pub(crate) fn remove_member(
        &mut self,
        id: OrganizationId,
        member: MemberId,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let role = self.members.get(&(id, member)).ok_or(StoreError::NotFound)?.role;
        self.count(id, -1, -i64::from(role.is_owner()), at)?;
        self.drop_membership(id, member);
        Ok(())
    }

    pub(super) fn drop_membership(&mut self, id: OrganizationId, member: MemberId) {
        let Some(gone) = self.members.remove(&(id, member)) else {
            return;
        };
        self.member_by_user.remove(&(id, gone.user_id));
        self.joined.remove(&(gone.user_id, gone.created_at, member));
        if let Some(account) = self.accounts.get(&gone.user_id) {
            let email = account.user.email.as_str().to_owned();
            self.workspace_members.drop_member(id, member, &email);
            self.member_by_email.remove(&(id, email, member));
        }
        self.grants.drop_member(id, member);
        if let Some(ledger) = self.credits.get_mut(&id) {
            ledger.quotas.remove(&member);
        }
        if let MemberRole::Custom(role) = gone.role {
            self.role_holders.remove(&(id, role, member));
        }
    }

    pub(crate) fn touch_member(&mut self, id: OrganizationId, user: UserId, at: Timestamp) {
        if let Some(member) = self.member_by_user.get(&(id, user))
            && let Some(membership) = self.members.get_mut(&(id, *member))
        {
            membership.last_active_at = Some(at);
        }
    }
}
