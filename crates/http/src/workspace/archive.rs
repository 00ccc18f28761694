use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use guildhall_app::EntityTag;

use super::schema::WorkspaceBody;
use crate::answer;
use crate::credential::Authenticated;
use crate::path::{OrganizationParam, OrganizationPath, WorkspaceParam, WorkspacePath};
use crate::precondition::{IfMatch, IfMatchParam};
use crate::problem::Problem;
use crate::responses::{Authenticating, Conditional, Conflicting, Fallible, Scoped};
use crate::state::HttpState;

/// Put a workspace away.
///
/// It can be read and not written, and still counts.
#[utoipa::path(
    tag = "Workspaces",
    params(OrganizationParam, WorkspaceParam, IfMatchParam),
    responses(
        (status = 200, description = "As it is now.", body = WorkspaceBody, headers(("ETag" = String, description = "Its state."))),
        Conditional, Authenticating, Scoped, Conflicting, Fallible
    )
)]
#[post("/organizations/{org}/workspaces/{workspace}/archive")]
pub(super) async fn archive_workspace(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    workspace: WorkspacePath,
    precondition: IfMatch,
) -> Result<HttpResponse, Problem> {
    set_archived(&state, &caller, organization, workspace, precondition, true).await
}

/// Take a workspace back into use.
#[utoipa::path(
    tag = "Workspaces",
    params(OrganizationParam, WorkspaceParam, IfMatchParam),
    responses(
        (status = 200, description = "As it is now.", body = WorkspaceBody, headers(("ETag" = String, description = "Its state."))),
        Conditional, Authenticating, Scoped, Conflicting, Fallible
    )
)]
#[post("/organizations/{org}/workspaces/{workspace}/restore")]
pub(super) async fn restore_workspace(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    workspace: WorkspacePath,
    precondition: IfMatch,
) -> Result<HttpResponse, Problem> {
    set_archived(&state, &caller, organization, workspace, precondition, false).await
}

async fn set_archived(
    state: &HttpState,
    caller: &Authenticated,
    organization: OrganizationPath,
    workspace: WorkspacePath,
    precondition: IfMatch,
    archived: bool,
) -> Result<HttpResponse, Problem> {
    let guildhall = state.guildhall();
    let seen = guildhall.set_workspace_archived(caller, organization.0, workspace.0, archived, &precondition.0).await?;
    Ok(answer::changed(&EntityTag::from(&seen), WorkspaceBody::from(seen)))
}
