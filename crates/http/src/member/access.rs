use actix_web::web::Data;
use actix_web::{HttpResponse, get, put};
use guildhall_app::EntityTag;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::access_schema::AccessOfMemberBody;
use super::grant::NewGrantBody;
use super::offer::access;
use crate::answer;
use crate::body::{Body, objects};
use crate::credential::Authenticated;
use crate::page::list_request;
use crate::path::{MemberParam, OrganizationParam, OrganizationPath, SubjectPath};
use crate::precondition::{IfMatch, IfMatchParam};
use crate::problem::Problem;
use crate::query::Query;
use crate::responses::{Authenticating, Conditional, Conflicting, Fallible, Filtering, Reading, Scoped};
use crate::state::HttpState;
use crate::validation;

/// A member's access to workspaces; what is absent is taken away.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MemberAccess, examples(json!({
    "all_read": false,
    "all_write": false,
    "grants": [{"workspace_id": "0198c1a0-0000-7000-8000-000000000009", "can_read": true, "can_write": false}]
})))]
pub(crate) struct MemberAccessBody {
    /// May read every workspace; `all_boards_read` is the same.
    #[serde(default, alias = "all_boards_read")]
    #[schema(required = false, default = false)]
    all_read: bool,
    /// May write every workspace, which includes reading; `all_boards_write` is the same.
    #[serde(default, alias = "all_boards_write")]
    #[schema(required = false, default = false)]
    all_write: bool,
    /// Access to single workspaces, each of them once; left out where one of the flags is set. `board_access` is the same.
    #[serde(default, alias = "board_access", deserialize_with = "objects")]
    #[validate(nested)]
    #[schema(required = false, max_items = 500)]
    grants: Vec<NewGrantBody>,
}

/// How much is asked.
#[derive(Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct MemberAccessQuery {
    /// Whether to list the workspaces that the member may use, with where that comes from.
    #[validate(custom(function = "validation::flag"))]
    #[param(value_type = Option<bool>, default = false)]
    explain: Option<String>,
    /// How many of these, 50 where nothing is said.
    #[validate(custom(function = "validation::limit"))]
    #[param(value_type = Option<u8>, minimum = 1, maximum = 100, default = 50)]
    limit: Option<String>,
    /// The `next` of the page of these before.
    after: Option<String>,
}

/// Replace a member's access to workspaces.
///
/// Owners and admins have all by their role, and keep it (`access_by_role`). `If-Match` and `ETag`
/// are the member's.
#[utoipa::path(
    tag = "Members",
    params(OrganizationParam, MemberParam, IfMatchParam),
    request_body = MemberAccessBody,
    responses(
        (status = 200, description = "As it is now.", body = AccessOfMemberBody, headers(("ETag" = String, description = "The member's state."))),
        Reading, Conditional, Authenticating, Scoped, Conflicting, Fallible
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
    let Body(body) = body;
    let asked = access(Some(body.all_read), Some(body.all_write), &body.grants)?;
    let guildhall = state.guildhall();
    let found = guildhall.set_member_access(&caller, organization.0, member.0, &asked, &precondition.0).await?;
    let tag = EntityTag::from(&found.member);
    Ok(answer::changed(&tag, AccessOfMemberBody::of(found, guildhall.blueprint())))
}

/// Read a member's access to workspaces.
///
/// Everybody may read their own. `ETag` is the member's, for `If-Match`.
#[utoipa::path(
    tag = "Members",
    params(OrganizationParam, MemberParam, MemberAccessQuery),
    responses(
        (status = 200, description = "The access.", body = AccessOfMemberBody, headers(("ETag" = String, description = "The member's state."))),
        Filtering, Authenticating, Scoped, Fallible
    )
)]
#[get("/organizations/{org}/members/{member}/access")]
pub(super) async fn read_member_access(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    member: SubjectPath,
    query: Query<MemberAccessQuery>,
) -> Result<HttpResponse, Problem> {
    let Query(query) = query;
    let guildhall = state.guildhall();
    let request = list_request(query.limit.as_deref(), query.after)?;
    let found = guildhall.member_access(&caller, organization.0, member.0).await?;
    let tag = EntityTag::from(&found.member);
    let body = if query.explain.as_deref() == Some("true") {
        let workspaces = guildhall.explain_access(&caller, organization.0, member.0, &request).await?;
        AccessOfMemberBody::explained(found, workspaces, guildhall.blueprint())
    } else {
        AccessOfMemberBody::of(found, guildhall.blueprint())
    };
    // Grants go with their workspaces, without a change of the member: so this is always answered in full.
    Ok(answer::changed(&tag, body))
}
