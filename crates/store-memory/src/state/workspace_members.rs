//! Who is in which workspace (M-52).

use std::ops::Bound;

use guildhall_domain::page::{KeyPosition, Page, PageRequest};
use guildhall_domain::{MemberId, OrganizationId, Timestamp, UserId, WorkspaceId, WorkspaceMember, WorkspaceRole};
use guildhall_ports::store::{Constraint, StoreError};
use imbl::{OrdMap, OrdSet};
use uuid::Uuid;

use super::{State, pages};

type InWorkspace = (OrganizationId, WorkspaceId, MemberId);

/// The members in the workspaces of all organizations.
#[derive(Debug, Clone, Default)]
pub(super) struct WorkspaceMembers {
    all: OrdMap<InWorkspace, (WorkspaceRole, Timestamp)>,
    by_member: OrdSet<(OrganizationId, MemberId, WorkspaceId)>,
    /// The order of the list.
    by_email: OrdSet<(OrganizationId, WorkspaceId, String, MemberId)>,
}

impl WorkspaceMembers {
    pub(super) fn role(&self, id: OrganizationId, workspace: WorkspaceId, member: MemberId) -> Option<WorkspaceRole> {
        self.all.get(&(id, workspace, member)).map(|(role, _)| *role)
    }

    /// The workspaces that a member is in.
    pub(super) fn of_member(&self, id: OrganizationId, member: MemberId) -> impl Iterator<Item = WorkspaceId> {
        let place = |workspace| (id, member, WorkspaceId::from(workspace));
        self.by_member.range(place(Uuid::nil())..=place(Uuid::max())).map(|(.., workspace)| *workspace)
    }

    fn owners(&self, id: OrganizationId, workspace: WorkspaceId) -> Vec<MemberId> {
        let place = |member| (id, workspace, MemberId::from(member));
        let found = self.all.range(place(Uuid::nil())..=place(Uuid::max()));
        found.filter(|(_, (role, _))| *role == WorkspaceRole::Owner).map(|((.., member), _)| *member).collect()
    }

    fn set_role(&mut self, place: &InWorkspace, role: WorkspaceRole) {
        if let Some(there) = self.all.get_mut(place) {
            there.0 = role;
        }
    }

    fn take(&mut self, (id, workspace, member): InWorkspace, email: &str) {
        self.all.remove(&(id, workspace, member));
        self.by_member.remove(&(id, member, workspace));
        self.by_email.remove(&(id, workspace, email.to_owned(), member));
    }

    fn in_order(&self, id: OrganizationId, workspace: WorkspaceId) -> impl Iterator<Item = (&String, &MemberId)> {
        let first = (id, workspace, String::new(), MemberId::from(Uuid::nil()));
        self.in_order_from(id, workspace, Bound::Included(first))
    }

    fn in_order_from(
        &self,
        id: OrganizationId,
        workspace: WorkspaceId,
        first: Bound<(OrganizationId, WorkspaceId, String, MemberId)>,
    ) -> impl Iterator<Item = (&String, &MemberId)> {
        self.by_email
            .range((first, Bound::Unbounded))
            .take_while(move |(organization, of, ..)| (*organization, *of) == (id, workspace))
            .map(|(_, _, email, member)| (email, member))
    }

    pub(super) fn drop_workspace(&mut self, id: OrganizationId, workspace: WorkspaceId) {
        let gone: Vec<_> = self.in_order(id, workspace).map(|(email, member)| (email.clone(), *member)).collect();
        for (email, member) in gone {
            self.take((id, workspace, member), &email);
        }
    }

    /// Takes somebody who leaves the organization out of all its workspaces, as last owner too.
    pub(super) fn drop_member(&mut self, id: OrganizationId, member: MemberId, email: &str) {
        let gone: Vec<WorkspaceId> = self.of_member(id, member).collect();
        for workspace in gone {
            self.take((id, workspace, member), email);
        }
    }
}

