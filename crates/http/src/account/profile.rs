use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, delete, get, patch};
use guildhall_app::EntityTag;
use guildhall_app::account::ProfileChanges;
use guildhall_domain::{Description, Name, TimeZone};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::schema::UserBody;
use crate::answer;
use crate::body::{Body, change, nullable, present};
use crate::credential::Authenticated;
use crate::precondition::{IfMatch, IfMatchParam, IfNoneMatchParam};
use crate::problem::Problem;
use crate::responses::{Authenticating, Conditional, Conflicting, Fallible, Reading, Ruled};
use crate::state::HttpState;
use crate::validation;

/// Changes to a profile: absent fields stay, `null` clears.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ProfileChanges, examples(json!({"preferred_name": "Ada", "timezone": "Europe/London", "notes": null})))]
pub(crate) struct ProfileChangesBody {
    #[serde(default, deserialize_with = "present")]
    #[validate(custom(function = "validation::text::<Name>"))]
    #[schema(min_length = 1, max_length = 120, nullable = false)]
    name: Option<String>,
    #[serde(default, deserialize_with = "nullable")]
    #[validate(custom(function = "validation::text::<Name>"))]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 120)]
    preferred_name: Option<Option<String>>,
    #[serde(default, deserialize_with = "nullable")]
    #[validate(custom(function = "validation::text::<Name>"))]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 120)]
    pronouns: Option<Option<String>>,
    /// A name of the IANA time zone database.
    #[serde(default, deserialize_with = "nullable")]
    #[validate(custom(function = "validation::text::<TimeZone>"))]
    #[schema(value_type = Option<String>)]
    timezone: Option<Option<String>>,
    #[serde(default, deserialize_with = "nullable")]
    #[validate(custom(function = "validation::text::<Description>"))]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 2000)]
    notes: Option<Option<String>>,
    #[serde(default, deserialize_with = "nullable")]
    #[validate(custom(function = "validation::text::<Description>"))]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 2000)]
    context: Option<Option<String>>,
}

/// Read my profile.
#[utoipa::path(
    tag = "Accounts",
    params(IfNoneMatchParam),
    responses(
        (status = 200, description = "The caller's account.", body = UserBody, headers(("ETag" = String, description = "Its state."))),
        (status = 304, description = "The client has it already.", headers(("ETag" = String, description = "Its state."))),
        Authenticating, Fallible
    )
)]
#[get("/users/me")]
pub(super) async fn read_profile(
    state: Data<HttpState>,
    request: HttpRequest,
    caller: Authenticated,
) -> Result<HttpResponse, Problem> {
    let user = state.guildhall().profile(&caller).await?;
    Ok(answer::resource(&request, &EntityTag::from(&user), UserBody::from(user)))
}

/// Change my profile.
#[utoipa::path(
    tag = "Accounts",
    params(IfMatchParam),
    request_body = ProfileChangesBody,
    responses(
        (status = 200, description = "As it is now.", body = UserBody, headers(("ETag" = String, description = "Its state."))),
        Reading, Conditional, Authenticating, Fallible
    )
)]
#[patch("/users/me")]
pub(super) async fn update_profile(
    state: Data<HttpState>,
    caller: Authenticated,
    precondition: IfMatch,
    body: Body<ProfileChangesBody>,
) -> Result<HttpResponse, Problem> {
    let Body(body) = body;
    let changes = ProfileChanges {
        name: body.name.as_deref().map(Name::parse).transpose()?,
        preferred_name: change(body.preferred_name)?,
        pronouns: change(body.pronouns)?,
        timezone: change(body.timezone)?,
        notes: change(body.notes)?,
        context: change(body.context)?,
    };
    let user = state.guildhall().update_profile(&caller, changes, &precondition.0).await?;
    Ok(answer::changed(&EntityTag::from(&user), UserBody::from(user)))
}

/// Delete my account.
///
/// Organizations that nobody else belongs to go with it; the others are left.
#[utoipa::path(
    tag = "Accounts",
    responses(
        (status = 204, description = "Deleted."),
        Authenticating, Ruled, Conflicting, Fallible
    )
)]
#[delete("/users/me")]
pub(super) async fn delete_account(state: Data<HttpState>, caller: Authenticated) -> Result<HttpResponse, Problem> {
    state.guildhall().delete_account(&caller).await?;
    Ok(answer::done())
}
