use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, post};
use guildhall_app::SecretString;
use guildhall_app::account::Login;
use guildhall_domain::Email;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::schema::LoggedInBody;
use crate::answer;
use crate::body::{Body, secret};
use crate::problem::Problem;
use crate::request_context::context_of_login;
use crate::responses::{Authenticating, Fallible, Reading, Ruled, Throttled};
use crate::state::HttpState;
use crate::validation;

/// Credentials of an account.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Login, examples(json!({"email": "ada@example.com", "password": "correct horse battery staple"})))]
pub(crate) struct LoginBody {
    #[validate(custom(function = "validation::text::<Email>"))]
    #[schema(format = Email, max_length = 254)]
    email: String,
    #[serde(deserialize_with = "secret")]
    #[schema(value_type = String, format = Password)]
    password: SecretString,
}

/// Start a session.
///
/// An unknown e-mail, a wrong password and a disabled account get the same answer.
#[utoipa::path(
    tag = "Accounts",
    security(()),
    request_body = LoginBody,
    responses(
        (status = 200, description = "A new session.", body = LoggedInBody),
        Reading, Authenticating, Ruled, Throttled, Fallible
    )
)]
#[post("/auth/login")]
pub(super) async fn login(
    state: Data<HttpState>,
    request: HttpRequest,
    body: Body<LoginBody>,
) -> Result<HttpResponse, Problem> {
    let Body(body) = body;
    let command = Login { email: Email::parse(&body.email)?, password: body.password };
    let session = state.guildhall().login(command, context_of_login(&request, &state)).await?;
    Ok(answer::ok(LoggedInBody::of(session, state.guildhall().blueprint())))
}
