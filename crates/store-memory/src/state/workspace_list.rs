//! The list of workspaces, as far as one who looks at it sees them.

use std::collections::BTreeMap;
use std::ops::Bound;

use guildhall_domain::page::{KeyPosition, Page, PageRequest};
use guildhall_domain::policy::{WorkspaceView, WorkspaceViewer};
use guildhall_domain::{MemberId, OrganizationId, Workspace, WorkspaceId};
use guildhall_ports::store::{WorkspaceFilter, WorkspaceTied};
use uuid::Uuid;

use super::workspaces::Shelf;
use super::{State, pages, search};

/// Where a workspace stands in the list.
type Place = (String, WorkspaceId);

impl State {
    /// The workspaces with these ids, by id.
    pub(crate) fn workspaces_by_id(
        &self,
        id: OrganizationId,
        workspaces: &[WorkspaceId],
        member: Option<MemberId>,
    ) -> Vec<WorkspaceTied> {
        let mut ids = workspaces.to_vec();
        ids.sort_unstable();
        ids.dedup();
        ids.into_iter().filter_map(|workspace| self.workspace(id, workspace, member)).collect()
    }

    /// Reads a shelf from behind the page's position on, as far as one page
    /// goes, and puts between it what only ties or ownership show.
    pub(crate) fn list_workspaces(
        &self,
        id: OrganizationId,
        viewer: &WorkspaceViewer,
        filter: &WorkspaceFilter,
        page: &PageRequest<KeyPosition>,
    ) -> Page<WorkspaceTied, KeyPosition> {
        let after = page.after.as_ref().map(|after| (after.key.clone(), WorkspaceId::from(after.id)));
        let shelf = match viewer.view {
            WorkspaceView::Everything => Shelf::Every,
            WorkspaceView::EveryShared => Shelf::Shared,
            WorkspaceView::Tied => Shelf::Open,
        };
        let surplus = page.size.items() + 1;
        let mut found: BTreeMap<Place, &Workspace> = self
            .shelf(id, shelf, after.clone())
            .filter(|workspace| matches(workspace, filter))
            .take(surplus)
            .map(|workspace| (place(workspace), workspace))
            .collect();
        let beside = self.beside(id, viewer).filter(|workspace| matches(workspace, filter));
        found.extend(
            beside
                .map(|workspace| (place(workspace), workspace))
                .filter(|(place, _)| after.as_ref().is_none_or(|after| place > after)),
        );
        let found = found.into_values().map(|workspace| WorkspaceTied {
            workspace: workspace.clone(),
            ties: self.ties(id, workspace.id, viewer.member_id),
        });
        pages::page(found, page, |tied| KeyPosition {
            key: tied.workspace.name.sort_key(),
            id: tied.workspace.id.uuid(),
        })
    }

    fn shelf(&self, id: OrganizationId, shelf: Shelf, after: Option<Place>) -> impl Iterator<Item = &Workspace> {
        let first = match after {
            Some((key, workspace)) => Bound::Excluded((shelf, id, key, workspace)),
            None => Bound::Included((shelf, id, String::new(), WorkspaceId::from(Uuid::nil()))),
        };
        self.workspaces
            .by_name
            .range((first, Bound::Unbounded))
            .take_while(move |(of, organization, ..)| (*of, *organization) == (shelf, id))
            .filter_map(move |(.., workspace)| self.workspaces.get(id, *workspace))
    }

    /// What one sees though it is not on their shelf: their own, and what they are tied to.
    fn beside(&self, id: OrganizationId, viewer: &WorkspaceViewer) -> impl Iterator<Item = &Workspace> {
        let tied = viewer.member_id.filter(|_| viewer.view == WorkspaceView::Tied);
        let tied = tied.into_iter().flat_map(move |member| {
            let granted = self.grants.of_member(id, member).map(|grant| grant.workspace_id);
            granted.chain(self.workspace_members.of_member(id, member))
        });
        let shared = tied.filter_map(move |workspace| self.workspaces.get(id, workspace));
        let own = viewer.member_id.and_then(|_| self.workspaces.personal(id, viewer.user_id));
        shared.filter(|workspace| !workspace.is_personal()).chain(own)
    }
}

fn place(workspace: &Workspace) -> Place {
    (workspace.name.sort_key(), workspace.id)
}

fn matches(workspace: &Workspace, filter: &WorkspaceFilter) -> bool {
    workspace.is_archived() == filter.archived
        && filter.kind.as_ref().is_none_or(|kind| workspace.kind == *kind)
        && filter.group_id.is_none_or(|group| workspace.group_id == Some(group))
        && search::matches(filter.search.as_deref(), [workspace.name.as_str(), workspace.slug.as_str()])
}
