use actix_web::web::Data;
use actix_web::{HttpResponse, delete};

use crate::answer;
use crate::credential::Authenticated;
use crate::path::{MemberParam, OrganizationParam, OrganizationPath, SubjectPath};
use crate::precondition::{IfMatch, IfMatchParam};
use crate::problem::Problem;
use crate::responses::{Authenticating, Conditional, Conflicting, Fallible, Scoped};
use crate::state::HttpState;

/// Remove a member; the account stays.
#[utoipa::path(
    tag = "Members",
    params(OrganizationParam, MemberParam, IfMatchParam),
    responses((status = 204, description = "Removed."), Conditional, Authenticating, Scoped, Conflicting, Fallible)
)]
#[delete("/organizations/{org}/members/{member}")]
pub(super) async fn remove_member(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    member: SubjectPath,
    precondition: IfMatch,
) -> Result<HttpResponse, Problem> {
    state.guildhall().remove_member(&caller, organization.0, member.0, &precondition.0).await?;
    Ok(answer::done())
}
