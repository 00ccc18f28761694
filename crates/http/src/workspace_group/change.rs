use actix_web::web::Data;
use actix_web::{HttpResponse, delete, patch};
use guildhall_app::EntityTag;
use guildhall_app::workspace_group::WorkspaceGroupChanges;
use guildhall_domain::{Description, Name, WorkspaceGroupId};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::schema::WorkspaceGroupBody;
use crate::answer;
use crate::body::{Body, change, nullable, present};
use crate::credential::Authenticated;
use crate::path::{OrganizationParam, OrganizationPath, SubjectPath, WorkspaceGroupParam};
use crate::precondition::{IfMatch, IfMatchParam};
use crate::problem::Problem;
use crate::responses::{Authenticating, Conditional, Conflicting, Fallible, Reading, Scoped};
use crate::state::HttpState;
use crate::validation;

/// Changes to a group of workspaces: absent fields stay, `null` clears.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WorkspaceGroupChanges, examples(json!({"name": "Mills", "description": null})))]
pub(crate) struct WorkspaceGroupChangesBody {
    #[serde(default, deserialize_with = "present")]
    #[validate(custom(function = "validation::text::<Name>"))]
    #[schema(min_length = 1, max_length = 120, nullable = false)]
    name: Option<String>,
    #[serde(default, deserialize_with = "nullable")]
    #[validate(custom(function = "validation::text::<Description>"))]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 2000)]
    description: Option<Option<String>>,
}

/// Change a group of workspaces.
#[utoipa::path(
    tag = "Workspaces",
    params(OrganizationParam, WorkspaceGroupParam, IfMatchParam),
    request_body = WorkspaceGroupChangesBody,
    responses(
        (status = 200, description = "As it is now.", body = WorkspaceGroupBody, headers(("ETag" = String, description = "Its state."))),
        Reading, Conditional, Authenticating, Scoped, Conflicting, Fallible
    )
)]
#[patch("/organizations/{org}/workspace-groups/{group}")]
pub(super) async fn update_workspace_group(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    group: SubjectPath,
    precondition: IfMatch,
    body: Body<WorkspaceGroupChangesBody>,
) -> Result<HttpResponse, Problem> {
    let Body(body) = body;
    let changes = WorkspaceGroupChanges {
        name: body.name.as_deref().map(Name::parse).transpose()?,
        description: change(body.description)?,
    };
    let (guildhall, id) = (state.guildhall(), WorkspaceGroupId::from(group.0));
    let group = guildhall.update_workspace_group(&caller, organization.0, id, changes, &precondition.0).await?;
    Ok(answer::changed(&EntityTag::from(&group), WorkspaceGroupBody::from(group)))
}

/// Delete a group of workspaces; they stay, in none.
#[utoipa::path(
    tag = "Workspaces",
    params(OrganizationParam, WorkspaceGroupParam, IfMatchParam),
    responses((status = 204, description = "Deleted."), Conditional, Authenticating, Scoped, Fallible)
)]
#[delete("/organizations/{org}/workspace-groups/{group}")]
pub(super) async fn delete_workspace_group(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    group: SubjectPath,
    precondition: IfMatch,
) -> Result<HttpResponse, Problem> {
    let id = WorkspaceGroupId::from(group.0);
    state.guildhall().delete_workspace_group(&caller, organization.0, id, &precondition.0).await?;
    Ok(answer::done())
}
