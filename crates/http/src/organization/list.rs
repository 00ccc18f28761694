use actix_web::http::header::LINK;
use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use guildhall_app::organization::MyOrganizations;
use guildhall_domain::blueprint::Blueprint;

use super::schema::MyOrganizationBody;
use crate::answer;
use crate::credential::Authenticated;
use crate::page::{PageBody, PageQuery};
use crate::problem::Problem;
use crate::query::Query;
use crate::responses::{Authenticating, Fallible, Filtering};
use crate::state::HttpState;

/// List my organizations, in the order of their names.
#[utoipa::path(
    tag = "Organizations",
    params(PageQuery),
    responses(
        (status = 200, description = "A page of organizations.", body = PageBody<MyOrganizationBody>),
        Filtering, Authenticating, Fallible
    )
)]
#[get("/organizations")]
pub(super) async fn list_organizations(
    state: Data<HttpState>,
    caller: Authenticated,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    page(&state, &caller, query.0).await
}

/// List my organizations, in the order of their names.
///
/// The same as `GET /organizations`.
#[utoipa::path(
    tag = "Organizations",
    params(PageQuery),
    responses(
        (status = 200, description = "A page of organizations.", body = PageBody<MyOrganizationBody>),
        Filtering, Authenticating, Fallible
    )
)]
#[get("/organizations/me/list")]
pub(super) async fn list_my_organizations(
    state: Data<HttpState>,
    caller: Authenticated,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    page(&state, &caller, query.0).await
}

/// List my organizations as a bare array.
///
/// For clients of the documented unversioned call. Where there is more,
/// a `Link` header says where.
#[utoipa::path(
    tag = "Organizations",
    params(PageQuery),
    responses(
        (status = 200, description = "A page of organizations.", body = Vec<MyOrganizationBody>,
            headers(("Link" = Option<String>, description = "`<…>; rel=\"next\"`: the next page."))),
        Filtering, Authenticating, Fallible
    )
)]
#[get("/organizations")]
pub(crate) async fn list_organizations_bare(
    state: Data<HttpState>,
    caller: Authenticated,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let request = query.0.into_request()?;
    let mine = state.guildhall().list_my_organizations(&caller, &request).await?;
    let next = mine.page.next.clone();
    let mut response = HttpResponse::Ok();
    if let Some(next) = next {
        // Cursors are made of characters that need no escaping in an address.
        let limit = request.size.items();
        response.insert_header((LINK, format!("</api/organizations?limit={limit}&after={next}>; rel=\"next\"")));
    }
    Ok(response.json(bodies(mine, state.guildhall().blueprint()).collect::<Vec<_>>()))
}

async fn page(state: &HttpState, caller: &Authenticated, query: PageQuery) -> Result<HttpResponse, Problem> {
    let mine = state.guildhall().list_my_organizations(caller, &query.into_request()?).await?;
    let (active, blueprint) = (mine.active, state.guildhall().blueprint());
    Ok(answer::ok(PageBody::of(mine.page, |mine| {
        let is_active = Some(mine.organization.id) == active;
        MyOrganizationBody::of(mine, is_active, blueprint)
    })))
}

fn bodies(mine: MyOrganizations, blueprint: &Blueprint) -> impl Iterator<Item = MyOrganizationBody> {
    let active = mine.active;
    mine.page.items.into_iter().map(move |mine| {
        let is_active = Some(mine.organization.id) == active;
        MyOrganizationBody::of(mine, is_active, blueprint)
    })
}
