use actix_web::web::Data;
use actix_web::{HttpResponse, put};
use guildhall_app::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::answer;
use crate::body::{Body, secret};
use crate::credential::Authenticated;
use crate::problem::Problem;
use crate::responses::{Authenticating, Fallible, Reading, Ruled, Throttled};
use crate::state::HttpState;

/// The present password and the one to come.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PasswordChange, examples(json!({
    "current_password": "correct horse battery staple",
    "new_password": "seven quiet lanterns over water"
})))]
pub(crate) struct PasswordChangeBody {
    #[serde(deserialize_with = "secret")]
    #[schema(value_type = String, format = Password)]
    current_password: SecretString,
    /// 12 to 128 characters that are hard to guess.
    #[serde(deserialize_with = "secret")]
    #[schema(value_type = String, format = Password, max_length = 128)]
    new_password: SecretString,
}

/// Change my password.
///
/// All my other sessions end.
#[utoipa::path(
    tag = "Accounts",
    request_body = PasswordChangeBody,
    responses((status = 204, description = "Changed."), Reading, Authenticating, Ruled, Throttled, Fallible)
)]
#[put("/users/me/password")]
pub(super) async fn change_password(
    state: Data<HttpState>,
    caller: Authenticated,
    body: Body<PasswordChangeBody>,
) -> Result<HttpResponse, Problem> {
    let Body(body) = body;
    state.guildhall().change_password(&caller, body.current_password, body.new_password).await?;
    Ok(answer::done())
}
