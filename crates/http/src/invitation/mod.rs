//! Invitations into organizations: on the side of those who invite, and of the invited.

mod answer;
mod bulk;
mod bulk_result;
mod change;
mod invite;
mod read;
mod received;
mod schema;

use actix_web::HttpResponse;
use guildhall_app::invitation::{InvitationRef, Joined};
pub(crate) use schema::ReceivedInvitationBody;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::credential::Authenticated;
use crate::organization::MyOrganizationBody;
use crate::problem::Problem;
use crate::state::HttpState;

pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(read::list_invitations)
        .service(invite::invite)
        .service(bulk::invite_many)
        .service(read::read_invitation)
        .service(change::revoke_invitation)
        .service(change::resend_invitation);
}

/// Have `invites` in the place of an organization's id.
pub(crate) fn routes_of_the_invited(config: &mut ServiceConfig<'_>) {
    config
        .service(answer::accept_invitation)
        .service(answer::decline_invitation)
        .service(received::list_received_invitations)
        .service(received::accept_received_invitation)
        .service(received::decline_received_invitation);
}

async fn accept(state: &HttpState, caller: &Authenticated, invitation: InvitationRef) -> Result<HttpResponse, Problem> {
    let guildhall = state.guildhall();
    let Joined { mine, is_active } = guildhall.accept_invitation(caller, &invitation).await?;
    Ok(crate::answer::ok(MyOrganizationBody::of(mine, is_active, guildhall.blueprint())))
}
