use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, post};
use guildhall_app::SecretString;
use guildhall_app::account::Register;
use guildhall_domain::{Email, Name};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::schema::LoggedInBody;
use crate::answer;
use crate::body::{Body, optional_secret, secret};
use crate::problem::Problem;
use crate::request_context::context_of_login;
use crate::responses::{Conflicting, Fallible, Reading, Redeeming, Ruled, Throttled};
use crate::state::HttpState;
use crate::validation;

/// A wish to have an account.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Register, examples(json!({
    "email": "ada@example.com",
    "password": "correct horse battery staple",
    "name": "Ada Lovelace",
    "organization": "Analytical Engines"
})))]
pub(crate) struct RegisterBody {
    #[validate(custom(function = "validation::text::<Email>"))]
    #[schema(format = Email, max_length = 254)]
    email: String,
    /// 12 to 128 characters that are hard to guess.
    #[serde(deserialize_with = "secret")]
    #[schema(value_type = String, format = Password, max_length = 128)]
    password: SecretString,
    #[validate(custom(function = "validation::text::<Name>"))]
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    /// What to call the organization that is made for the account; not together with `invitation_token`.
    #[serde(default)]
    #[validate(custom(function = "validation::text::<Name>"))]
    #[schema(min_length = 1, max_length = 120)]
    organization: Option<String>,
    /// The token of an invitation to this e-mail, which is accepted by registering.
    #[serde(default, deserialize_with = "optional_secret")]
    #[schema(value_type = Option<String>)]
    invitation_token: Option<SecretString>,
}

/// Make an account.
///
/// The account gets a session, and a mail by which to show that the e-mail is its own. It comes into the
/// organization of its invitation, or owns a new one of the name given, or is placed as the deployment's rules say.
#[utoipa::path(
    tag = "Accounts",
    security(()),
    request_body = RegisterBody,
    responses(
        (status = 201, description = "Made.", body = LoggedInBody, headers(("Location" = String, description = "The account."))),
        Reading, Ruled, Redeeming, Conflicting, Throttled, Fallible
    )
)]
#[post("/auth/register")]
pub(super) async fn register(
    state: Data<HttpState>,
    request: HttpRequest,
    body: Body<RegisterBody>,
) -> Result<HttpResponse, Problem> {
    let Body(body) = body;
    let command = Register {
        email: Email::parse(&body.email)?,
        password: body.password,
        name: Name::parse(&body.name)?,
        organization: body.organization.as_deref().map(Name::parse).transpose()?,
        invitation: body.invitation_token,
    };
    let session = state.guildhall().register(command, context_of_login(&request, &state)).await?;
    Ok(answer::created("/api/v1/users/me".to_owned(), LoggedInBody::of(session, state.guildhall().blueprint())))
}
