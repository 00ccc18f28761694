use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use guildhall_app::CursorPage;

use super::schema::PlanBody;
use crate::answer;
use crate::credential::Authenticated;
use crate::page::PageBody;
use crate::problem::Problem;
use crate::responses::{Authenticating, Fallible};
use crate::state::HttpState;

/// List the plans of this deployment, in its order.
///
/// All of them at once: `next` is always `null`.
#[utoipa::path(
    tag = "Plans",
    responses(
        (status = 200, description = "The plans.", body = PageBody<PlanBody>),
        Authenticating, Fallible
    )
)]
#[get("/plans")]
pub(super) async fn list_plans(state: Data<HttpState>, _caller: Authenticated) -> Result<HttpResponse, Problem> {
    let items = state.guildhall().plans().to_vec();
    Ok(answer::ok(PageBody::of(CursorPage { items, next: None }, PlanBody::from)))
}
