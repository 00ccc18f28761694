use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use guildhall_app::Guildhall;
use guildhall_app::account::Me;
use serde::Serialize;
use utoipa::ToSchema;

use super::schema::UserBody;
use crate::answer;
use crate::credential::Authenticated;
use crate::invitation::ReceivedInvitationBody;
use crate::organization::{MyOrganizationBody, NamedOrganizationBody};
use crate::problem::Problem;
use crate::responses::{Authenticating, Fallible};
use crate::state::HttpState;

/// Who the caller is, and where they belong.
#[derive(Serialize, ToSchema)]
#[schema(as = Me)]
pub(crate) struct MeBody {
    user: UserBody,
    /// Whether the caller showed that their e-mail is theirs: until then it opens no door.
    email_verified: bool,
    /// Whether name and time zone must be set before the caller makes an organization.
    onboarding_required: bool,
    /// The active organization: what `me` stands for in paths.
    #[schema(required = true)]
    organization: Option<MyOrganizationBody>,
    /// The first page of the caller's organizations.
    memberships: Vec<MyOrganizationBody>,
    /// What to send to `GET /organizations` as `after` for more.
    #[schema(required = true)]
    next: Option<String>,
    /// The first page of the invitations that the caller can accept, oldest first; `GET /users/me/invites` has all.
    pending_invitations: Vec<ReceivedInvitationBody>,
    /// The organization of the caller's e-mail domain, where the caller may ask to join it.
    #[schema(required = true)]
    suggested_organization: Option<NamedOrganizationBody>,
}

impl MeBody {
    fn of(me: Me, guildhall: &Guildhall) -> Self {
        let active = me.organization.as_ref().map(|mine| mine.organization.id);
        let body = |mine: guildhall_domain::OrganizationMembership| {
            let is_active = Some(mine.organization.id) == active;
            MyOrganizationBody::of(mine, is_active, guildhall.blueprint())
        };
        let now = guildhall.now();
        Self {
            email_verified: me.user.has_verified_email(),
            onboarding_required: me.onboarding_required,
            pending_invitations: me
                .invitations
                .into_iter()
                .map(|invitation| ReceivedInvitationBody::of(invitation, now))
                .collect(),
            suggested_organization: me.suggested.map(Into::into),
            user: me.user.into(),
            organization: me.organization.map(body),
            memberships: me.memberships.items.into_iter().map(body).collect(),
            next: me.memberships.next,
        }
    }
}

/// Who am I?
///
/// Gives a user who belongs nowhere their place, as the deployment's rules say.
#[utoipa::path(
    tag = "Accounts",
    responses(
        (status = 200, description = "The caller, the active organization and all others.", body = MeBody),
        Authenticating, Fallible
    )
)]
#[get("/auth/me")]
pub(super) async fn read_me(state: Data<HttpState>, caller: Authenticated) -> Result<HttpResponse, Problem> {
    answer_me(&state, &caller).await
}

/// The same at `/auth/me`, without any prefix.
#[get("/me")]
pub(crate) async fn read_me_unprefixed(state: Data<HttpState>, caller: Authenticated) -> Result<HttpResponse, Problem> {
    answer_me(&state, &caller).await
}

async fn answer_me(state: &HttpState, caller: &Authenticated) -> Result<HttpResponse, Problem> {
    let me = state.guildhall().me(caller).await?;
    Ok(answer::ok(MeBody::of(me, state.guildhall())))
}
