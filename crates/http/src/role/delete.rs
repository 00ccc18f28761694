use actix_web::web::Data;
use actix_web::{HttpResponse, delete};
use guildhall_app::role::RoleRef;
use guildhall_domain::RoleId;
use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use crate::answer;
use crate::credential::Authenticated;
use crate::path::{OrganizationParam, OrganizationPath, RoleParam, SubjectPath};
use crate::precondition::{IfMatch, IfMatchParam};
use crate::problem::Problem;
use crate::query::Query;
use crate::responses::{Authenticating, Conditional, Conflicting, Fallible, Filtering, Scoped};
use crate::state::HttpState;
use crate::validation;

/// What becomes of those who hold the role.
#[derive(Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct RoleDeletionQuery {
    /// The role that they get: `admin`, `member`, or the id or name of another custom role.
    #[validate(custom(function = "validation::role"))]
    replacement: Option<String>,
}

/// Delete a custom role.
#[utoipa::path(
    tag = "Roles",
    params(OrganizationParam, RoleParam, RoleDeletionQuery, IfMatchParam),
    responses(
        (status = 204, description = "Deleted."),
        Filtering, Conditional, Authenticating, Scoped, Conflicting, Fallible
    )
)]
#[delete("/organizations/{org}/roles/{role}")]
pub(super) async fn delete_role(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    role: SubjectPath,
    precondition: IfMatch,
    query: Query<RoleDeletionQuery>,
) -> Result<HttpResponse, Problem> {
    let replacement = query.0.replacement.as_deref().map(RoleRef::parse).transpose()?;
    let role = RoleId::from(role.0);
    state.guildhall().delete_role(&caller, organization.0, role, replacement.as_ref(), &precondition.0).await?;
    Ok(answer::done())
}
