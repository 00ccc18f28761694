//! Workspaces: kept in the order of their names, and counted.

use std::collections::BTreeMap;

use guildhall_domain::policy::WorkspaceTies;
use guildhall_domain::{
    MemberId, OrganizationId, UserId, Version, Workspace, WorkspaceGroupId, WorkspaceId, WorkspaceKindName,
    WorkspaceRole,
};
use guildhall_ports::store::{Constraint, StoreError, WorkspaceLimits, WorkspaceTied};
use imbl::{OrdMap, OrdSet};
use uuid::Uuid;

use super::{State, pages};

/// A part of an organization's workspaces that is listed without looking at the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shelf {
    /// All of them.
    Every,
    /// Those that are nobody's own.
    Shared,
    /// Those of them that every member may read.
    Open,
}

/// The workspaces of all organizations.
#[derive(Debug, Clone, Default)]
pub(super) struct Workspaces {
    all: OrdMap<(OrganizationId, WorkspaceId), Workspace>,
    by_slug: OrdMap<(OrganizationId, String), WorkspaceId>,
    /// At most one of a user in an organization (M-50).
    personal: OrdMap<(UserId, OrganizationId), WorkspaceId>,
    /// The order of the list.
    pub(super) by_name: OrdSet<(Shelf, OrganizationId, String, WorkspaceId)>,
    by_group: OrdSet<(OrganizationId, WorkspaceGroupId, WorkspaceId)>,
    by_creator: OrdSet<(UserId, OrganizationId, WorkspaceId)>,
    /// How many there are of each kind, but for personal ones.
    counts: OrdMap<OrganizationId, BTreeMap<WorkspaceKindName, u64>>,
}

impl Workspaces {
    pub(super) fn get(&self, id: OrganizationId, workspace: WorkspaceId) -> Option<&Workspace> {
        self.all.get(&(id, workspace))
    }

    pub(super) fn personal(&self, id: OrganizationId, user: UserId) -> Option<&Workspace> {
        self.get(id, *self.personal.get(&(user, id))?)
    }

    /// Whether there is one that is nobody's own, or that somebody has changed.
    pub(super) fn has_made(&self, id: OrganizationId) -> bool {
        let place = |workspace| (id, WorkspaceId::from(workspace));
        let mut all = self.all.range(place(Uuid::nil())..=place(Uuid::max()));
        all.any(|(_, workspace)| !workspace.is_personal() || workspace.version > Version::FIRST)
    }

    pub(super) fn counts(&self, id: OrganizationId) -> BTreeMap<WorkspaceKindName, u64> {
        self.counts.get(&id).cloned().unwrap_or_default()
    }

    fn count(&self, id: OrganizationId, kind: &WorkspaceKindName) -> u64 {
        self.counts.get(&id).and_then(|counts| counts.get(kind)).copied().unwrap_or_default()
    }

    fn shelves(workspace: &Workspace) -> impl Iterator<Item = Shelf> {
        let shared = !workspace.is_personal();
        let open = shared && workspace.default_access.is_some();
        [(Shelf::Every, true), (Shelf::Shared, shared), (Shelf::Open, open)]
            .into_iter()
            .filter_map(|(shelf, stands_there)| stands_there.then_some(shelf))
    }

    fn put(&mut self, workspace: Workspace) {
        let (organization, id) = (workspace.organization_id, workspace.id);
        self.by_slug.insert((organization, workspace.slug.as_str().to_owned()), id);
        if let Some(user) = workspace.personal_of {
            self.personal.insert((user, organization), id);
        }
        for shelf in Self::shelves(&workspace) {
            self.by_name.insert((shelf, organization, workspace.name.sort_key(), id));
        }
        if let Some(group) = workspace.group_id {
            self.by_group.insert((organization, group, id));
        }
        if let Some(creator) = workspace.created_by {
            self.by_creator.insert((creator, organization, id));
        }
        self.all.insert((organization, id), workspace);
    }

