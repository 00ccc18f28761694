use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use guildhall_app::invitation::{InvitationExpiry, Invite, Invited};
use guildhall_app::role::RoleRef;
use guildhall_app::{ExposeSecret, Guildhall};
use guildhall_domain::{Description, Email};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::schema::InvitationBody;
use crate::answer;
use crate::body::{Body, objects};
use crate::credential::Authenticated;
use crate::member::{MemberBody, NewGrantBody, access};
use crate::path::{OrganizationParam, OrganizationPath};
use crate::problem::Problem;
use crate::responses::{Authenticating, Conflicting, Fallible, Reading, Scoped, Throttled};
use crate::state::HttpState;
use crate::validation::{self, parse_invitation_mode};

/// Whom to invite, and to what.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewInvitation, examples(json!({"email": "grace@example.com", "role": "admin", "message": "Join us!"})))]
pub(crate) struct NewInvitationBody {
    /// `invited_email` is the same.
    #[serde(alias = "invited_email")]
    #[validate(custom(function = "validation::text::<Email>"))]
    #[schema(format = Email, max_length = 254)]
    email: String,
    /// `owner`, `admin`, `member`, or the id or name of a custom role; the deployment's default role where none is given.
    #[serde(default)]
    #[validate(custom(function = "validation::role"))]
    role: Option<String>,
    /// `link`: the person accepts it; `direct`: an account is a member at once. As the deployment says where none is given.
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
    /// How long the link is good for; as the deployment says where nothing is given.
    #[serde(default)]
    #[validate(custom(function = "validation::expiry"))]
    #[schema(minimum = 1, maximum = 30)]
    expires_in_days: Option<i64>,
    /// What to say to the person, in the mail with the link.
    #[serde(default)]
    #[validate(custom(function = "validation::text::<Description>"))]
    #[schema(min_length = 1, max_length = 2000)]
    message: Option<String>,
}

impl TryFrom<NewInvitationBody> for Invite {
    type Error = Problem;

    fn try_from(body: NewInvitationBody) -> Result<Self, Problem> {
        Ok(Self {
            email: Email::parse(&body.email)?,
            mode: body.mode.as_deref().map(parse_invitation_mode).transpose()?,
            role: body.role.as_deref().map(RoleRef::parse).transpose()?.unwrap_or_default(),
            access: access(body.all_read, body.all_write, &body.grants)?,
            expiry: body.expires_in_days.map(InvitationExpiry::days).transpose()?,
            message: body.message.as_deref().map(Description::parse).transpose()?,
        })
    }
}

/// What came of it.
#[derive(Serialize, ToSchema)]
#[serde(tag = "mode", rename_all = "lowercase")]
#[schema(as = Invited)]
pub(crate) enum InvitedBody {
    /// The person has to accept.
    Link {
        invitation: InvitationBody,
        /// The token of the link, shown this once. The person gets it by mail.
        #[schema(examples("ghi_J7vYxWkq0V6tqf3kq1k0ZrZb0T2m3x4y5A6B7C8D9E0"))]
        token: String,
    },
    /// The person is a member.
    Direct { member: MemberBody },
}

impl InvitedBody {
    fn of(invited: Invited, guildhall: &Guildhall) -> Self {
        match invited {
            Invited::Link { invitation, token } => Self::Link {
                invitation: InvitationBody::of(*invitation, guildhall.now()),
                token: token.expose_secret().to_owned(),
            },
            Invited::Member(member) => Self::Direct { member: MemberBody::of(*member, guildhall.blueprint()) },
        }
    }
}

fn location_of(invited: &Invited) -> String {
    match invited {
        Invited::Link { invitation, .. } => {
            format!("/api/v1/organizations/{}/invites/{}", invitation.organization_id, invitation.id)
        }
        Invited::Member(member) => {
            let place = &member.membership;
            format!("/api/v1/organizations/{}/members/{}", place.organization_id, place.id)
        }
    }
}

/// Invite somebody.
///
/// By a link, which needs `invitation.manage`, or at once, which needs `member.add` and is for
/// accounts whose e-mail is verified. The answer to the former does not tell whether the address
/// has an account.
#[utoipa::path(
    tag = "Invitations",
    params(OrganizationParam),
    request_body = NewInvitationBody,
    responses(
        (status = 201, description = "Invited, or added.", body = InvitedBody,
            headers(("Location" = String, description = "The invitation, or the member."))),
        Reading, Authenticating, Scoped, Conflicting, Throttled, Fallible
    )
)]
#[post("/organizations/{org}/invites")]
pub(super) async fn invite(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    body: Body<NewInvitationBody>,
) -> Result<HttpResponse, Problem> {
    let invited = state.guildhall().invite(&caller, organization.0, body.0.try_into()?).await?;
    Ok(answer::created(location_of(&invited), InvitedBody::of(invited, state.guildhall())))
}
