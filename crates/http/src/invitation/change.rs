use actix_web::web::Data;
use actix_web::{HttpResponse, delete, post};
use guildhall_app::ExposeSecret;
use guildhall_domain::InvitationId;
use serde::Serialize;
use utoipa::ToSchema;

use super::schema::InvitationBody;
use crate::answer;
use crate::credential::Authenticated;
use crate::path::{InvitationParam, OrganizationParam, OrganizationPath, SubjectPath};
use crate::precondition::{IfMatch, IfMatchParam};
use crate::problem::Problem;
use crate::responses::{Authenticating, Conditional, Conflicting, Fallible, Scoped, Throttled};
use crate::state::HttpState;

/// An invitation with its new token.
#[derive(Serialize, ToSchema)]
#[schema(as = ResentInvitation)]
pub(crate) struct ResentInvitationBody {
    invitation: InvitationBody,
    /// The token of the new link, shown this once. The person gets it by mail.
    #[schema(examples("ghi_J7vYxWkq0V6tqf3kq1k0ZrZb0T2m3x4y5A6B7C8D9E0"))]
    token: String,
}

/// Send a pending invitation again.
///
/// With a new link, for as long again: the one before is dead.
#[utoipa::path(
    tag = "Invitations",
    params(OrganizationParam, InvitationParam),
    responses(
        (status = 200, description = "Sent.", body = ResentInvitationBody),
        Authenticating, Scoped, Conflicting, Throttled, Fallible
    )
)]
#[post("/organizations/{org}/invites/{invite}/resend")]
pub(super) async fn resend_invitation(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    invitation: SubjectPath,
) -> Result<HttpResponse, Problem> {
    let guildhall = state.guildhall();
    let id = InvitationId::from(invitation.0);
    let (invitation, token) = guildhall.resend_invitation(&caller, organization.0, id).await?;
    let invitation = InvitationBody::of(invitation, guildhall.now());
    Ok(answer::ok(ResentInvitationBody { invitation, token: token.expose_secret().to_owned() }))
}

/// Take a pending invitation back: its link is dead at once.
#[utoipa::path(
    tag = "Invitations",
    params(OrganizationParam, InvitationParam, IfMatchParam),
    responses((status = 204, description = "Taken back."), Conditional, Authenticating, Scoped, Fallible)
)]
#[delete("/organizations/{org}/invites/{invite}")]
pub(super) async fn revoke_invitation(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    invitation: SubjectPath,
    precondition: IfMatch,
) -> Result<HttpResponse, Problem> {
    let id = InvitationId::from(invitation.0);
    state.guildhall().revoke_invitation(&caller, organization.0, id, &precondition.0).await?;
    Ok(answer::done())
}
