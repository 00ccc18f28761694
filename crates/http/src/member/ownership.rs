use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use guildhall_app::EntityTag;
use guildhall_domain::UserId;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::schema::MemberBody;
use crate::answer;
use crate::body::Body;
use crate::credential::Authenticated;
use crate::path::{OrganizationParam, OrganizationPath};
use crate::problem::Problem;
use crate::responses::{Authenticating, Conflicting, Fallible, Reading, Scoped};
use crate::state::HttpState;
use crate::validation::{self, parse_id};

/// Who shall own the organization.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OwnershipTransfer, examples(json!({"user_id": "0198c1a0-0000-7000-8000-000000000004"})))]
pub(crate) struct OwnershipTransferBody {
    /// Another member.
    #[validate(custom(function = "validation::id"))]
    #[schema(value_type = Uuid)]
    user_id: String,
}

/// Leave an organization.
#[utoipa::path(
    tag = "Members",
    params(OrganizationParam),
    responses((status = 204, description = "Left."), Authenticating, Scoped, Conflicting, Fallible)
)]
#[post("/organizations/{org}/leave")]
pub(super) async fn leave_organization(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
) -> Result<HttpResponse, Problem> {
    state.guildhall().leave_organization(&caller, organization.0).await?;
    Ok(answer::done())
}

/// Hand the organization to another member.
///
/// The calling owner becomes an admin in the same step.
#[utoipa::path(
    tag = "Members",
    params(OrganizationParam),
    request_body = OwnershipTransferBody,
    responses(
        (status = 200, description = "The new owner.", body = MemberBody, headers(("ETag" = String, description = "Its state."))),
        Reading, Authenticating, Scoped, Fallible
    )
)]
#[post("/organizations/{org}/transfer-ownership")]
pub(super) async fn transfer_ownership(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    body: Body<OwnershipTransferBody>,
) -> Result<HttpResponse, Problem> {
    let heir = UserId::from(parse_id(&body.0.user_id)?);
    let owner = state.guildhall().transfer_ownership(&caller, organization.0, heir).await?;
    Ok(answer::changed(&EntityTag::from(&owner), MemberBody::of(owner, state.guildhall().blueprint())))
}
