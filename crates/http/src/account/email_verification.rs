use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use guildhall_app::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::schema::UserBody;
use crate::answer;
use crate::body::{Body, secret};
use crate::credential::Authenticated;
use crate::problem::Problem;
use crate::responses::{Authenticating, Conflicting, Fallible, Reading, Throttled, Verifying};
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

/// Show that my e-mail address is mine.
///
/// The page that the link leads to sends the token on as whoever is logged in there, and asks for
/// a login first where nobody is. The link of another account is as an unknown one: nobody can be
/// made to verify by a click what somebody else registered with their address.
#[utoipa::path(
    tag = "Accounts",
    request_body = EmailVerificationBody,
    responses(
        (status = 200, description = "It is.", body = EmailVerifiedBody),
        Reading, Authenticating, Verifying, Throttled, Fallible
    )
)]
#[post("/auth/verify-email")]
pub(super) async fn verify_email(
    state: Data<HttpState>,
    caller: Authenticated,
    body: Body<EmailVerificationBody>,
) -> Result<HttpResponse, Problem> {
    let user = state.guildhall().verify_email(&caller, &body.0.token).await?;
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
