use actix_web::web::Data;
use actix_web::{HttpResponse, patch};
use guildhall_app::EntityTag;
use guildhall_app::role::RoleRef;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::schema::MemberBody;
use crate::answer;
use crate::body::Body;
use crate::credential::Authenticated;
use crate::path::{MemberParam, OrganizationParam, OrganizationPath, SubjectPath};
use crate::precondition::{IfMatch, IfMatchParam};
use crate::problem::Problem;
use crate::responses::{Authenticating, Conditional, Conflicting, Fallible, Reading, Scoped};
use crate::state::HttpState;
use crate::validation;

/// The role that a member shall have.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RoleChange, examples(json!({"role": "admin"})))]
pub(crate) struct RoleChangeBody {
    /// `owner`, `admin`, `member`, or the id or name of a custom role; blank is the deployment's default role.
    #[validate(custom(function = "validation::role"))]
    role: String,
}

/// Give a member another role.
#[utoipa::path(
    tag = "Members",
    params(OrganizationParam, MemberParam, IfMatchParam),
    request_body = RoleChangeBody,
    responses(
        (status = 200, description = "As it is now.", body = MemberBody, headers(("ETag" = String, description = "Its state."))),
        Reading, Conditional, Authenticating, Scoped, Conflicting, Fallible
    )
)]
#[patch("/organizations/{org}/members/{member}")]
pub(super) async fn change_member_role(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    member: SubjectPath,
    precondition: IfMatch,
    body: Body<RoleChangeBody>,
) -> Result<HttpResponse, Problem> {
    let guildhall = state.guildhall();
    let role = RoleRef::parse(&body.0.role)?;
    let member = guildhall.change_member_role(&caller, organization.0, member.0, &role, &precondition.0).await?;
    Ok(answer::changed(&EntityTag::from(&member), MemberBody::of(member, state.guildhall().blueprint())))
}
