use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use guildhall_domain::OrganizationId;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::schema::MyJoinRequestBody;
use crate::answer;
use crate::body::Body;
use crate::credential::Authenticated;
use crate::problem::Problem;
use crate::responses::{Answering, Authenticating, Conflicting, Fallible, Naming, Reading};
use crate::state::HttpState;
use crate::validation::{self, parse_id};

/// Which organization to join.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewJoinRequest, examples(json!({"organization_id": "0198c1a0-0000-7000-8000-000000000002"})))]
pub(crate) struct NewJoinRequestBody {
    /// The `suggested_organization` of `GET /auth/me`.
    #[validate(custom(function = "validation::id"))]
    #[schema(value_type = Uuid)]
    organization_id: String,
}

/// Ask to join the organization of my e-mail domain.
///
/// Asking again while nobody has decided gives the same request.
#[utoipa::path(
    tag = "Domains",
    request_body = NewJoinRequestBody,
    responses(
        (status = 201, description = "Asked.", body = MyJoinRequestBody),
        Reading, Authenticating, Answering, Naming, Conflicting, Fallible
    )
)]
#[post("/users/me/join-requests")]
pub(super) async fn request_to_join(
    state: Data<HttpState>,
    caller: Authenticated,
    body: Body<NewJoinRequestBody>,
) -> Result<HttpResponse, Problem> {
    let organization = OrganizationId::from(parse_id(&body.0.organization_id)?);
    let request = state.guildhall().request_to_join(&caller, organization).await?;
    Ok(answer::made(MyJoinRequestBody::from(request)))
}
