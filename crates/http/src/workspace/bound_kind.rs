use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use guildhall_app::workspace::SeenWorkspace;
use guildhall_app::{AppError, Missing, OrganizationRef};
use guildhall_domain::{Invalid, WorkspaceId, WorkspaceKindName};

use crate::credential::Authenticated;
use crate::problem::Problem;
use crate::state::HttpState;

/// The one kind that an address is for; none where it is for all.
#[derive(Clone)]
pub(super) struct BoundKind(pub(super) Option<WorkspaceKindName>);

impl BoundKind {
    pub(super) fn none() -> Self {
        Self(None)
    }

    /// The kind that a request means, which may name none but this at `place`.
    pub(super) fn narrow(
        &self,
        named: Option<WorkspaceKindName>,
        place: &'static str,
    ) -> Result<Option<WorkspaceKindName>, Problem> {
        match (&self.0, named) {
            (Some(bound), Some(named)) if *bound != named => {
                let invalid = Invalid::new("wrong_kind", format!("must be {bound} at this address"));
                Err(AppError::invalid(place, invalid).into())
            }
            (Some(bound), _) => Ok(Some(bound.clone())),
            (None, named) => Ok(named),
        }
    }

    /// That a workspace is of this kind; its kind never changes. One of another is not at this address.
    pub(super) async fn require(
        &self,
        state: &HttpState,
        caller: &Authenticated,
        organization: OrganizationRef,
        id: WorkspaceId,
    ) -> Result<(), Problem> {
        if self.0.is_none() {
            return Ok(());
        }
        let seen = state.guildhall().workspace(caller, organization, id).await?;
        self.admit(seen).map(drop)
    }

    /// The workspace, where it is of this kind.
    pub(super) fn admit(&self, seen: SeenWorkspace) -> Result<SeenWorkspace, Problem> {
        match &self.0 {
            Some(bound) if *bound != seen.workspace.kind => {
                Err(AppError::NotFound { what: Missing::Workspace, id: None }.into())
            }
            _ => Ok(seen),
        }
    }
}

impl FromRequest for BoundKind {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match request.app_data::<Self>() {
            Some(bound) => Ok(bound.clone()),
            None => Err(AppError::Internal("an address of a kind is mounted without it".to_owned()).into()),
        })
    }
}
