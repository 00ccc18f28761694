use actix_web::web::Data;
use actix_web::{HttpResponse, post, put};
use guildhall_app::SecretString;
use guildhall_app::user::CreateUser;
use guildhall_domain::{Email, Name, UserId};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::account::UserBody;
use crate::answer;
use crate::body::{Body, secret};
use crate::credential::Authenticated;
use crate::path::{SubjectPath, UserParam};
use crate::problem::Problem;
use crate::repeatable_offer::NotRemembered;
use crate::responses::{Authenticating, Conflicting, Fallible, Naming, Platform, Reading};
use crate::state::HttpState;
use crate::validation;

/// A wish to have an account for somebody.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewUser, examples(json!({
    "email": "grace@example.com",
    "name": "Grace Hopper",
    "password": "correct horse battery staple"
})))]
pub(crate) struct NewUserBody {
    /// Taken to be the person's.
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
    /// Whether the account has power over the whole installation.
    #[serde(default)]
    #[schema(required = false, default = false)]
    superadmin: bool,
}

/// The password that an account shall have.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PasswordReset, examples(json!({"password": "seven quiet lanterns over water"})))]
pub(crate) struct PasswordResetBody {
    /// 12 to 128 characters that are hard to guess.
    #[serde(deserialize_with = "secret")]
    #[schema(value_type = String, format = Password, max_length = 128)]
    password: SecretString,
}

/// Make an account for somebody.
///
/// The user comes into an organization as one who registers does.
#[utoipa::path(
    tag = "Platform",
    request_body = NewUserBody,
    responses(
        (status = 201, description = "Made.", body = UserBody, headers(("Location" = String, description = "The account."))),
        Reading, Authenticating, Platform, Conflicting, Fallible
    )
)]
#[post("/platform/users")]
pub(super) async fn create_user(
    state: Data<HttpState>,
    caller: Authenticated,
    _: NotRemembered,
    body: Body<NewUserBody>,
) -> Result<HttpResponse, Problem> {
    let Body(body) = body;
    let command = CreateUser {
        email: Email::parse(&body.email)?,
        name: Name::parse(&body.name)?,
        password: body.password,
        superadmin: body.superadmin,
    };
    let user = state.guildhall().create_user(&caller, command).await?;
    Ok(answer::created(format!("/api/v1/platform/users/{}", user.id), UserBody::from(user)))
}

/// Give an account a new password.
///
/// All its sessions end.
#[utoipa::path(
    tag = "Platform",
    params(UserParam),
    request_body = PasswordResetBody,
    responses((status = 204, description = "Changed."), Reading, Authenticating, Platform, Naming, Fallible)
)]
#[put("/platform/users/{user}/password")]
pub(super) async fn reset_password(
    state: Data<HttpState>,
    caller: Authenticated,
    user: SubjectPath,
    body: Body<PasswordResetBody>,
) -> Result<HttpResponse, Problem> {
    state.guildhall().reset_password(&caller, UserId::from(user.0), body.0.password).await?;
    Ok(answer::done())
}
