use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use guildhall_app::member::MemberPermissions;
use guildhall_domain::policy::PermissionSource;
use guildhall_domain::{MemberId, MemberRole, UserId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::schema::role_name;
use crate::answer;
use crate::credential::Authenticated;
use crate::path::{MemberParam, OrganizationParam, OrganizationPath, SubjectPath};
use crate::problem::Problem;
use crate::query::Query;
use crate::responses::{Authenticating, Fallible, Filtering, Scoped};
use crate::state::HttpState;
use crate::validation;

/// How much is asked.
#[derive(Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PermissionsQuery {
    /// Whether to say where each permission comes from.
    #[validate(custom(function = "validation::flag"))]
    #[param(value_type = Option<bool>, default = false)]
    explain: Option<String>,
}

/// What a member may do now.
#[derive(Serialize, ToSchema)]
#[schema(as = MemberPermissions, examples(json!({
    "member_id": "0198c1a0-0000-7000-8000-000000000003",
    "user_id": "0198c1a0-0000-7000-8000-000000000001",
    "role": "auditor",
    "permissions": ["organization.read", "audit.read"],
    "explanation": [
        {"permission": "organization.read", "source": "role", "role": "auditor"},
        {"permission": "audit.read", "source": "role", "role": "auditor"}
    ]
})))]
pub(crate) struct MemberPermissionsBody {
    #[schema(value_type = Uuid)]
    member_id: MemberId,
    #[schema(value_type = Uuid)]
    user_id: UserId,
    /// `owner`, `admin`, `member`, or the name of a custom role.
    role: String,
    permissions: Vec<&'static str>,
    /// Where each permission comes from, where that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    explanation: Option<Vec<ExplanationBody>>,
}

/// Where a permission comes from.
#[derive(Serialize, ToSchema)]
#[schema(as = PermissionExplanation)]
pub(crate) struct ExplanationBody {
    permission: &'static str,
    /// `role`, or `superadmin`: power over the whole installation.
    source: &'static str,
    /// The role that holds it.
    #[schema(required = true)]
    role: Option<String>,
}

impl MemberPermissionsBody {
    fn of(found: MemberPermissions, explain: bool) -> Self {
        let role = role_name(&found.member).to_owned();
        let explanation = |source: &PermissionSource| match source {
            PermissionSource::Superadmin => ("superadmin", None),
            PermissionSource::AllWorkspaces => ("all_workspaces", None),
            PermissionSource::Role(MemberRole::Custom(_)) => ("role", Some(role.clone())),
            PermissionSource::Role(built_in) => ("role", Some(built_in.as_str().to_owned())),
        };
        let explanations = found.permissions.iter().map(|(permission, from)| {
            let (source, role) = explanation(from);
            ExplanationBody { permission: permission.as_str(), source, role }
        });
        Self {
            member_id: found.member.membership.id,
            user_id: found.member.membership.user_id,
            permissions: found.permissions.iter().map(|(permission, _)| permission.as_str()).collect(),
            explanation: explain.then(|| explanations.collect()),
            role,
        }
    }
}

/// What may a member do, and why?
#[utoipa::path(
    tag = "Members",
    params(OrganizationParam, MemberParam, PermissionsQuery),
    responses(
        (status = 200, description = "The member's permissions.", body = MemberPermissionsBody),
        Filtering, Authenticating, Scoped, Fallible
    )
)]
#[get("/organizations/{org}/members/{member}/permissions")]
pub(super) async fn list_member_permissions(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    member: SubjectPath,
    query: Query<PermissionsQuery>,
) -> Result<HttpResponse, Problem> {
    let explain = query.0.explain.as_deref() == Some("true");
    let found = state.guildhall().member_permissions(&caller, organization.0, member.0).await?;
    Ok(answer::ok(MemberPermissionsBody::of(found, explain)))
}
