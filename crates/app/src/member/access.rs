use guildhall_domain::policy::{WorkspacePower, WorkspaceSource, WorkspaceView, WorkspaceViewer, sources};
use guildhall_domain::{Permission, UserId, Workspace};
use guildhall_ports::store::{OrganizationRef, WorkspaceFilter};
use uuid::Uuid;

use super::set_access::{AccessOfMember, access_of};
use super::{is_self, named_member, named_subject, require_sight_of_access};
use crate::transact::work;
use crate::{AppError, Caller, CursorPage, Guildhall, ListRequest};

/// A workspace that a member may use, and why.
#[derive(Debug, Clone)]
pub struct ExplainedWorkspace {
    /// The workspace.
    pub workspace: Workspace,
    /// Each reason with what it gives; the highest holds.
    pub sources: Vec<(WorkspaceSource, WorkspacePower)>,
}

impl Guildhall {
    /// What access a member was given (C-109). Everybody may ask about
    /// themself; about others, who manages access or sees all workspaces.
    ///
    /// # Errors
    /// `member_not_found`, denials.
    pub async fn member_access(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        member_or_user: Uuid,
    ) -> Result<AccessOfMember, AppError> {
        self.read_in(
            caller,
            organization,
            Permission::OrganizationRead,
            work!(|access| {
                if !is_self(access, member_or_user) {
                    require_sight_of_access(access)?;
                }
                let member = named_member(access, member_or_user).await?;
                access_of(access, member).await
            }),
        )
        .await
    }

    /// Every workspace in use that a member may use, each with where that comes
    /// from (C-18, C-20), in the order of their names. Personal workspaces of
    /// others are left out.
    ///
    /// # Errors
    /// `member_not_found`, `invalid_cursor`, denials.
    pub async fn explain_access(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        member_or_user: Uuid,
        request: &ListRequest,
    ) -> Result<CursorPage<ExplainedWorkspace>, AppError> {
        let organization_id = self.resolve(caller, organization)?;
        let scope = format!("access:{organization_id}:{member_or_user}:{}", caller.actor.user_id);
        let page = self.open_page(&scope, request)?;
        let page = &page;
        let explained = self
            .read_in(
                caller,
                organization,
                Permission::OrganizationRead,
                work!(|access| {
                    if !is_self(access, member_or_user) {
                        require_sight_of_access(access)?;
                    }
                    let (_, actor, facts) = named_subject(access, member_or_user).await?;
                    let Some(viewer) = WorkspaceViewer::of(&actor, &facts) else {
                        return Err(AppError::Internal("a member sees nothing at all".to_owned()));
                    };
                    // What is another user's own is not even named: nobody owns it for this view.
                    let user_id = if is_self(access, member_or_user) { viewer.user_id } else { UserId::NIL };
                    let view = match viewer.view {
                        WorkspaceView::Everything => WorkspaceView::EveryShared,
                        view => view,
                    };
                    let viewer = WorkspaceViewer { user_id, view, ..viewer };
                    let found = access.tx().workspaces().list(&viewer, &WorkspaceFilter::default(), page).await?;
                    let explained = found.map(|tied| ExplainedWorkspace {
                        sources: sources(&actor, &facts, &(&tied.workspace).into(), tied.ties),
                        workspace: tied.workspace,
                    });
                    Ok(explained)
                }),
            )
            .await?;
        Ok(self.seal_page(&scope, explained))
    }
}
