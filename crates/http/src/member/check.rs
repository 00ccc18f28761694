use actix_web::http::header::{CONTENT_TYPE, HeaderValue};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse, post};
use guildhall_app::member::CheckPermission;
use guildhall_domain::{Invalid, Permission, UserId, WorkspaceId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::body::{Body, present};
use crate::credential::Credential;
use crate::path::{OrganizationParam, OrganizationPath};
use crate::problem::Problem;
use crate::request_context::context_of;
use crate::responses::{Authenticating, Fallible, Reading, Scoped};
use crate::state::HttpState;
use crate::validation::{self, parse_id};

/// May somebody do something?
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PermissionCheck, examples(json!({"permission": "member.add"})))]
pub(crate) struct PermissionCheckBody {
    /// What.
    #[validate(custom(function = "validation::permission"))]
    permission: String,
    /// Who; the caller where nobody is named.
    ///
    /// `null` is refused: it is what becomes of a subject that a client failed
    /// to find out, and to take it for the caller would answer for the wrong person.
    #[serde(default, deserialize_with = "present")]
    #[validate(custom(function = "validation::id"))]
    #[schema(value_type = Option<Uuid>, nullable = false)]
    user_id: Option<String>,
    /// In which workspace; of `workspace.read`, `workspace.write` and `workspace.manage` alone. Without one, these are
    /// asked about for every workspace that is shared. In one that is not the organization's, nothing is allowed.
    #[serde(default, deserialize_with = "present")]
    #[validate(custom(function = "validation::id"))]
    #[schema(value_type = Option<Uuid>, nullable = false)]
    workspace_id: Option<String>,
}

impl TryFrom<&PermissionCheckBody> for CheckPermission {
    type Error = Invalid;

    fn try_from(body: &PermissionCheckBody) -> Result<Self, Invalid> {
        Ok(Self {
            permission: Permission::parse(&body.permission)?,
            user_id: body.user_id.as_deref().map(parse_id).transpose()?.map(UserId::from),
            workspace_id: body.workspace_id.as_deref().map(parse_id).transpose()?.map(WorkspaceId::from),
        })
    }
}

/// The answer to a permission check.
#[derive(Serialize, ToSchema)]
#[schema(as = PermissionCheckResult, examples(json!({"allowed": true})))]
pub(crate) struct PermissionCheckResultBody {
    pub(super) allowed: bool,
}

const ALLOWED: Bytes = Bytes::from_static(br#"{"allowed":true}"#);
const NOT_ALLOWED: Bytes = Bytes::from_static(br#"{"allowed":false}"#);

/// Check a permission.
///
/// Takes one round trip to storage, authentication included. Asking about
/// another member needs `member.read`; who is no member is allowed nothing.
#[utoipa::path(
    tag = "Members",
    params(OrganizationParam),
    request_body = PermissionCheckBody,
    responses(
        (status = 200, description = "Whether it is allowed.", body = PermissionCheckResultBody),
        Reading, Authenticating, Scoped, Fallible
    )
)]
#[post("/organizations/{org}/check")]
pub(crate) async fn check_permission(
    state: Data<HttpState>,
    request: HttpRequest,
    credential: Credential,
    organization: OrganizationPath,
    body: Body<PermissionCheckBody>,
) -> Result<HttpResponse, Problem> {
    let question = CheckPermission::try_from(&body.0)?;
    // With the batch of checks, the one operation whose log line names no user: storage authenticates in
    // the same round trip that answers, and who asked does not come back with it.
    let context = context_of(&request, &state);
    let allowed = state.guildhall().check(credential.token(), context, organization.0, question).await?;
    let json = (CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(HttpResponse::Ok().insert_header(json).body(if allowed { ALLOWED } else { NOT_ALLOWED }))
}
