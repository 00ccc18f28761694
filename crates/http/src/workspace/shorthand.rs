//! Workspaces of all kinds in the caller's active organization (C-15).

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post};
use guildhall_app::OrganizationRef::Active;

use super::bound_kind::BoundKind;
use super::create::{NewWorkspaceBody, create};
use super::delete::delete as delete_one;
use super::list::{WorkspacesQuery, list};
use super::read::read;
use super::schema::WorkspaceBody;
use super::update::{WorkspaceChangesBody, update};
use crate::body::Body;
use crate::credential::Authenticated;
use crate::page::PageBody;
use crate::path::{WorkspaceParam, WorkspacePath};
use crate::precondition::{IfMatch, IfMatchParam, IfNoneMatchParam};
use crate::problem::Problem;
use crate::query::Query;
use crate::responses::{Authenticating, Conditional, Conflicting, Fallible, Filtering, Reading, Scoped};
use crate::state::HttpState;

/// Make one in my active organization.
///
/// The caller becomes its owner. Not more than the plan allows (`limit_reached`).
#[utoipa::path(
    tag = "Workspaces",
    request_body = NewWorkspaceBody,
    responses(
        (status = 201, description = "Made.", body = WorkspaceBody, headers(("Location" = String, description = "The workspace."))),
        Reading, Authenticating, Scoped, Conflicting, Fallible
    )
)]
#[post("/workspaces")]
pub(super) async fn create_my_workspace(
    state: Data<HttpState>,
    caller: Authenticated,
    body: Body<NewWorkspaceBody>,
) -> Result<HttpResponse, Problem> {
    create(&state, &caller, Active, body.0, &BoundKind::none()).await
}

/// List those of my active organization that I may read, in the order of their names.
#[utoipa::path(
    tag = "Workspaces",
    params(WorkspacesQuery),
    responses(
        (status = 200, description = "A page of workspaces.", body = PageBody<WorkspaceBody>),
        Filtering, Authenticating, Scoped, Fallible
    )
)]
#[get("/workspaces")]
pub(super) async fn list_my_workspaces(
    state: Data<HttpState>,
    caller: Authenticated,
    query: Query<WorkspacesQuery>,
) -> Result<HttpResponse, Problem> {
    list(&state, &caller, Active, query.0, &BoundKind::none()).await
}

/// Read one of my active organization.
#[utoipa::path(
    tag = "Workspaces",
    params(WorkspaceParam, IfNoneMatchParam),
    responses(
        (status = 200, description = "The workspace.", body = WorkspaceBody, headers(("ETag" = String, description = "Its state."))),
        (status = 304, description = "The client has it already.", headers(("ETag" = String, description = "Its state."))),
        Authenticating, Scoped, Fallible
    )
)]
#[get("/workspaces/{workspace}")]
pub(super) async fn read_my_workspace(
    state: Data<HttpState>,
    request: HttpRequest,
    caller: Authenticated,
    workspace: WorkspacePath,
) -> Result<HttpResponse, Problem> {
    read(&state, &request, &caller, (Active, workspace.0), &BoundKind::none()).await
}

/// Change one of my active organization.
#[utoipa::path(
    tag = "Workspaces",
    params(WorkspaceParam, IfMatchParam),
    request_body = WorkspaceChangesBody,
    responses(
        (status = 200, description = "As it is now.", body = WorkspaceBody, headers(("ETag" = String, description = "Its state."))),
        Reading, Conditional, Authenticating, Scoped, Conflicting, Fallible
    )
)]
#[patch("/workspaces/{workspace}")]
pub(super) async fn update_my_workspace(
    state: Data<HttpState>,
    caller: Authenticated,
    workspace: WorkspacePath,
    precondition: IfMatch,
    body: Body<WorkspaceChangesBody>,
) -> Result<HttpResponse, Problem> {
    update(&state, &caller, (Active, workspace.0), body.0, &precondition.0, &BoundKind::none()).await
}

/// Delete one of my active organization, with everything in it.
#[utoipa::path(
    tag = "Workspaces",
    params(WorkspaceParam, IfMatchParam),
    responses((status = 204, description = "Deleted."), Conditional, Authenticating, Scoped, Conflicting, Fallible)
)]
#[delete("/workspaces/{workspace}")]
pub(super) async fn delete_my_workspace(
    state: Data<HttpState>,
    caller: Authenticated,
    workspace: WorkspacePath,
    precondition: IfMatch,
) -> Result<HttpResponse, Problem> {
    delete_one(&state, &caller, (Active, workspace.0), &precondition.0, &BoundKind::none()).await
}
