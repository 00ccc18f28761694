use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use guildhall_app::{EntityTag, OrganizationRef};
use guildhall_domain::WorkspaceId;

use super::bound_kind::BoundKind;
use super::schema::WorkspaceBody;
use crate::answer;
use crate::credential::Authenticated;
use crate::path::{OrganizationParam, OrganizationPath, WorkspaceParam, WorkspacePath};
use crate::precondition::IfNoneMatchParam;
use crate::problem::Problem;
use crate::responses::{Authenticating, Fallible, Scoped};
use crate::state::HttpState;

/// Read a workspace.
#[utoipa::path(
    tag = "Workspaces",
    params(OrganizationParam, WorkspaceParam, IfNoneMatchParam),
    responses(
        (status = 200, description = "The workspace.", body = WorkspaceBody, headers(("ETag" = String, description = "Its state."))),
        (status = 304, description = "The client has it already.", headers(("ETag" = String, description = "Its state."))),
        Authenticating, Scoped, Fallible
    )
)]
#[get("/organizations/{org}/workspaces/{workspace}")]
pub(super) async fn read_workspace(
    state: Data<HttpState>,
    request: HttpRequest,
    caller: Authenticated,
    organization: OrganizationPath,
    workspace: WorkspacePath,
) -> Result<HttpResponse, Problem> {
    read(&state, &request, &caller, (organization.0, workspace.0), &BoundKind::none()).await
}

pub(super) async fn read(
    state: &HttpState,
    request: &HttpRequest,
    caller: &Authenticated,
    (organization, id): (OrganizationRef, WorkspaceId),
    bound: &BoundKind,
) -> Result<HttpResponse, Problem> {
    let seen = state.guildhall().workspace(caller, organization, bound.workspace(id)).await?;
    Ok(answer::resource(request, &EntityTag::from(&seen), WorkspaceBody::from(seen)))
}
