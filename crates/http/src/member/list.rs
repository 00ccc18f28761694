use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use guildhall_app::member::MemberQuery;
use guildhall_app::role::RoleRef;
use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use super::schema::MemberBody;
use crate::answer;
use crate::credential::Authenticated;
use crate::page::{PageBody, list_request};
use crate::path::{OrganizationParam, OrganizationPath};
use crate::problem::Problem;
use crate::query::Query;
use crate::responses::{Authenticating, Fallible, Filtering, Scoped};
use crate::state::HttpState;
use crate::validation;

/// Which members are asked for.
#[derive(Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct MembersQuery {
    /// Only those whose name or e-mail contains this.
    #[validate(custom(function = "validation::search"))]
    #[param(max_length = 254)]
    search: Option<String>,
    /// Only those with this role: `owner`, `admin`, `member`, or the id or name of a custom role.
    #[validate(custom(function = "validation::role"))]
    role: Option<String>,
    /// How many items, 50 where nothing is said.
    #[validate(custom(function = "validation::limit"))]
    #[param(value_type = Option<u8>, minimum = 1, maximum = 100, default = 50)]
    limit: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
}

/// List the members, in the order of their e-mails.
#[utoipa::path(
    tag = "Members",
    params(OrganizationParam, MembersQuery),
    responses(
        (status = 200, description = "A page of members.", body = PageBody<MemberBody>),
        Filtering, Authenticating, Scoped, Fallible
    )
)]
#[get("/organizations/{org}/members")]
pub(super) async fn list_members(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    query: Query<MembersQuery>,
) -> Result<HttpResponse, Problem> {
    let Query(query) = query;
    let wanted = MemberQuery {
        search: query.search.filter(|search| !search.trim().is_empty()),
        role: query.role.as_deref().map(RoleRef::parse).transpose()?,
    };
    let request = list_request(query.limit.as_deref(), query.after)?;
    let members = state.guildhall().list_members(&caller, organization.0, &wanted, &request).await?;
    let blueprint = state.guildhall().blueprint();
    Ok(answer::ok(PageBody::of(members, |member| MemberBody::of(member, blueprint))))
}
