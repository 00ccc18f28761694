use actix_web::web::Data;
use actix_web::{HttpResponse, post};

use crate::answer;
use crate::credential::Authenticated;
use crate::problem::Problem;
use crate::repeatable_offer::NotRemembered;
use crate::responses::{Authenticating, Fallible, Ruled};
use crate::state::HttpState;

/// End the session that this request came with.
#[utoipa::path(
    tag = "Accounts",
    responses((status = 204, description = "Ended: the token is refused from now on."), Authenticating, Ruled, Fallible)
)]
#[post("/auth/logout")]
pub(super) async fn logout(
    state: Data<HttpState>,
    caller: Authenticated,
    _: NotRemembered,
) -> Result<HttpResponse, Problem> {
    state.guildhall().logout(&caller).await?;
    Ok(answer::done())
}
