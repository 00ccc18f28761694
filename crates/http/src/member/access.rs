use actix_web::web::Data;
use actix_web::{HttpResponse, put};
use guildhall_app::EntityTag;
use guildhall_domain::WorkspaceAccess;
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
use crate::responses::{Authenticating, Conditional, Fallible, Reading, Scoped};
use crate::state::HttpState;

/// A member's access to all workspaces at once; what is absent is taken away.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MemberAccess, examples(json!({"all_read": true, "all_write": false})))]
pub(crate) struct MemberAccessBody {
    /// May read every workspace.
    #[serde(default)]
    #[schema(required = false, default = false)]
    all_read: bool,
    /// May write every workspace; writing includes reading.
    #[serde(default)]
    #[schema(required = false, default = false)]
    all_write: bool,
}

/// Replace a member's access to workspaces.
#[utoipa::path(
    tag = "Members",
    params(OrganizationParam, MemberParam, IfMatchParam),
    request_body = MemberAccessBody,
    responses(
        (status = 200, description = "As it is now.", body = MemberBody, headers(("ETag" = String, description = "Its state."))),
        Reading, Conditional, Authenticating, Scoped, Fallible
    )
)]
#[put("/organizations/{org}/members/{member}/access")]
pub(super) async fn set_member_access(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    member: SubjectPath,
    precondition: IfMatch,
    body: Body<MemberAccessBody>,
) -> Result<HttpResponse, Problem> {
    let flags = WorkspaceAccess { all_read: body.0.all_read, all_write: body.0.all_write };
    let guildhall = state.guildhall();
    let member = guildhall.set_member_access(&caller, organization.0, member.0, flags, &precondition.0).await?;
    Ok(answer::changed(&EntityTag::from(&member), MemberBody::of(member, state.guildhall().blueprint())))
}
