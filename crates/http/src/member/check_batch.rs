use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, post};
use guildhall_app::member::CheckPermission;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::check::{PermissionCheckBody, PermissionCheckResultBody};
use crate::answer;
use crate::body::{Body, objects};
use crate::credential::Credential;
use crate::path::{OrganizationParam, OrganizationPath};
use crate::problem::Problem;
use crate::request_context::context_of;
use crate::responses::{Authenticating, Fallible, Reading, Scoped};
use crate::state::HttpState;

/// What may somebody do?
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PermissionChecks, examples(json!({"checks": [
    {"permission": "member.add"},
    {"permission": "workspace.write", "workspace_id": "0198c1a0-0000-7000-8000-000000000009"}
]})))]
pub(crate) struct PermissionChecksBody {
    /// 1 to 100 questions.
    #[serde(deserialize_with = "objects")]
    #[validate(nested)]
    #[schema(min_items = 1, max_items = 100)]
    checks: Vec<PermissionCheckBody>,
}

/// The answers to permission checks.
#[derive(Serialize, ToSchema)]
#[schema(as = PermissionCheckResults, examples(json!({"results": [{"allowed": true}, {"allowed": false}]})))]
pub(crate) struct PermissionCheckResultsBody {
    /// In the order of the questions.
    results: Vec<PermissionCheckResultBody>,
}

/// Check up to 100 permissions.
///
/// At one instant for all, in one round trip to storage. Each is answered as a check of its own
/// would be; what is wrong with one is wrong with all.
#[utoipa::path(
    tag = "Members",
    params(OrganizationParam),
    request_body = PermissionChecksBody,
    responses(
        (status = 200, description = "Whether each is allowed.", body = PermissionCheckResultsBody),
        Reading, Authenticating, Scoped, Fallible
    )
)]
#[post("/organizations/{org}/check/batch")]
pub(crate) async fn check_permissions(
    state: Data<HttpState>,
    request: HttpRequest,
    credential: Credential,
    organization: OrganizationPath,
    body: Body<PermissionChecksBody>,
) -> Result<HttpResponse, Problem> {
    let questions = body.0.checks.iter().map(CheckPermission::try_from).collect::<Result<Vec<_>, _>>()?;
    // Names no user in its log line, as the single check.
    let context = context_of(&request, &state);
    let allowed = state.guildhall().check_many(credential.token(), context, organization.0, &questions).await?;
    let results = allowed.into_iter().map(|allowed| PermissionCheckResultBody { allowed }).collect();
    Ok(answer::ok(PermissionCheckResultsBody { results }))
}
