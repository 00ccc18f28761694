use actix_web::web::Data;
use actix_web::{HttpResponse, patch};
use guildhall_domain::OrganizationId;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::schema::MyOrganizationBody;
use crate::answer;
use crate::body::Body;
use crate::credential::Authenticated;
use crate::problem::Problem;
use crate::responses::{Authenticating, Fallible, Naming, Reading};
use crate::state::HttpState;
use crate::validation::{self, parse_id};

/// Which organization `me` shall stand for.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ActiveOrganization, examples(json!({"organization_id": "0198c1a0-0000-7000-8000-000000000002"})))]
pub(crate) struct ActiveOrganizationBody {
    #[validate(custom(function = "validation::id"))]
    #[schema(value_type = Uuid)]
    organization_id: String,
}

/// Choose my active organization.
#[utoipa::path(
    tag = "Organizations",
    request_body = ActiveOrganizationBody,
    responses(
        (status = 200, description = "The active organization.", body = MyOrganizationBody),
        Reading, Authenticating, Naming, Fallible
    )
)]
#[patch("/organizations/me/active")]
pub(super) async fn switch_organization(
    state: Data<HttpState>,
    caller: Authenticated,
    body: Body<ActiveOrganizationBody>,
) -> Result<HttpResponse, Problem> {
    let organization = OrganizationId::from(parse_id(&body.0.organization_id)?);
    let mine = state.guildhall().switch_organization(&caller, organization).await?;
    Ok(answer::ok(MyOrganizationBody::of(mine, true, state.guildhall().blueprint())))
}
