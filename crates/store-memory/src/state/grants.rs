//! Access to single workspaces, given to single members (C-109).

use guildhall_domain::{
    AccessLevel, MemberId, OrganizationId, Timestamp, WorkspaceAccess, WorkspaceGrant, WorkspaceGrants, WorkspaceId,
};
use guildhall_ports::store::{Constraint, StoreError};
use imbl::{OrdMap, OrdSet};
use uuid::Uuid;

use super::State;

/// The grants of all organizations.
#[derive(Debug, Clone, Default)]
pub(super) struct Grants {
    by_member: OrdMap<(OrganizationId, MemberId, WorkspaceId), AccessLevel>,
    by_workspace: OrdSet<(OrganizationId, WorkspaceId, MemberId)>,
}

impl Grants {
    pub(super) fn get(&self, id: OrganizationId, member: MemberId, workspace: WorkspaceId) -> Option<AccessLevel> {
        self.by_member.get(&(id, member, workspace)).copied()
    }

    pub(super) fn of_member(&self, id: OrganizationId, member: MemberId) -> impl Iterator<Item = WorkspaceGrant> {
        let place = |workspace| (id, member, WorkspaceId::from(workspace));
        let found = self.by_member.range(place(Uuid::nil())..=place(Uuid::max()));
        found.map(|((.., workspace), access)| WorkspaceGrant { workspace_id: *workspace, access: *access })
    }

    fn take(&mut self, id: OrganizationId, member: MemberId, workspace: WorkspaceId) {
        self.by_member.remove(&(id, member, workspace));
        self.by_workspace.remove(&(id, workspace, member));
    }

    pub(super) fn drop_member(&mut self, id: OrganizationId, member: MemberId) {
        let gone: Vec<WorkspaceGrant> = self.of_member(id, member).collect();
        for grant in gone {
            self.take(id, member, grant.workspace_id);
        }
    }

    pub(super) fn drop_workspace(&mut self, id: OrganizationId, workspace: WorkspaceId) {
        let place = |member| (id, workspace, MemberId::from(member));
        let found = self.by_workspace.range(place(Uuid::nil())..=place(Uuid::max()));
        let gone: Vec<MemberId> = found.map(|(.., member)| *member).collect();
        for member in gone {
            self.take(id, member, workspace);
        }
    }
}

impl State {
    pub(crate) fn set_access(
        &mut self,
        id: OrganizationId,
        member: MemberId,
        access: WorkspaceAccess,
        grants: &WorkspaceGrants,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.change_membership(id, member, at, |membership| {
            membership.all_read = access.all_read;
            membership.all_write = access.all_write;
        })?;
        if grants.as_slice().iter().any(|grant| self.workspaces.get(id, grant.workspace_id).is_none()) {
            return Err(StoreError::Conflict(Constraint::UnknownWorkspace));
        }
        self.grants.drop_member(id, member);
        for grant in grants.as_slice() {
            self.grants.by_member.insert((id, member, grant.workspace_id), grant.access);
            self.grants.by_workspace.insert((id, grant.workspace_id, member));
        }
        Ok(())
    }

    pub(crate) fn access_grants(&self, id: OrganizationId, member: MemberId) -> WorkspaceGrants {
        WorkspaceGrants::from_stored(self.grants.of_member(id, member))
    }
}
