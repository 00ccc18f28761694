use actix_web::web::Data;
use actix_web::{HttpResponse, get, put};

use super::quota_schema::{CreditQuotaBody, MemberQuotaUsageBody};
use crate::answer;
use crate::body::Body;
use crate::credential::Authenticated;
use crate::path::{MemberParam, OrganizationParam, OrganizationPath, SubjectPath};
use crate::problem::Problem;
use crate::responses::{Authenticating, Fallible, Reading, Scoped};
use crate::state::HttpState;

/// How much may a member spend, and how much have they spent?
///
/// Everybody reads their own; reading others' needs `credits.read` or `quota.manage`.
#[utoipa::path(
    tag = "Credits",
    params(OrganizationParam, MemberParam),
    responses(
        (status = 200, description = "Their quota and spending.", body = MemberQuotaUsageBody),
        Authenticating, Scoped, Fallible
    )
)]
#[get("/organizations/{org}/members/{member}/quota")]
pub(super) async fn read_member_quota(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    member: SubjectPath,
) -> Result<HttpResponse, Problem> {
    let usage = state.guildhall().member_quota(&caller, organization.0, member.0).await?;
    Ok(answer::ok(MemberQuotaUsageBody::from(usage)))
}

/// Set how much a member may spend.
///
/// It holds from the next request on; what is spent already counts.
#[utoipa::path(
    tag = "Credits",
    params(OrganizationParam, MemberParam),
    request_body = CreditQuotaBody,
    responses(
        (status = 200, description = "Their quota and spending.", body = MemberQuotaUsageBody),
        Reading, Authenticating, Scoped, Fallible
    )
)]
#[put("/organizations/{org}/members/{member}/quota")]
pub(super) async fn set_member_quota(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    member: SubjectPath,
    body: Body<CreditQuotaBody>,
) -> Result<HttpResponse, Problem> {
    let quota = body.0.try_into()?;
    let usage = state.guildhall().set_member_quota(&caller, organization.0, member.0, quota).await?;
    Ok(answer::ok(MemberQuotaUsageBody::from(usage)))
}
