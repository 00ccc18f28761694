use guildhall_domain::page::{KeyPosition, Page, PageRequest};
use guildhall_domain::policy::WorkspaceViewer;
use guildhall_domain::{Invalid, Permission, WorkspaceGroupId, WorkspaceKindName};
use guildhall_ports::store::{OrganizationRef, WorkspaceFilter};

use super::{SeenWorkspace, require_group};
use crate::joining::is_open;
use crate::transact::work;
use crate::{AppError, Caller, CursorPage, Guildhall, ListRequest};

/// Which workspaces are asked for; all in use that the caller may read where nothing is set.
#[derive(Debug, Clone, Default)]
pub struct WorkspaceQuery {
    /// Only those of this kind.
    pub kind: Option<WorkspaceKindName>,
    /// Only those in this group.
    pub group_id: Option<WorkspaceGroupId>,
    /// Those that are put away, instead of those in use.
    pub archived: bool,
    /// Only those whose name or slug contains this.
    pub search: Option<String>,
}

impl Guildhall {
    /// Lists the workspaces that the caller may read, and no others, in the
    /// order of their names (C-20, N-10): one statement a page, whose work
    /// does not grow with those that the caller may not read. Where everybody
    /// has a workspace of their own, a first page without it asks for it.
    ///
    /// # Errors
    /// `invalid_cursor`, `unknown_kind` (`kind`), `unknown_workspace_group` (`group_id`), denials.
    pub async fn list_workspaces(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        query: &WorkspaceQuery,
        request: &ListRequest,
    ) -> Result<CursorPage<SeenWorkspace>, AppError> {
        let scope = format!("workspaces:{}:{}", self.resolve(caller, organization)?, caller.actor.user_id);
        let page = self.open_page(&scope, request)?;
        let filter = self.filter_of(query)?;
        let (mut seen, lacks_own) = self.page_of_workspaces(caller, organization, &filter, &page).await?;
        if lacks_own {
            // Who was a member before everybody had a workspace of their own gets it now.
            self.ensure_personal_workspace(caller, organization).await?;
            (seen, _) = self.page_of_workspaces(caller, organization, &filter, &page).await?;
        }
        Ok(self.seal_page(&scope, seen))
    }

    /// A page, and whether a member who should have a workspace of their own has none.
    async fn page_of_workspaces(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        filter: &WorkspaceFilter,
        page: &PageRequest<KeyPosition>,
    ) -> Result<(Page<SeenWorkspace, KeyPosition>, bool), AppError> {
        let first_of_personal = page.after.is_none() && self.settings.blueprint.workspace_kinds.personal().is_some();
        self.read_in(
            caller,
            organization,
            Permission::OrganizationRead,
            work!(|access| {
                if let Some(group) = filter.group_id {
                    require_group(access, group).await.map_err(in_query)?;
                }
                let viewer = WorkspaceViewer::of(&access.actor(), &access.facts());
                let viewer = viewer.ok_or(AppError::Internal("nobody looks".to_owned()))?;
                let found = access.tx().workspaces().list(&viewer, filter, page).await?;
                let next = found.next;
                let seen = found.items.into_iter().filter_map(|tied| SeenWorkspace::of(access, tied));
                let seen = Page { items: seen.collect(), next };
                let is_active_member = access.facts().member.is_some() && is_open(access.organization()).is_ok();
                let user = access.actor().user_id;
                let shown = seen.items.iter().any(|seen| seen.workspace.personal_of == Some(user));
                let may_lack = first_of_personal && is_active_member && !shown;
                let lacks_own = may_lack && access.tx().workspaces().personal_of(user).await?.is_none();
                Ok((seen, lacks_own))
            }),
        )
        .await
    }

    fn filter_of(&self, query: &WorkspaceQuery) -> Result<WorkspaceFilter, AppError> {
        if let Some(kind) = &query.kind
            && self.settings.blueprint.workspace_kinds.get(kind).is_none()
        {
            return Err(AppError::invalid("kind", Invalid::new("unknown_kind", "must be a kind of workspaces")));
        }
        Ok(WorkspaceFilter {
            kind: query.kind.clone(),
            group_id: query.group_id,
            archived: query.archived,
            search: query.search.clone(),
        })
    }
}

/// A group that a query names, not a body.
fn in_query(error: AppError) -> AppError {
    match error {
        AppError::Invalid(mut fields) => {
            for field in &mut fields {
                field.pointer = "group_id".into();
            }
            AppError::Invalid(fields)
        }
        error => error,
    }
}
