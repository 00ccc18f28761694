use actix_web::http::header::LINK;
use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use guildhall_app::OrganizationRef;
use guildhall_app::workspace::WorkspaceQuery;
use guildhall_domain::{WorkspaceGroupId, WorkspaceKindName};
use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use super::bound_kind::BoundKind;
use super::schema::{ShortWorkspaceBody, WorkspaceBody};
use crate::answer;
use crate::credential::Authenticated;
use crate::page::{PageBody, PageQuery, list_request};
use crate::path::{OrganizationParam, OrganizationPath};
use crate::problem::Problem;
use crate::query::Query;
use crate::responses::{Authenticating, Fallible, Filtering, Scoped};
use crate::state::HttpState;
use crate::validation::{self, parse_id};

/// Which workspaces are asked for.
#[derive(Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct WorkspacesQuery {
    /// Only those of this kind.
    #[validate(custom(function = "validation::text::<WorkspaceKindName>"))]
    #[param(max_length = 63)]
    kind: Option<String>,
    /// Only those in this group.
    #[validate(custom(function = "validation::id"))]
    #[param(value_type = Option<Uuid>)]
    group_id: Option<String>,
    /// Those that are put away, instead of those in use.
    #[validate(custom(function = "validation::flag"))]
    #[param(value_type = Option<bool>, default = false)]
    archived: Option<String>,
    /// Only those whose name or slug contains this.
    #[validate(custom(function = "validation::search"))]
    #[param(max_length = 254)]
    search: Option<String>,
    /// How many items, 50 where nothing is said.
    #[validate(custom(function = "validation::limit"))]
    #[param(value_type = Option<u8>, minimum = 1, maximum = 100, default = 50)]
    limit: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
}

/// List the workspaces that I may read, in the order of their names.
#[utoipa::path(
    tag = "Workspaces",
    params(OrganizationParam, WorkspacesQuery),
    responses(
        (status = 200, description = "A page of workspaces.", body = PageBody<WorkspaceBody>),
        Filtering, Authenticating, Scoped, Fallible
    )
)]
#[get("/organizations/{org}/workspaces")]
pub(super) async fn list_workspaces(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    query: Query<WorkspacesQuery>,
) -> Result<HttpResponse, Problem> {
    list(&state, &caller, organization.0, query.0, &BoundKind::none()).await
}

pub(super) async fn list(
    state: &HttpState,
    caller: &Authenticated,
    organization: OrganizationRef,
    query: WorkspacesQuery,
    bound: &BoundKind,
) -> Result<HttpResponse, Problem> {
    let kind = query.kind.as_deref().map(WorkspaceKindName::parse).transpose()?;
    let wanted = WorkspaceQuery {
        kind: bound.narrow(kind, "kind")?,
        group_id: query.group_id.as_deref().map(parse_id).transpose()?.map(WorkspaceGroupId::from),
        archived: query.archived.as_deref() == Some("true"),
        search: query.search.filter(|search| !search.trim().is_empty()),
    };
    let request = list_request(query.limit.as_deref(), query.after)?;
    let workspaces = state.guildhall().list_workspaces(caller, organization, &wanted, &request).await?;
    Ok(answer::ok(PageBody::of(workspaces, WorkspaceBody::from)))
}

/// List the workspaces of my active organization as a bare array.
///
/// For clients of the documented unversioned call. Only those that the caller may read. Where
/// there is more, a `Link` header says where.
#[utoipa::path(
    tag = "Workspaces",
    params(PageQuery),
    responses(
        (status = 200, description = "A page of workspaces.", body = Vec<ShortWorkspaceBody>,
            headers(("Link" = Option<String>, description = "`<…>; rel=\"next\"`: the next page."))),
        Filtering, Authenticating, Scoped, Fallible
    )
)]
#[get("/workspaces")]
pub(crate) async fn list_workspaces_bare(
    state: Data<HttpState>,
    caller: Authenticated,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let request = query.0.into_request()?;
    let all = WorkspaceQuery::default();
    let page = state.guildhall().list_workspaces(&caller, OrganizationRef::Active, &all, &request).await?;
    let mut response = HttpResponse::Ok();
    if let Some(next) = page.next {
        // Cursors are made of characters that need no escaping in an address.
        let limit = request.size.items();
        response.insert_header((LINK, format!("</api/workspaces?limit={limit}&after={next}>; rel=\"next\"")));
    }
    let workspaces = page.items.into_iter().map(|seen| ShortWorkspaceBody::from(seen.workspace));
    Ok(response.json(workspaces.collect::<Vec<_>>()))
}
