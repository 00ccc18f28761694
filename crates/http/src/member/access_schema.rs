use guildhall_app::CursorPage;
use guildhall_app::member::{AccessOfMember, ExplainedWorkspace};
use guildhall_domain::blueprint::Blueprint;
use serde::Serialize;
use utoipa::ToSchema;

use super::explained_access::ExplainedWorkspaceBody;
use super::grant::GrantBody;
use super::schema::{MemberBody, role_name};
use crate::page::PageBody;

/// A member with all the access that was given to them.
#[derive(Serialize, ToSchema)]
#[schema(as = AccessOfMember)]
pub(crate) struct AccessOfMemberBody {
    #[serde(flatten)]
    member: MemberBody,
    /// Access to single workspaces, in the order of their ids.
    grants: Vec<GrantBody>,
    /// Every workspace that the member may use, and why, in the order of their names, where that was asked. Personal
    /// ones of others are left out, so a page can have fewer than `limit`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    workspaces: Option<PageBody<ExplainedWorkspaceBody>>,
}

impl AccessOfMemberBody {
    pub(super) fn of(found: AccessOfMember, blueprint: &Blueprint) -> Self {
        let grants = GrantBody::all(&found.access.grants);
        Self { member: MemberBody::of(found.member, blueprint), grants, workspaces: None }
    }

    pub(super) fn explained(
        found: AccessOfMember,
        workspaces: CursorPage<ExplainedWorkspace>,
        blueprint: &Blueprint,
    ) -> Self {
        let role = role_name(&found.member).to_owned();
        let page = PageBody::of(workspaces, |workspace| ExplainedWorkspaceBody::of(workspace, &role));
        Self { workspaces: Some(page), ..Self::of(found, blueprint) }
    }
}
