use guildhall_app::member::access_level;
use guildhall_domain::{AccessLevel, Invalid, WorkspaceGrant, WorkspaceGrants, WorkspaceId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::validation::{self, parse_id, refused};

/// Access to one workspace, to be given.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "grants_something", skip_on_field_errors = false))]
#[schema(as = NewWorkspaceGrant, examples(json!({"workspace_id": "0198c1a0-0000-7000-8000-000000000009", "can_write": true})))]
pub(crate) struct NewGrantBody {
    /// `board_id` is the same.
    #[serde(alias = "board_id")]
    #[validate(custom(function = "validation::id"))]
    #[schema(value_type = Uuid)]
    workspace_id: String,
    /// May read it.
    #[serde(default = "yes")]
    #[schema(required = false, default = true)]
    can_read: bool,
    /// May write it, which includes reading.
    #[serde(default)]
    #[schema(required = false, default = false)]
    can_write: bool,
}

fn yes() -> bool {
    true
}

fn grants_something(grant: &NewGrantBody) -> Result<(), ValidationError> {
    access_level(grant.can_read, grant.can_write).map(drop).map_err(refused)
}

/// The grants that a body asks for, in its order.
pub(super) fn asked(grants: &[NewGrantBody]) -> Result<Vec<WorkspaceGrant>, Invalid> {
    let each = |grant: &NewGrantBody| {
        let access = access_level(grant.can_read, grant.can_write)?;
        Ok(WorkspaceGrant { workspace_id: WorkspaceId::from(parse_id(&grant.workspace_id)?), access })
    };
    grants.iter().map(each).collect()
}

/// Access to one workspace, given to one member.
#[derive(Serialize, ToSchema)]
#[schema(as = WorkspaceGrant, examples(json!({
    "workspace_id": "0198c1a0-0000-7000-8000-000000000009",
    "can_read": true,
    "can_write": false
})))]
pub(crate) struct GrantBody {
    #[schema(value_type = Uuid)]
    workspace_id: WorkspaceId,
    can_read: bool,
    /// Includes reading.
    can_write: bool,
}

impl GrantBody {
    pub(crate) fn all(grants: &WorkspaceGrants) -> Vec<Self> {
        grants.as_slice().iter().map(Self::of).collect()
    }

    fn of(grant: &WorkspaceGrant) -> Self {
        Self { workspace_id: grant.workspace_id, can_read: true, can_write: grant.access == AccessLevel::Write }
    }
}
