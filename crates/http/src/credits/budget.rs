use actix_web::web::Data;
use actix_web::{HttpResponse, get, put};

use super::budget_schema::WorkspaceBudgetUsageBody;
use super::quota_schema::CreditQuotaBody;
use crate::answer;
use crate::body::Body;
use crate::credential::Authenticated;
use crate::path::{OrganizationParam, OrganizationPath, WorkspaceParam, WorkspacePath};
use crate::problem::Problem;
use crate::responses::{Authenticating, Fallible, Reading, Scoped};
use crate::state::HttpState;

/// How much may be spent for a workspace, and how much was spent?
///
/// For who may read the workspace, who reads the organization's credits (`credits.read`) and who sets quotas
/// (`quota.manage`).
#[utoipa::path(
    tag = "Credits",
    params(OrganizationParam, WorkspaceParam),
    responses(
        (status = 200, description = "Its budget and spending.", body = WorkspaceBudgetUsageBody),
        Authenticating, Scoped, Fallible
    )
)]
#[get("/organizations/{org}/workspaces/{workspace}/budget")]
pub(super) async fn read_workspace_budget(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    workspace: WorkspacePath,
) -> Result<HttpResponse, Problem> {
    let budget = state.guildhall().workspace_budget(&caller, organization.0, workspace.0).await?;
    Ok(answer::ok(WorkspaceBudgetUsageBody::from(budget)))
}

/// Set how much may be spent for a workspace.
///
/// All its members share it, each within a quota of their own. It holds from
/// the next request on; what is spent already counts. It limits what is spent
/// for this workspace: who spends without naming one, or for another, is
/// limited by their quota and the pool.
#[utoipa::path(
    tag = "Credits",
    params(OrganizationParam, WorkspaceParam),
    request_body = CreditQuotaBody,
    responses(
        (status = 200, description = "Its budget and spending.", body = WorkspaceBudgetUsageBody),
        Reading, Authenticating, Scoped, Fallible
    )
)]
#[put("/organizations/{org}/workspaces/{workspace}/budget")]
pub(super) async fn set_workspace_budget(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    workspace: WorkspacePath,
    body: Body<CreditQuotaBody>,
) -> Result<HttpResponse, Problem> {
    let budget = body.0.try_into()?;
    let budget = state.guildhall().set_workspace_budget(&caller, organization.0, workspace.0, budget).await?;
    Ok(answer::ok(WorkspaceBudgetUsageBody::from(budget)))
}
