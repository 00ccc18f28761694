use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, post};
use guildhall_app::SecretString;
use guildhall_app::account::SetUp;
use guildhall_domain::{Email, Name};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::schema::LoggedInBody;
use crate::answer;
use crate::body::{Body, secret};
use crate::problem::Problem;
use crate::request_context::{context_of_login, note_route};
use crate::responses::{Conflicting, Fallible, Reading, Ruled, Throttled};
use crate::state::HttpState;
use crate::validation;

/// Whether the installation waits to be set up.
#[derive(Serialize, ToSchema)]
#[schema(as = SetUpNeed, examples(json!({"needed": true})))]
pub(crate) struct SetUpNeedBody {
    /// It has no account, and nobody can register one.
    needed: bool,
}

/// The first superadmin of an installation.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SetUp, examples(json!({
    "email": "root@example.com",
    "name": "Ada Lovelace",
    "password": "correct horse battery staple"
})))]
pub(crate) struct SetUpBody {
    #[validate(custom(function = "validation::text::<Email>"))]
    #[schema(format = Email, max_length = 254)]
    email: String,
    #[validate(custom(function = "validation::text::<Name>"))]
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    /// 12 to 128 characters that are hard to guess.
    #[serde(deserialize_with = "secret")]
    #[schema(value_type = String, format = Password, max_length = 128)]
    password: SecretString,
}

/// Does the installation wait to be set up?
#[utoipa::path(
    tag = "Accounts",
    security(()),
    responses((status = 200, description = "Whether it does.", body = SetUpNeedBody), Fallible)
)]
#[get("/auth/setup")]
pub(super) async fn read_set_up(state: Data<HttpState>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    note_route(&request);
    let needed = state.guildhall().needs_set_up().await?;
    Ok(answer::ok(SetUpNeedBody { needed }))
}

/// Set the installation up: make its first account.
///
/// Only while there is no account, and only where nobody can register. The account has power over
/// the whole installation.
#[utoipa::path(
    tag = "Accounts",
    security(()),
    request_body = SetUpBody,
    responses(
        (status = 201, description = "Made.", body = LoggedInBody, headers(("Location" = String, description = "The account."))),
        Reading, Ruled, Conflicting, Throttled, Fallible
    )
)]
#[post("/auth/setup")]
pub(super) async fn set_up(
    state: Data<HttpState>,
    request: HttpRequest,
    body: Body<SetUpBody>,
) -> Result<HttpResponse, Problem> {
    let Body(body) = body;
    let command = SetUp { email: Email::parse(&body.email)?, name: Name::parse(&body.name)?, password: body.password };
    let session = state.guildhall().set_up(command, context_of_login(&request, &state)).await?;
    Ok(answer::created("/api/v1/users/me".to_owned(), LoggedInBody::of(session, state.guildhall().blueprint())))
}
