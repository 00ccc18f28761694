use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use guildhall_app::workspace_group::CreateWorkspaceGroup;
use guildhall_domain::{Description, Name};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::schema::WorkspaceGroupBody;
use crate::answer;
use crate::body::Body;
use crate::credential::Authenticated;
use crate::path::{OrganizationParam, OrganizationPath};
use crate::problem::Problem;
use crate::responses::{Authenticating, Conflicting, Fallible, Reading, Scoped};
use crate::state::HttpState;
use crate::validation;

/// A wish to have a group of workspaces.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewWorkspaceGroup, examples(json!({"name": "Engines", "description": "All that compute."})))]
pub(crate) struct NewWorkspaceGroupBody {
    #[validate(custom(function = "validation::text::<Name>"))]
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    #[serde(default)]
    #[validate(custom(function = "validation::text::<Description>"))]
    #[schema(min_length = 1, max_length = 2000)]
    description: Option<String>,
}

/// Make a group of workspaces.
#[utoipa::path(
    tag = "Workspaces",
    params(OrganizationParam),
    request_body = NewWorkspaceGroupBody,
    responses(
        (status = 201, description = "Made.", body = WorkspaceGroupBody, headers(("Location" = String, description = "The group."))),
        Reading, Authenticating, Scoped, Conflicting, Fallible
    )
)]
#[post("/organizations/{org}/workspace-groups")]
pub(super) async fn create_workspace_group(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    body: Body<NewWorkspaceGroupBody>,
) -> Result<HttpResponse, Problem> {
    let Body(body) = body;
    let command = CreateWorkspaceGroup {
        name: Name::parse(&body.name)?,
        description: body.description.as_deref().map(Description::parse).transpose()?,
    };
    let group = state.guildhall().create_workspace_group(&caller, organization.0, &command).await?;
    let location = format!("/api/v1/organizations/{}/workspace-groups/{}", group.organization_id, group.id);
    Ok(answer::created(location, WorkspaceGroupBody::from(group)))
}
