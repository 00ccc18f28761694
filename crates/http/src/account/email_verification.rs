use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, post};
use guildhall_app::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::schema::UserBody;
use crate::answer;
use crate::body::{Body, secret};
use crate::credential::Authenticated;
use crate::problem::Problem;
use crate::request_context::context_of;
use crate::responses::{Authenticating, Conflicting, Fallible, Reading, Redeeming, Throttled};
use crate::state::HttpState;

/// The token of the link that was sent to an address.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EmailVerification, examples(json!({"token": "ghe_…"})))]
pub(crate) struct EmailVerificationBody {
    #[serde(deserialize_with = "secret")]
    #[schema(value_type = String)]
    token: SecretString,
}

/// The account whose address is known to be its own now.
#[derive(Serialize, ToSchema)]
#[schema(as = EmailVerified)]
pub(crate) struct EmailVerifiedBody {
    user: UserBody,
}

/// Show that an e-mail address is mine.
///
/// Needs no session: the link may be opened on another device.
#[utoipa::path(
    tag = "Accounts",
    security(()),
    request_body = EmailVerificationBody,
    responses(
        (status = 200, description = "It is.", body = EmailVerifiedBody),
        Reading, Redeeming, Throttled, Fallible
    )
)]
#[post("/auth/verify-email")]
pub(super) async fn verify_email(
    state: Data<HttpState>,
    request: HttpRequest,
    body: Body<EmailVerificationBody>,
) -> Result<HttpResponse, Problem> {
    let user = state.guildhall().verify_email(&body.0.token, &context_of(&request, &state)).await?;
    Ok(answer::ok(EmailVerifiedBody { user: user.into() }))
}

/// Send me another link.
///
/// The one before is good for nothing from now on.
#[utoipa::path(
    tag = "Accounts",
    responses((status = 202, description = "It is on its way."), Authenticating, Conflicting, Throttled, Fallible)
)]
#[post("/auth/verify-email/resend")]
pub(super) async fn resend_email_verification(
    state: Data<HttpState>,
    caller: Authenticated,
) -> Result<HttpResponse, Problem> {
    state.guildhall().request_email_verification(&caller).await?;
    Ok(answer::accepted())
}
