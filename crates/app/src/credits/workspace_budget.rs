use guildhall_domain::audit::AuditAction;
use guildhall_domain::credits::{CreditPool, CreditQuota, QuotaSpending};
use guildhall_domain::{Permission, WorkspaceId};
use guildhall_ports::store::OrganizationRef;

use super::batch::Concerned;
use super::member_quota::require_sight_of_quotas;
use crate::access::Access;
use crate::transact::work;
use crate::workspace::{named_workspace, target};
use crate::{AppError, Caller, Guildhall, Missing};

/// How much may be spent for a workspace by all its members together, and what
/// they have spent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkspaceBudget {
    /// For which workspace.
    pub workspace_id: WorkspaceId,
    /// The budget, unlimited where nobody has said, and what counts against it.
    pub spending: QuotaSpending,
}

impl Guildhall {
    /// A workspace's budget and what was spent of it: for who may read the
    /// workspace, who reads the organization's credits, and who sets quotas (M-30).
    ///
    /// # Errors
    /// `workspace_not_found`, denials.
    pub async fn workspace_budget(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        workspace: WorkspaceId,
    ) -> Result<WorkspaceBudget, AppError> {
        self.read_settled(
            caller,
            organization,
            Permission::OrganizationRead,
            work!(|access| {
                match require_sight_of_quotas(access) {
                    Ok(()) => require_workspace(access, workspace).await?,
                    Err(_) => drop(named_workspace(access, workspace, Permission::WorkspaceRead).await?),
                }
                let workspaces = [(workspace, access.actor().user_id)];
                let concerned = Concerned { workspaces: &workspaces, ..Concerned::default() };
                let Some(settled) = self.settled(access, concerned).await? else { return Ok(None) };
                budget_of(&settled.pool, workspace).map(Some)
            }),
        )
        .await
    }

    /// Sets how much of the pool may be spent for a workspace in a month and in
    /// a day, by all its members together and beside their own quotas (M-25).
    /// It holds from the next request on; what is spent already counts.
    ///
    /// It takes no access to the workspace: the credits are the organization's.
    /// And it limits what is spent for the workspace: who spends without naming
    /// one, or for another, is limited by their quota and the pool.
    ///
    /// # Errors
    /// `workspace_not_found`, denials.
    pub async fn set_workspace_budget(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        workspace: WorkspaceId,
        budget: CreditQuota,
    ) -> Result<WorkspaceBudget, AppError> {
        self.change_in(
            caller,
            organization,
            Permission::QuotaManage,
            work!(|access| {
                require_workspace(access, workspace).await?;
                let now = access.now();
                access.tx().credits().set_budget(workspace, budget, now).await?;
                let (monthly, daily) = (budget.monthly.to_wire().to_string(), budget.daily.to_wire().to_string());
                let details = [("monthly_limit", monthly.as_str()), ("daily_limit", daily.as_str())];
                access.audit(AuditAction::SetWorkspaceBudget, target(workspace), &details).await?;
                let workspaces = [(workspace, access.actor().user_id)];
                let concerned = Concerned { workspaces: &workspaces, ..Concerned::default() };
                budget_of(&self.settle_in(access, concerned).await?, workspace)
            }),
        )
        .await
    }
}

async fn require_workspace(access: &mut Access, id: WorkspaceId) -> Result<(), AppError> {
    let found = access.tx().workspaces().find(id, None).await?;
    found.map(drop).ok_or(Missing::Workspace.with(id.uuid()))
}

fn budget_of(pool: &CreditPool, workspace_id: WorkspaceId) -> Result<WorkspaceBudget, AppError> {
    let gone = || AppError::Internal("a workspace that was just read is gone".to_owned());
    let spending = pool.workspace(workspace_id).cloned().ok_or_else(gone)?;
    Ok(WorkspaceBudget { workspace_id, spending })
}
