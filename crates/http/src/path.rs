//! The ids in a path.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use guildhall_app::{Caller, OrganizationRef};
use guildhall_domain::{DomainName, OrganizationId, WorkspaceId};
use utoipa::IntoParams;
use uuid::Uuid;

use crate::problem::Problem;

/// An id in its canonical form. Anything else becomes the nil id, which no
/// thing ever has: so a malformed id takes the way of an unknown one and gets
/// the same answer (R-TEN).
fn id(text: Option<&str>) -> Uuid {
    text.filter(|text| text.len() == uuid::fmt::Hyphenated::LENGTH)
        .and_then(|text| Uuid::try_parse(text).ok())
        .unwrap_or_default()
}

/// `{org}`: an organization's id, or `me` for the active one.
pub(crate) struct OrganizationPath(pub(crate) OrganizationRef);

impl FromRequest for OrganizationPath {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let organization = match request.match_info().get("org") {
            Some("me") => OrganizationRef::Active,
            other => OrganizationRef::Id(OrganizationId::from(id(other))),
        };
        ready(Ok(Self(organization)))
    }
}

impl OrganizationPath {
    /// The organization's id, where an operation takes no other name. For a
    /// caller without an active organization `me` is as an unknown id.
    pub(crate) fn id_for(&self, caller: &Caller) -> OrganizationId {
        match self.0 {
            OrganizationRef::Id(id) => id,
            OrganizationRef::Active => caller.active_organization.unwrap_or(OrganizationId::from(Uuid::nil())),
        }
    }
}

/// The last id in a path: what the operation is about.
pub(crate) struct SubjectPath(pub(crate) Uuid);

impl FromRequest for SubjectPath {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let last = request.match_info().iter().last();
        ready(Ok(Self(id(last.map(|(_, value)| value)))))
    }
}

/// What the description says about `{org}`.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes what OrganizationPath reads")]
pub(crate) struct OrganizationParam {
    /// The organization's id, or `me` for the caller's active organization.
    #[param(example = "me")]
    org: String,
}

/// `{workspace}`: a workspace, also where something in it is named behind it.
pub(crate) struct WorkspacePath(pub(crate) WorkspaceId);

impl FromRequest for WorkspacePath {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(WorkspaceId::from(id(request.match_info().get("workspace"))))))
    }
}

/// What the description says about `{workspace}`.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes what WorkspacePath reads")]
pub(crate) struct WorkspaceParam {
    /// The id of the workspace.
    workspace: Uuid,
}

/// What the description says about `{group}`.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes what SubjectPath reads")]
pub(crate) struct WorkspaceGroupParam {
    /// The id of the group.
    group: Uuid,
}

/// `{quota}`: a resource by its name; nothing has an empty one.
pub(crate) struct QuotaPath(pub(crate) String);

impl FromRequest for QuotaPath {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(request.match_info().get("quota").unwrap_or_default().to_owned())))
    }
}

/// What the description says about `{quota}`.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes what QuotaPath reads")]
pub(crate) struct QuotaParam {
    /// The name of the resource, as in the limits of the organization's usage.
    #[param(example = "storage")]
    quota: String,
}

/// What the description says about `{member}`.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes what SubjectPath reads")]
pub(crate) struct MemberParam {
    /// The id of the membership, or of the user.
    member: Uuid,
}

/// What the description says about `{role}`.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes what SubjectPath reads")]
pub(crate) struct RoleParam {
    /// The id of the custom role.
    role: Uuid,
}

/// What the description says about `{invite}`.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes what SubjectPath reads")]
pub(crate) struct InvitationParam {
    /// The id of the invitation.
    invite: Uuid,
}

/// What the description says about `{request}`.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes what SubjectPath reads")]
pub(crate) struct JoinRequestParam {
    /// The id of the request to join.
    request: Uuid,
}

/// What the description says about `{domain_id}`.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes what SubjectPath reads")]
pub(crate) struct DomainParam {
    /// The id of the organization's claim to the domain.
    domain_id: Uuid,
}

/// `{domain}`: an internet domain by its name.
pub(crate) struct DomainNamePath(pub(crate) DomainName);

/// What a text that is no domain name is taken for: no organization can ever
/// show it to be its own (RFC 6761, 6.4).
const NO_DOMAIN: &str = "unknown.invalid";

impl FromRequest for DomainNamePath {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let text = request.match_info().get("domain").unwrap_or_default();
        let name = DomainName::parse(text).or_else(|_| DomainName::parse(NO_DOMAIN));
        ready(name.map(Self).map_err(Problem::from))
    }
}

/// What the description says about `{domain}`.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes what DomainNamePath reads")]
pub(crate) struct DomainNameParam {
    /// The name of the domain.
    #[param(example = "example.com")]
    domain: String,
}

/// What the description says about `{grant}`.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes what SubjectPath reads")]
pub(crate) struct CreditGrantParam {
    /// The id of the grant of credits.
    grant: Uuid,
}

/// What the description says about `{reservation}`.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes what SubjectPath reads")]
pub(crate) struct ReservationParam {
    /// The id of the reservation of credits.
    reservation: Uuid,
}

/// What the description says about `{session}`.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes what SubjectPath reads")]
pub(crate) struct SessionParam {
    /// The id of the session.
    session: Uuid,
}

/// What the description says about `{user}`.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes what SubjectPath reads")]
pub(crate) struct UserParam {
    /// The id of the account.
    user: Uuid,
}

/// What the description says about `{id}`.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes what SubjectPath reads")]
pub(crate) struct PlatformOrganizationParam {
    /// The id of the organization.
    id: Uuid,
}
