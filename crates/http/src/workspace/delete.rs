use actix_web::web::Data;
use actix_web::{HttpResponse, delete};
use guildhall_app::{OrganizationRef, Precondition};
use guildhall_domain::WorkspaceId;

use super::bound_kind::BoundKind;
use crate::answer;
use crate::credential::Authenticated;
use crate::path::{OrganizationParam, OrganizationPath, WorkspaceParam, WorkspacePath};
use crate::precondition::{IfMatch, IfMatchParam};
use crate::problem::Problem;
use crate::responses::{Authenticating, Conditional, Conflicting, Fallible, Scoped};
use crate::state::HttpState;

/// Delete a workspace with everything in it.
#[utoipa::path(
    tag = "Workspaces",
    params(OrganizationParam, WorkspaceParam, IfMatchParam),
    responses((status = 204, description = "Deleted."), Conditional, Authenticating, Scoped, Conflicting, Fallible)
)]
#[delete("/organizations/{org}/workspaces/{workspace}")]
pub(super) async fn delete_workspace(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    workspace: WorkspacePath,
    precondition: IfMatch,
) -> Result<HttpResponse, Problem> {
    delete(&state, &caller, (organization.0, workspace.0), &precondition.0, &BoundKind::none()).await
}

pub(super) async fn delete(
    state: &HttpState,
    caller: &Authenticated,
    (organization, id): (OrganizationRef, WorkspaceId),
    precondition: &Precondition,
    bound: &BoundKind,
) -> Result<HttpResponse, Problem> {
    state.guildhall().delete_workspace(caller, organization, bound.workspace(id), precondition).await?;
    Ok(answer::done())
}
