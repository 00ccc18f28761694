use actix_web::web::Data;
use actix_web::{HttpResponse, get, post};
use guildhall_app::invitation::InvitationRef;
use guildhall_domain::InvitationId;

use super::accept;
use super::schema::ReceivedInvitationBody;
use crate::answer;
use crate::credential::Authenticated;
use crate::organization::MyOrganizationBody;
use crate::page::{PageBody, PageQuery};
use crate::path::{InvitationParam, SubjectPath};
use crate::problem::Problem;
use crate::query::Query;
use crate::responses::{Answering, Authenticating, Conflicting, Fallible, Filtering, Naming};
use crate::state::HttpState;

/// List the invitations that I can accept, oldest first.
///
/// There are none for who has not shown that their e-mail is theirs.
#[utoipa::path(
    tag = "Invitations",
    params(PageQuery),
    responses(
        (status = 200, description = "A page of invitations.", body = PageBody<ReceivedInvitationBody>),
        Filtering, Authenticating, Fallible
    )
)]
#[get("/users/me/invites")]
pub(super) async fn list_received_invitations(
    state: Data<HttpState>,
    caller: Authenticated,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let request = query.0.into_request()?;
    let invitations = state.guildhall().list_received_invitations(&caller, &request).await?;
    let now = state.guildhall().now();
    Ok(answer::ok(PageBody::of(invitations, |invitation| ReceivedInvitationBody::of(invitation, now))))
}

/// Accept an invitation that I received.
#[utoipa::path(
    tag = "Invitations",
    params(InvitationParam),
    responses(
        (status = 200, description = "The caller's place in the organization.", body = MyOrganizationBody),
        Authenticating, Answering, Naming, Conflicting, Fallible
    )
)]
#[post("/users/me/invites/{invite}/accept")]
pub(super) async fn accept_received_invitation(
    state: Data<HttpState>,
    caller: Authenticated,
    invitation: SubjectPath,
) -> Result<HttpResponse, Problem> {
    accept(&state, &caller, InvitationRef::Received(InvitationId::from(invitation.0))).await
}

/// Decline an invitation that I received.
#[utoipa::path(
    tag = "Invitations",
    params(InvitationParam),
    responses((status = 204, description = "Declined."), Authenticating, Answering, Naming, Fallible)
)]
#[post("/users/me/invites/{invite}/decline")]
pub(super) async fn decline_received_invitation(
    state: Data<HttpState>,
    caller: Authenticated,
    invitation: SubjectPath,
) -> Result<HttpResponse, Problem> {
    let received = InvitationRef::Received(InvitationId::from(invitation.0));
    state.guildhall().decline_invitation(&caller, &received).await?;
    Ok(answer::done())
}
