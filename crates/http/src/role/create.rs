use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use guildhall_app::role::CreateRole;
use guildhall_domain::{Description, Name};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::schema::{RoleBody, permission_set};
use crate::answer;
use crate::body::Body;
use crate::credential::Authenticated;
use crate::path::{OrganizationParam, OrganizationPath};
use crate::problem::Problem;
use crate::responses::{Authenticating, Conflicting, Fallible, Reading, Scoped};
use crate::state::HttpState;
use crate::validation;

/// A wish to have a custom role.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewRole, examples(json!({
    "name": "auditor",
    "description": "Reads the log.",
    "permissions": ["audit.read"]
})))]
pub(crate) struct NewRoleBody {
    #[validate(custom(function = "validation::text::<Name>"))]
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    #[serde(default)]
    #[validate(custom(function = "validation::text::<Description>"))]
    #[schema(min_length = 1, max_length = 2000)]
    description: Option<String>,
    /// What its holders may do, besides what every member may.
    #[validate(custom(function = "validation::permissions"))]
    permissions: Vec<String>,
}

/// Make a custom role.
///
/// Nobody puts a permission into it that they lack.
#[utoipa::path(
    tag = "Roles",
    params(OrganizationParam),
    request_body = NewRoleBody,
    responses(
        (status = 201, description = "Made.", body = RoleBody, headers(("Location" = String, description = "The role."))),
        Reading, Authenticating, Scoped, Conflicting, Fallible
    )
)]
#[post("/organizations/{org}/roles")]
pub(super) async fn create_role(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    body: Body<NewRoleBody>,
) -> Result<HttpResponse, Problem> {
    let Body(body) = body;
    let command = CreateRole {
        name: Name::parse(&body.name)?,
        description: body.description.as_deref().map(Description::parse).transpose()?,
        permissions: permission_set(&body.permissions)?,
    };
    let role = state.guildhall().create_role(&caller, organization.0, command).await?;
    let location = format!("/api/v1/organizations/{}/roles/{}", role.organization_id, role.id);
    Ok(answer::created(location, RoleBody::from(role)))
}
