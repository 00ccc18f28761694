use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use guildhall_app::EntityTag;
use guildhall_domain::WorkspaceGroupId;

use super::schema::WorkspaceGroupBody;
use crate::answer;
use crate::credential::Authenticated;
use crate::page::{PageBody, PageQuery};
use crate::path::{OrganizationParam, OrganizationPath, SubjectPath, WorkspaceGroupParam};
use crate::precondition::IfNoneMatchParam;
use crate::problem::Problem;
use crate::query::Query;
use crate::responses::{Authenticating, Fallible, Filtering, Scoped};
use crate::state::HttpState;

/// List the groups of workspaces, in the order of their names.
#[utoipa::path(
    tag = "Workspaces",
    params(OrganizationParam, PageQuery),
    responses(
        (status = 200, description = "A page of groups.", body = PageBody<WorkspaceGroupBody>),
        Filtering, Authenticating, Scoped, Fallible
    )
)]
#[get("/organizations/{org}/workspace-groups")]
pub(super) async fn list_workspace_groups(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let request = query.0.into_request()?;
    let groups = state.guildhall().list_workspace_groups(&caller, organization.0, &request).await?;
    Ok(answer::ok(PageBody::of(groups, WorkspaceGroupBody::from)))
}

/// Read a group of workspaces.
#[utoipa::path(
    tag = "Workspaces",
    params(OrganizationParam, WorkspaceGroupParam, IfNoneMatchParam),
    responses(
        (status = 200, description = "The group.", body = WorkspaceGroupBody, headers(("ETag" = String, description = "Its state."))),
        (status = 304, description = "The client has it already.", headers(("ETag" = String, description = "Its state."))),
        Authenticating, Scoped, Fallible
    )
)]
#[get("/organizations/{org}/workspace-groups/{group}")]
pub(super) async fn read_workspace_group(
    state: Data<HttpState>,
    request: HttpRequest,
    caller: Authenticated,
    organization: OrganizationPath,
    group: SubjectPath,
) -> Result<HttpResponse, Problem> {
    let id = WorkspaceGroupId::from(group.0);
    let group = state.guildhall().workspace_group(&caller, organization.0, id).await?;
    Ok(answer::resource(&request, &EntityTag::from(&group), WorkspaceGroupBody::from(group)))
}
