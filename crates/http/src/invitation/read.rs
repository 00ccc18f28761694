use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use guildhall_app::EntityTag;
use guildhall_app::invitation::InvitationQuery;
use guildhall_domain::{Email, InvitationId, InvitationStatus};
use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use super::schema::InvitationBody;
use crate::answer;
use crate::credential::Authenticated;
use crate::page::{PageBody, list_request};
use crate::path::{InvitationParam, OrganizationParam, OrganizationPath, SubjectPath};
use crate::precondition::IfNoneMatchParam;
use crate::problem::Problem;
use crate::query::Query;
use crate::responses::{Authenticating, Fallible, Filtering, Scoped};
use crate::state::HttpState;
use crate::validation::{self, parse_invitation_status};

/// Which invitations are asked for.
#[derive(Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct InvitationsQuery {
    /// Only those that stand so now; `all` for all.
    #[validate(custom(function = "validation::invitation_status"))]
    #[param(pattern = "^(pending|expired|accepted|declined|revoked|all)$", default = "pending")]
    status: Option<String>,
    /// Only those to this address.
    #[validate(custom(function = "validation::text::<Email>"))]
    #[param(format = Email, max_length = 254)]
    email: Option<String>,
    /// How many items, 50 where nothing is said.
    #[validate(custom(function = "validation::limit"))]
    #[param(value_type = Option<u8>, minimum = 1, maximum = 100, default = 50)]
    limit: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
}

impl InvitationsQuery {
    fn wanted(&self) -> Result<InvitationQuery, Problem> {
        let status = match self.status.as_deref() {
            None => Some(InvitationStatus::Pending),
            Some(status) => parse_invitation_status(status)?,
        };
        Ok(InvitationQuery { status, email: self.email.as_deref().map(Email::parse).transpose()? })
    }
}

/// List the invitations, newest first.
#[utoipa::path(
    tag = "Invitations",
    params(OrganizationParam, InvitationsQuery),
    responses(
        (status = 200, description = "A page of invitations.", body = PageBody<InvitationBody>),
        Filtering, Authenticating, Scoped, Fallible
    )
)]
#[get("/organizations/{org}/invites")]
pub(super) async fn list_invitations(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    query: Query<InvitationsQuery>,
) -> Result<HttpResponse, Problem> {
    let Query(query) = query;
    let wanted = query.wanted()?;
    let request = list_request(query.limit.as_deref(), query.after)?;
    let invitations = state.guildhall().list_invitations(&caller, organization.0, &wanted, &request).await?;
    let now = state.guildhall().now();
    Ok(answer::ok(PageBody::of(invitations, |invitation| InvitationBody::of(invitation, now))))
}

/// Read an invitation.
#[utoipa::path(
    tag = "Invitations",
    params(OrganizationParam, InvitationParam, IfNoneMatchParam),
    responses(
        (status = 200, description = "The invitation.", body = InvitationBody, headers(("ETag" = String, description = "Its state."))),
        (status = 304, description = "The client has it already.", headers(("ETag" = String, description = "Its state."))),
        Authenticating, Scoped, Fallible
    )
)]
#[get("/organizations/{org}/invites/{invite}")]
pub(super) async fn read_invitation(
    state: Data<HttpState>,
    request: HttpRequest,
    caller: Authenticated,
    organization: OrganizationPath,
    invitation: SubjectPath,
) -> Result<HttpResponse, Problem> {
    let id = InvitationId::from(invitation.0);
    let invitation = state.guildhall().invitation(&caller, organization.0, id).await?;
    let now = state.guildhall().now();
    Ok(answer::resource(&request, &EntityTag::from((&invitation, now)), InvitationBody::of(invitation, now)))
}
