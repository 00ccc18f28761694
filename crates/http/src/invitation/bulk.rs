use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use guildhall_app::invitation::{BulkInvite, InvitationExpiry};
use guildhall_app::role::RoleRef;
use guildhall_domain::Description;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::bulk_result::{BulkInvitedBody, BulkResultBody};
use crate::answer;
use crate::body::{Body, objects};
use crate::credential::Authenticated;
use crate::member::{NewGrantBody, access};
use crate::path::{OrganizationParam, OrganizationPath};
use crate::problem::Problem;
use crate::responses::{Authenticating, Conflicting, Fallible, Reading, Scoped, Throttled};
use crate::state::HttpState;
use crate::validation::{self, parse_invitation_mode};

/// Many people to invite, and to what.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BulkInvitation, examples(json!({"emails": ["grace@example.com", "alan@example.com"], "role": "member"})))]
pub(crate) struct BulkInvitationBody {
    /// 1 to 100 addresses. A bad one does not stop the others.
    #[schema(min_items = 1, max_items = 100)]
    emails: Vec<String>,
    /// `owner`, `admin`, `member`, or the id or name of a custom role; the deployment's default role where none is given.
    #[serde(default)]
    #[validate(custom(function = "validation::role"))]
    role: Option<String>,
    /// `link`: the people accept it; `direct`: accounts are members at once. As the deployment says where none is given.
    #[serde(default)]
    #[validate(custom(function = "validation::invitation_mode"))]
    #[schema(pattern = "^(link|direct)$")]
    mode: Option<String>,
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
    /// How long the links are good for; as the deployment says where nothing is given.
    #[serde(default)]
    #[validate(custom(function = "validation::expiry"))]
    #[schema(minimum = 1, maximum = 30)]
    expires_in_days: Option<i64>,
    /// What to say to the people, in the mails with the links; `welcome_message` is the same.
    #[serde(default, alias = "welcome_message")]
    #[validate(custom(function = "validation::text::<Description>"))]
    #[schema(min_length = 1, max_length = 2000)]
    message: Option<String>,
}

impl TryFrom<BulkInvitationBody> for BulkInvite {
    type Error = Problem;

    fn try_from(body: BulkInvitationBody) -> Result<Self, Problem> {
        Ok(Self {
            emails: body.emails,
            mode: body.mode.as_deref().map(parse_invitation_mode).transpose()?,
            role: body.role.as_deref().map(RoleRef::parse).transpose()?.unwrap_or_default(),
            access: access(body.all_read, body.all_write, &body.grants)?,
            expiry: body.expires_in_days.map(InvitationExpiry::days).transpose()?,
            message: body.message.as_deref().map(Description::parse).transpose()?,
        })
    }
}

/// Invite many people.
///
/// By links, which needs `invitation.manage`, or at once, which needs `member.add` and is for
/// accounts whose e-mail is verified.
#[utoipa::path(
    tag = "Invitations",
    params(OrganizationParam),
    request_body = BulkInvitationBody,
    responses(
        (status = 200, description = "What came of each.", body = BulkInvitedBody),
        Reading, Authenticating, Scoped, Conflicting, Throttled, Fallible
    )
)]
#[post("/organizations/{org}/invites/bulk")]
pub(super) async fn invite_many(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    body: Body<BulkInvitationBody>,
) -> Result<HttpResponse, Problem> {
    let guildhall = state.guildhall();
    let results = guildhall.invite_many(&caller, organization.0, body.0.try_into()?).await?;
    let request_id = caller.request.request_id.as_deref();
    let results = results.into_iter().map(|result| BulkResultBody::of(result, guildhall, request_id)).collect();
    Ok(answer::ok(BulkInvitedBody { results }))
}
