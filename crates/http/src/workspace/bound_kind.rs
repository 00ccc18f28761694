use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use guildhall_app::AppError;
use guildhall_app::workspace::WorkspaceRef;
use guildhall_domain::{Invalid, WorkspaceId, WorkspaceKindName};

use crate::problem::Problem;

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

    /// A workspace that this address names.
    pub(super) fn workspace(&self, id: WorkspaceId) -> WorkspaceRef {
        WorkspaceRef { id, kind: self.0.clone() }
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