    fn take(&mut self, id: OrganizationId, workspace: WorkspaceId) -> Option<Workspace> {
        let gone = self.all.remove(&(id, workspace))?;
        self.by_slug.remove(&(id, gone.slug.as_str().to_owned()));
        if let Some(user) = gone.personal_of {
            self.personal.remove(&(user, id));
        }
        for shelf in Self::shelves(&gone) {
            self.by_name.remove(&(shelf, id, gone.name.sort_key(), workspace));
        }
        if let Some(group) = gone.group_id {
            self.by_group.remove(&(id, group, workspace));
        }
        if let Some(creator) = gone.created_by {
            self.by_creator.remove(&(creator, id, workspace));
        }
        Some(gone)
    }

    /// Those in a group.
    pub(super) fn in_group(&self, id: OrganizationId, group: WorkspaceGroupId) -> Vec<Workspace> {
        let place = |workspace| (id, group, WorkspaceId::from(workspace));
        let found = self.by_group.range(place(Uuid::nil())..=place(Uuid::max()));
        found.filter_map(|(.., workspace)| self.get(id, *workspace).cloned()).collect()
    }

    /// Puts a changed workspace, whose id stays, in its place.
    pub(super) fn replace(&mut self, workspace: Workspace) {
        self.take(workspace.organization_id, workspace.id);
        self.put(workspace);
    }

    pub(super) fn drop_organization(&mut self, id: OrganizationId) {
        let gone: Vec<WorkspaceId> = pages::of_organization(&self.all, id).map(|workspace| workspace.id).collect();
        for workspace in gone {
            self.take(id, workspace);
        }
        self.counts.remove(&id);
    }

    /// Forgets who made them; the workspaces stay.
    fn drop_creator(&mut self, user: UserId) {
        let first = (user, OrganizationId::from(Uuid::nil()), WorkspaceId::from(Uuid::nil()));
        let theirs: Vec<_> =
            self.by_creator.range(first..).take_while(|(creator, ..)| *creator == user).copied().collect();
        for place in theirs {
            if let Some(workspace) = self.all.get_mut(&(place.1, place.2)) {
                workspace.created_by = None;
            }
            self.by_creator.remove(&place);
        }
    }

    fn personal_of_user(&self, user: UserId) -> Vec<(OrganizationId, WorkspaceId)> {
        let organizations = (user, OrganizationId::from(Uuid::nil()))..=(user, OrganizationId::from(Uuid::max()));
        self.personal.range(organizations).map(|((_, id), workspace)| (*id, *workspace)).collect()
    }
}

impl State {
    pub(crate) fn insert_workspace(
        &mut self,
        id: OrganizationId,
        given: &Workspace,
        owner: Option<MemberId>,
        limits: WorkspaceLimits,
    ) -> Result<(), StoreError> {
        if given.organization_id != id {
            return Err(StoreError::Corrupt("the workspace is another organization's".to_owned()));
        }
        if !self.tenants.contains_key(&id) {
            return Err(StoreError::NotFound);
        }
        if self.workspaces.get(id, given.id).is_some() {
            return Err(StoreError::Corrupt("the workspace's id is taken".to_owned()));
        }
        let named = given.created_by.into_iter().chain(given.personal_of);
        if named.into_iter().any(|user| !self.accounts.contains_key(&user)) {
            return Err(StoreError::Corrupt("who makes the workspace, or owns it, has no account".to_owned()));
        }
        self.check_limits(id, given, limits)?;
        if given.personal_of.is_some_and(|user| self.workspaces.personal(id, user).is_some()) {
            return Err(StoreError::Conflict(Constraint::PersonalWorkspaceExists));
        }
        self.check_places(id, given)?;
        if owner.is_some_and(|owner| !self.members.contains_key(&(id, owner))) {
            return Err(StoreError::Conflict(Constraint::UnknownMember));
        }
        self.count_workspace(given, 1)?;
        self.workspaces.put(given.clone());
        match owner {
            Some(owner) => self.add_workspace_member(id, given.id, owner, WorkspaceRole::Owner, given.created_at),
            None => Ok(()),
        }
    }

