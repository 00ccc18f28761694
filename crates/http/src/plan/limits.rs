use actix_web::web::Data;
use actix_web::{HttpResponse, put};

use super::limit_changes::LimitChangesBody;
use super::schema::OrganizationEntitlementsBody;
use crate::answer;
use crate::body::Body;
use crate::credential::Authenticated;
use crate::path::{OrganizationParam, OrganizationPath};
use crate::precondition::{IfMatch, IfMatchParam};
use crate::problem::Problem;
use crate::responses::{Authenticating, Conditional, Fallible, Naming, Platform, Reading};
use crate::state::HttpState;

/// Set limits and features of one organization, over its plan.
///
/// For superadmins. What is not named stays as it is; `null` gives it back to the plan. A limit below what there is takes
/// nothing away. `If-Match` takes the organization's `ETag`.
#[utoipa::path(
    tag = "Plans",
    params(OrganizationParam, IfMatchParam),
    request_body = LimitChangesBody,
    responses(
        (status = 200, description = "What holds for it now.", body = OrganizationEntitlementsBody),
        Reading, Conditional, Authenticating, Platform, Naming, Fallible
    )
)]
#[put("/organizations/{org}/limits")]
pub(super) async fn set_limits(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    precondition: IfMatch,
    body: Body<LimitChangesBody>,
) -> Result<HttpResponse, Problem> {
    let changes = body.0.try_into()?;
    let organization = organization.id_for(&caller);
    let entitled = state.guildhall().set_limits(&caller, organization, &changes, &precondition.0).await?;
    Ok(answer::ok(OrganizationEntitlementsBody::from(entitled)))
}
