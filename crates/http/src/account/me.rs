use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use guildhall_app::account::Me;
use serde::Serialize;
use utoipa::ToSchema;

use super::schema::UserBody;
use crate::answer;
use crate::credential::Authenticated;
use crate::organization::MyOrganizationBody;
use crate::problem::Problem;
use crate::responses::{Authenticating, Fallible};
use crate::state::HttpState;

/// Who the caller is, and where they belong.
#[derive(Serialize, ToSchema)]
#[schema(as = Me)]
pub(crate) struct MeBody {
    user: UserBody,
    /// The active organization: what `me` stands for in paths.
    #[schema(required = true)]
    organization: Option<MyOrganizationBody>,
    /// The first page of the caller's organizations.
    memberships: Vec<MyOrganizationBody>,
    /// What to send to `GET /organizations` as `after` for more.
    #[schema(required = true)]
    next: Option<String>,
}

impl From<Me> for MeBody {
    fn from(me: Me) -> Self {
        let active = me.organization.as_ref().map(|mine| mine.organization.id);
        let body = |mine: guildhall_domain::OrganizationMembership| {
            let is_active = Some(mine.organization.id) == active;
            MyOrganizationBody::of(mine, is_active)
        };
        Self {
            user: me.user.into(),
            organization: me.organization.map(body),
            memberships: me.memberships.items.into_iter().map(body).collect(),
            next: me.memberships.next,
        }
    }
}

/// Who am I?
///
/// Makes the first organization of a user who has none.
#[utoipa::path(
    tag = "Accounts",
    responses(
        (status = 200, description = "The caller, the active organization and all others.", body = MeBody),
        Authenticating, Fallible
    )
)]
#[get("/auth/me")]
pub(super) async fn read_me(state: Data<HttpState>, caller: Authenticated) -> Result<HttpResponse, Problem> {
    answer_me(&state, &caller).await
}

/// The same at `/auth/me`, without any prefix.
#[get("/me")]
pub(crate) async fn read_me_unprefixed(state: Data<HttpState>, caller: Authenticated) -> Result<HttpResponse, Problem> {
    answer_me(&state, &caller).await
}

async fn answer_me(state: &HttpState, caller: &Authenticated) -> Result<HttpResponse, Problem> {
    let me = state.guildhall().me(caller).await?;
    Ok(answer::ok(MeBody::from(me)))
}
