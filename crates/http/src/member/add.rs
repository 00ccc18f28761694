use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use guildhall_app::member::AddMember;
use guildhall_app::role::RoleRef;
use guildhall_domain::Email;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::grant::NewGrantBody;
use super::named_account::{account, names_account};
use super::offer::access;
use super::schema::MemberBody;
use crate::answer;
use crate::body::{Body, objects};
use crate::credential::Authenticated;
use crate::path::{OrganizationParam, OrganizationPath};
use crate::problem::Problem;
use crate::responses::{Authenticating, Conflicting, Fallible, Reading, Scoped};
use crate::state::HttpState;
use crate::validation;

/// Whom to add: by e-mail or by id.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "names_one_account"))]
#[schema(as = NewMember, examples(json!({"email": "grace@example.com", "role": "admin"})))]
pub(crate) struct NewMemberBody {
    #[serde(default)]
    #[validate(custom(function = "validation::text::<Email>"))]
    #[schema(format = Email, max_length = 254)]
    email: Option<String>,
    #[serde(default)]
    #[validate(custom(function = "validation::id"))]
    #[schema(value_type = Option<Uuid>)]
    user_id: Option<String>,
    /// `owner`, `admin`, `member`, or the id or name of a custom role; the deployment's default role where none is given.
    #[serde(default)]
    #[validate(custom(function = "validation::role"))]
    role: Option<String>,
    /// To read every workspace; `all_boards_read` is the same. The deployment's default access where nothing is said of access.
    #[serde(default, alias = "all_boards_read")]
    all_read: Option<bool>,
    /// To write every workspace, which includes reading; `all_boards_write` is the same.
    #[serde(default, alias = "all_boards_write")]
    all_write: Option<bool>,
    /// To single workspaces, each of them once; left out where one of the flags is set. `board_access` is the same.
    #[serde(default, alias = "board_access", deserialize_with = "objects")]
    #[validate(nested)]
    #[schema(required = false, max_items = 500)]
    grants: Vec<NewGrantBody>,
}

fn names_one_account(body: &NewMemberBody) -> Result<(), ValidationError> {
    names_account(body.email.as_deref(), body.user_id.as_deref())
}

/// Add somebody who has an account.
///
/// An e-mail names an account only once its holder has shown that it is theirs
/// (`account_email_not_verified`); until then, invite them by a link.
#[utoipa::path(
    tag = "Members",
    params(OrganizationParam),
    request_body = NewMemberBody,
    responses(
        (status = 201, description = "Added.", body = MemberBody, headers(("Location" = String, description = "The member."))),
        Reading, Authenticating, Scoped, Conflicting, Fallible
    )
)]
#[post("/organizations/{org}/members")]
pub(super) async fn add_member(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    body: Body<NewMemberBody>,
) -> Result<HttpResponse, Problem> {
    let Body(body) = body;
    let command = AddMember {
        account: account(body.email.as_deref(), body.user_id.as_deref())?,
        role: body.role.as_deref().map(RoleRef::parse).transpose()?.unwrap_or_default(),
        access: access(body.all_read, body.all_write, &body.grants)?,
    };
    let member = state.guildhall().add_member(&caller, organization.0, command).await?;
    let place = &member.membership;
    let location = format!("/api/v1/organizations/{}/members/{}", place.organization_id, place.id);
    Ok(answer::created(location, MemberBody::of(member, state.guildhall().blueprint())))
}
