use actix_web::web::Data;
use actix_web::{HttpResponse, get, post};
use guildhall_app::EntityTag;
use guildhall_domain::UserId;
use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use crate::account::UserBody;
use crate::answer;
use crate::credential::Authenticated;
use crate::page::{PageBody, list_request};
use crate::path::{SubjectPath, UserParam};
use crate::problem::Problem;
use crate::query::Query;
use crate::responses::{Authenticating, Fallible, Filtering, Naming, Platform};
use crate::state::HttpState;
use crate::validation;

/// Which accounts are asked for.
#[derive(Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct UsersQuery {
    /// Only those whose name or e-mail contains this.
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

/// List all accounts, in the order of their e-mails.
#[utoipa::path(
    tag = "Platform",
    params(UsersQuery),
    responses(
        (status = 200, description = "A page of accounts.", body = PageBody<UserBody>),
        Filtering, Authenticating, Platform, Fallible
    )
)]
#[get("/platform/users")]
pub(super) async fn list_users(
    state: Data<HttpState>,
    caller: Authenticated,
    query: Query<UsersQuery>,
) -> Result<HttpResponse, Problem> {
    let Query(query) = query;
    let request = list_request(query.limit.as_deref(), query.after)?;
    let search = query.search.as_deref().filter(|search| !search.trim().is_empty());
    let users = state.guildhall().list_users(&caller, search, &request).await?;
    Ok(answer::ok(PageBody::of(users, UserBody::from)))
}

/// Disable an account: it cannot log in, and its sessions end.
#[utoipa::path(
    tag = "Platform",
    params(UserParam),
    responses(
        (status = 200, description = "As it is now.", body = UserBody, headers(("ETag" = String, description = "Its state."))),
        Authenticating, Platform, Naming, Fallible
    )
)]
#[post("/platform/users/{user}/disable")]
pub(super) async fn disable_user(
    state: Data<HttpState>,
    caller: Authenticated,
    user: SubjectPath,
) -> Result<HttpResponse, Problem> {
    set_disabled(&state, &caller, user, true).await
}

/// Enable an account again.
#[utoipa::path(
    tag = "Platform",
    params(UserParam),
    responses(
        (status = 200, description = "As it is now.", body = UserBody, headers(("ETag" = String, description = "Its state."))),
        Authenticating, Platform, Naming, Fallible
    )
)]
#[post("/platform/users/{user}/enable")]
pub(super) async fn enable_user(
    state: Data<HttpState>,
    caller: Authenticated,
    user: SubjectPath,
) -> Result<HttpResponse, Problem> {
    set_disabled(&state, &caller, user, false).await
}

async fn set_disabled(
    state: &HttpState,
    caller: &Authenticated,
    user: SubjectPath,
    disabled: bool,
) -> Result<HttpResponse, Problem> {
    let user = state.guildhall().set_user_disabled(caller, UserId::from(user.0), disabled).await?;
    Ok(answer::changed(&EntityTag::from(&user), UserBody::from(user)))
}
