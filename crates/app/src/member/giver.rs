use guildhall_domain::policy::{Actor, Facts, WorkspacePower, power};
use guildhall_domain::{Permission, WorkspaceAccess, WorkspaceGrants};
use guildhall_ports::store::OrgTx;

use crate::AppError;
use crate::access::Access;

/// Somebody who gives access, or takes it away: nobody does what they lack.
pub(crate) struct Giver {
    pub(crate) actor: Actor,
    pub(crate) facts: Facts,
}

impl Giver {
    /// The caller.
    pub(crate) fn of(access: &Access) -> Self {
        Self { actor: access.actor(), facts: access.facts() }
    }

    /// What they may read and write everywhere: by role, or as their own flags say.
    pub(crate) fn everywhere(&self) -> WorkspaceAccess {
        if self.actor.superadmin {
            return WorkspaceAccess::ALL;
        }
        let Some(member) = self.facts.member else { return WorkspaceAccess::NONE };
        let holds = |permission| member.permissions.contains(permission);
        let all_write = holds(Permission::WorkspaceWrite) || holds(Permission::WorkspaceManage);
        let all_read = holds(Permission::WorkspaceRead);
        member.access.union(WorkspaceAccess { all_read, all_write })
    }

    /// Whether they have all of this themself. A grant for a workspace that is
    /// gone, or that is somebody's own, gives nothing.
    pub(crate) async fn covers(
        &self,
        tx: &mut dyn OrgTx,
        flags: WorkspaceAccess,
        grants: &WorkspaceGrants,
    ) -> Result<bool, AppError> {
        if !flags.is_within(self.everywhere()) {
            return Ok(false);
        }
        if grants.is_empty() {
            return Ok(true);
        }
        let member = self.facts.member.map(|member| member.member_id);
        let found = tx.workspaces().find_many(&grants.workspaces(), member).await?;
        let covered = found.iter().filter(|tied| !tied.workspace.is_personal()).all(|tied| {
            let asked = grants.as_slice().iter().find(|grant| grant.workspace_id == tied.workspace.id);
            let own = power(&self.actor, &self.facts, &(&tied.workspace).into(), tied.ties);
            asked.map(|grant| WorkspacePower::from(grant.access)) <= own
        });
        Ok(covered)
    }
}
