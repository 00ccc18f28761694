use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use guildhall_app::SecretString;
use guildhall_app::invitation::InvitationRef;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::accept;
use crate::answer;
use crate::body::{Body, secret};
use crate::credential::Authenticated;
use crate::organization::MyOrganizationBody;
use crate::problem::Problem;
use crate::responses::{Answering, Authenticating, Conflicting, Fallible, Reading, Redeeming};
use crate::state::HttpState;

/// The token of an invitation's link.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = InvitationToken, examples(json!({"token": "ghi_…"})))]
pub(crate) struct InvitationTokenBody {
    #[serde(deserialize_with = "secret")]
    #[schema(value_type = String)]
    token: SecretString,
}

/// Accept an invitation by the token of its link.
///
/// Who is a member already is raised to what it offers, and never lowered.
#[utoipa::path(
    tag = "Invitations",
    request_body = InvitationTokenBody,
    responses(
        (status = 200, description = "The caller's place in the organization.", body = MyOrganizationBody),
        Reading, Authenticating, Answering, Redeeming, Conflicting, Fallible
    )
)]
#[post("/organizations/invites/accept")]
pub(super) async fn accept_invitation(
    state: Data<HttpState>,
    caller: Authenticated,
    body: Body<InvitationTokenBody>,
) -> Result<HttpResponse, Problem> {
    accept(&state, &caller, InvitationRef::Token(body.0.token)).await
}

/// Decline an invitation by the token of its link.
#[utoipa::path(
    tag = "Invitations",
    request_body = InvitationTokenBody,
    responses(
        (status = 204, description = "Declined."),
        Reading, Authenticating, Answering, Redeeming, Fallible
    )
)]
#[post("/organizations/invites/decline")]
pub(super) async fn decline_invitation(
    state: Data<HttpState>,
    caller: Authenticated,
    body: Body<InvitationTokenBody>,
) -> Result<HttpResponse, Problem> {
    state.guildhall().decline_invitation(&caller, &InvitationRef::Token(body.0.token)).await?;
    Ok(answer::done())
}
