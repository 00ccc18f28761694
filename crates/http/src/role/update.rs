use actix_web::web::Data;
use actix_web::{HttpResponse, patch};
use guildhall_app::EntityTag;
use guildhall_app::role::RoleChanges;
use guildhall_domain::{Description, Name, RoleId};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::schema::{RoleBody, permission_set};
use crate::answer;
use crate::body::{Body, change, nullable, present};
use crate::credential::Authenticated;
use crate::path::{OrganizationParam, OrganizationPath, RoleParam, SubjectPath};
use crate::precondition::{IfMatch, IfMatchParam};
use crate::problem::Problem;
use crate::responses::{Authenticating, Conditional, Conflicting, Fallible, Reading, Scoped};
use crate::state::HttpState;
use crate::validation;

/// Changes to a custom role: absent fields stay, `null` clears.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RoleChanges, examples(json!({"description": null, "permissions": ["audit.read", "member.read"]})))]
pub(crate) struct RoleChangesBody {
    #[serde(default, deserialize_with = "present")]
    #[validate(custom(function = "validation::text::<Name>"))]
    #[schema(min_length = 1, max_length = 120, nullable = false)]
    name: Option<String>,
    #[serde(default, deserialize_with = "nullable")]
    #[validate(custom(function = "validation::text::<Description>"))]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 2000)]
    description: Option<Option<String>>,
    /// All that its holders may do, besides what every member may.
    #[serde(default, deserialize_with = "present")]
    #[validate(custom(function = "validation::permissions"))]
    #[schema(nullable = false)]
    permissions: Option<Vec<String>>,
}

/// Change a custom role, for everybody who has it.
#[utoipa::path(
    tag = "Roles",
    params(OrganizationParam, RoleParam, IfMatchParam),
    request_body = RoleChangesBody,
    responses(
        (status = 200, description = "As it is now.", body = RoleBody, headers(("ETag" = String, description = "Its state."))),
        Reading, Conditional, Authenticating, Scoped, Conflicting, Fallible
    )
)]
#[patch("/organizations/{org}/roles/{role}")]
pub(super) async fn update_role(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    role: SubjectPath,
    precondition: IfMatch,
    body: Body<RoleChangesBody>,
) -> Result<HttpResponse, Problem> {
    let Body(body) = body;
    let changes = RoleChanges {
        name: body.name.as_deref().map(Name::parse).transpose()?,
        description: change(body.description)?,
        permissions: body.permissions.as_deref().map(permission_set).transpose()?,
    };
    let role = RoleId::from(role.0);
    let role = state.guildhall().update_role(&caller, organization.0, role, changes, &precondition.0).await?;
    Ok(answer::changed(&EntityTag::from(&role), RoleBody::from(role)))
}
