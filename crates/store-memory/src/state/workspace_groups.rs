//! Workspaces that belong together (C-14).

use std::ops::Bound;

use guildhall_domain::page::{KeyPosition, Page, PageRequest};
use guildhall_domain::{OrganizationId, Timestamp, Version, Workspace, WorkspaceGroup, WorkspaceGroupId};
use guildhall_ports::store::{Constraint, StoreError};
use imbl::OrdMap;

use super::{State, pages};

/// The groups of all organizations.
#[derive(Debug, Clone, Default)]
pub(super) struct WorkspaceGroups {
    all: OrdMap<(OrganizationId, WorkspaceGroupId), WorkspaceGroup>,
    /// Names are unique and the order of the list.
    by_name: OrdMap<(OrganizationId, String), WorkspaceGroupId>,
}

impl WorkspaceGroups {
    pub(super) fn has_any(&self, id: OrganizationId) -> bool {
        pages::of_organization(&self.all, id).next().is_some()
    }

    fn put(&mut self, group: WorkspaceGroup) -> Result<(), StoreError> {
        let name = (group.organization_id, group.name.sort_key());
        if self.by_name.contains_key(&name) {
            return Err(StoreError::Conflict(Constraint::WorkspaceGroupName));
        }
        self.by_name.insert(name, group.id);
        self.all.insert((group.organization_id, group.id), group);
        Ok(())
    }

    fn take(&mut self, id: OrganizationId, group: WorkspaceGroupId) -> Option<WorkspaceGroup> {
        let gone = self.all.remove(&(id, group))?;
        self.by_name.remove(&(id, gone.name.sort_key()));
        Some(gone)
    }

    pub(super) fn drop_organization(&mut self, id: OrganizationId) {
        let gone: Vec<WorkspaceGroupId> = pages::of_organization(&self.all, id).map(|group| group.id).collect();
        for group in gone {
            self.take(id, group);
        }
    }
}

impl State {
    pub(crate) fn insert_workspace_group(
        &mut self,
        id: OrganizationId,
        group: &WorkspaceGroup,
    ) -> Result<(), StoreError> {
        if group.organization_id != id {
            return Err(StoreError::Corrupt("the group is another organization's".to_owned()));
        }
        if !self.tenants.contains_key(&id) {
            return Err(StoreError::NotFound);
        }
        if self.workspace_groups.all.contains_key(&(id, group.id)) {
            return Err(StoreError::Corrupt("the group's id is taken".to_owned()));
        }
        self.workspace_groups.put(group.clone())
    }

    pub(crate) fn workspace_group(&self, id: OrganizationId, group: WorkspaceGroupId) -> Option<WorkspaceGroup> {
        self.workspace_groups.all.get(&(id, group)).cloned()
    }

    pub(crate) fn list_workspace_groups(
        &self,
        id: OrganizationId,
        page: &PageRequest<KeyPosition>,
    ) -> Page<WorkspaceGroup, KeyPosition> {
        // Names are unique in the organization, so the id never breaks a tie.
        let first = match &page.after {
            Some(after) => Bound::Excluded((id, after.key.clone())),
            None => Bound::Included((id, String::new())),
        };
        let found = self
            .workspace_groups
            .by_name
            .range((first, Bound::Unbounded))
            .take_while(|((organization, _), _)| *organization == id)
            .filter_map(|(_, group)| self.workspace_group(id, *group));
        pages::page(found, page, |group| KeyPosition { key: group.name.sort_key(), id: group.id.uuid() })
    }

    pub(crate) fn update_workspace_group(
        &mut self,
        id: OrganizationId,
        given: &WorkspaceGroup,
    ) -> Result<WorkspaceGroup, StoreError> {
        let before = self.workspace_groups.take(id, given.id).ok_or(StoreError::NotFound)?;
        let version: Version = before.version.next();
        let after = WorkspaceGroup { organization_id: id, created_at: before.created_at, version, ..given.clone() };
        self.workspace_groups.put(after.clone())?;
        Ok(after)
    }

    pub(crate) fn delete_workspace_group(
        &mut self,
        id: OrganizationId,
        group: WorkspaceGroupId,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.workspace_groups.take(id, group).ok_or(StoreError::NotFound)?;
        for workspace in self.workspaces.in_group(id, group) {
            let version = workspace.version.next();
            self.workspaces.replace(Workspace { group_id: None, updated_at: at, version, ..workspace });
        }
        Ok(())
    }
}