    fn check_limits(
        &self,
        id: OrganizationId,
        workspace: &Workspace,
        limits: WorkspaceLimits,
    ) -> Result<(), StoreError> {
        if workspace.is_personal() {
            return Ok(());
        }
        let all = self.tenants.get(&id).map_or(0, |tenant| tenant.organization.workspaces_count);
        if !limits.all.allows(all + 1) {
            return Err(StoreError::Conflict(Constraint::LimitReached));
        }
        let of_kind = self.workspaces.count(id, &workspace.kind);
        if !limits.of_kind.allows(of_kind + 1) {
            return Err(StoreError::Conflict(Constraint::KindLimitReached));
        }
        Ok(())
    }

    /// Refuses a slug that another workspace has, and a group that the organization does not have.
    fn check_places(&self, id: OrganizationId, given: &Workspace) -> Result<(), StoreError> {
        let slug = (id, given.slug.as_str().to_owned());
        if self.workspaces.by_slug.get(&slug).is_some_and(|holder| *holder != given.id) {
            return Err(StoreError::Conflict(Constraint::WorkspaceSlug));
        }
        if given.group_id.is_some_and(|group| self.workspace_group(id, group).is_none()) {
            return Err(StoreError::Conflict(Constraint::UnknownWorkspaceGroup));
        }
        Ok(())
    }

    /// Keeps the counters; what is somebody's own is not counted (M-15).
    fn count_workspace(&mut self, workspace: &Workspace, change: i64) -> Result<(), StoreError> {
        if workspace.is_personal() {
            return Ok(());
        }
        let id = workspace.organization_id;
        let organization = &mut self.tenants.get_mut(&id).ok_or(StoreError::NotFound)?.organization;
        let of_kind = self.workspaces.counts.entry(id).or_default().entry(workspace.kind.clone()).or_default();
        for count in [&mut organization.workspaces_count, of_kind] {
            *count = count
                .checked_add_signed(change)
                .ok_or_else(|| StoreError::Corrupt("a counter fell below zero".to_owned()))?;
        }
        Ok(())
    }

    pub(crate) fn workspace(
        &self,
        id: OrganizationId,
        workspace: WorkspaceId,
        member: Option<MemberId>,
    ) -> Option<WorkspaceTied> {
        let workspace = self.workspaces.get(id, workspace)?.clone();
        let ties = self.ties(id, workspace.id, member);
        Some(WorkspaceTied { workspace, ties })
    }

    /// What ties a member to a workspace; nothing where nobody is named.
    pub(super) fn ties(&self, id: OrganizationId, workspace: WorkspaceId, member: Option<MemberId>) -> WorkspaceTies {
        let Some(member) = member else { return WorkspaceTies::default() };
        WorkspaceTies {
            role: self.workspace_members.role(id, workspace, member),
            grant: self.grants.get(id, member, workspace),
        }
    }

    pub(crate) fn personal_workspace(&self, id: OrganizationId, user: UserId) -> Option<Workspace> {
        self.workspaces.personal(id, user).cloned()
    }

    pub(crate) fn update_workspace(&mut self, id: OrganizationId, given: &Workspace) -> Result<Workspace, StoreError> {
        let before = self.workspaces.get(id, given.id).ok_or(StoreError::NotFound)?.clone();
        self.check_places(id, given)?;
        let version: Version = before.version.next();
        let after = Workspace {
            organization_id: id,
            kind: before.kind,
            personal_of: before.personal_of,
            created_by: before.created_by,
            created_at: before.created_at,
            version,
            ..given.clone()
        };
        self.workspaces.replace(after.clone());
        Ok(after)
    }

    pub(crate) fn delete_workspace(&mut self, id: OrganizationId, workspace: WorkspaceId) -> Result<(), StoreError> {
        let gone = self.workspaces.take(id, workspace).ok_or(StoreError::NotFound)?;
        self.workspace_members.drop_workspace(id, workspace);
        self.grants.drop_workspace(id, workspace);
        if let Some(ledger) = self.credits.get_mut(&id) {
            ledger.budgets.remove(&workspace);
        }
        self.count_workspace(&gone, -1)
    }

    /// Deletes a user's own workspaces, and forgets which others they made.
    pub(super) fn drop_workspaces_of(&mut self, user: UserId) -> Result<(), StoreError> {
        for (id, workspace) in self.workspaces.personal_of_user(user) {
            self.delete_workspace(id, workspace)?;
        }
        self.workspaces.drop_creator(user);
        Ok(())
    }
}