impl State {
    pub(crate) fn add_workspace_member(
        &mut self,
        id: OrganizationId,
        workspace: WorkspaceId,
        member: MemberId,
        role: WorkspaceRole,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        if self.workspaces.get(id, workspace).is_none() {
            return Err(StoreError::Conflict(Constraint::UnknownWorkspace));
        }
        let unknown = StoreError::Conflict(Constraint::UnknownMember);
        let user = self.members.get(&(id, member)).ok_or(unknown)?.user_id;
        let email = self.accounts.get(&user).ok_or(StoreError::NotFound)?.user.email.as_str().to_owned();
        if self.workspace_members.role(id, workspace, member).is_some() {
            return Err(StoreError::Conflict(Constraint::WorkspaceMemberExists));
        }
        self.workspace_members.all.insert((id, workspace, member), (role, at));
        self.workspace_members.by_member.insert((id, member, workspace));
        self.workspace_members.by_email.insert((id, workspace, email, member));
        Ok(())
    }

    pub(crate) fn workspace_member(
        &self,
        id: OrganizationId,
        workspace: WorkspaceId,
        member_or_user: Uuid,
    ) -> Option<WorkspaceMember> {
        let by_id = self.workspace_member_by_id(id, workspace, MemberId::from(member_or_user));
        by_id.or_else(|| {
            let membership = self.membership_of(id, UserId::from(member_or_user))?;
            self.workspace_member_by_id(id, workspace, membership.id)
        })
    }

    fn workspace_member_by_id(
        &self,
        id: OrganizationId,
        workspace: WorkspaceId,
        member: MemberId,
    ) -> Option<WorkspaceMember> {
        let (role, created_at) = *self.workspace_members.all.get(&(id, workspace, member))?;
        let user = &self.accounts.get(&self.members.get(&(id, member))?.user_id)?.user;
        Some(WorkspaceMember {
            workspace_id: workspace,
            member_id: member,
            user_id: user.id,
            email: user.email.clone(),
            name: user.name.clone(),
            role,
            created_at,
        })
    }

    pub(crate) fn list_workspace_members(
        &self,
        id: OrganizationId,
        workspace: WorkspaceId,
        page: &PageRequest<KeyPosition>,
    ) -> Page<WorkspaceMember, KeyPosition> {
        let first = match &page.after {
            Some(after) => Bound::Excluded((id, workspace, after.key.clone(), MemberId::from(after.id))),
            None => Bound::Included((id, workspace, String::new(), MemberId::from(Uuid::nil()))),
        };
        let found = self.workspace_members.in_order_from(id, workspace, first);
        let found = found.filter_map(|(_, member)| self.workspace_member_by_id(id, workspace, *member));
        pages::page(found, page, |member| KeyPosition {
            key: member.email.as_str().to_owned(),
            id: member.member_id.uuid(),
        })
    }

    pub(crate) fn change_workspace_role(
        &mut self,
        id: OrganizationId,
        workspace: WorkspaceId,
        member: MemberId,
        role: WorkspaceRole,
    ) -> Result<(), StoreError> {
        let before = self.workspace_members.role(id, workspace, member).ok_or(StoreError::NotFound)?;
        if role != before {
            self.check_owner_stays(id, workspace, member)?;
        }
        self.workspace_members.set_role(&(id, workspace, member), role);
        Ok(())
    }

    pub(crate) fn transfer_workspace(
        &mut self,
        id: OrganizationId,
        workspace: WorkspaceId,
        to: MemberId,
    ) -> Result<(), StoreError> {
        self.workspace_members.role(id, workspace, to).ok_or(StoreError::NotFound)?;
        for owner in self.workspace_members.owners(id, workspace) {
            self.workspace_members.set_role(&(id, workspace, owner), WorkspaceRole::Member);
        }
        self.workspace_members.set_role(&(id, workspace, to), WorkspaceRole::Owner);
        Ok(())
    }

    pub(crate) fn remove_workspace_member(
        &mut self,
        id: OrganizationId,
        workspace: WorkspaceId,
        member: MemberId,
    ) -> Result<(), StoreError> {
        let gone = self.workspace_member_by_id(id, workspace, member).ok_or(StoreError::NotFound)?;
        self.check_owner_stays(id, workspace, member)?;
        self.workspace_members.take((id, workspace, member), gone.email.as_str());
        Ok(())
    }

    /// Refuses that the last owner of a workspace is one no more.
    fn check_owner_stays(
        &self,
        id: OrganizationId,
        workspace: WorkspaceId,
        member: MemberId,
    ) -> Result<(), StoreError> {
        if self.workspace_members.owners(id, workspace) == [member] {
            return Err(StoreError::Conflict(Constraint::LastWorkspaceOwner));
        }
        Ok(())
    }
}
