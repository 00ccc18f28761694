use std::collections::BTreeMap;

use guildhall_domain::audit::AuditAction;
use guildhall_domain::blueprint::{DefaultWorkspaceAccess, WorkspaceKind};
use guildhall_domain::{
    AccessLevel, Description, FieldName, FieldValue, LimitName, Name, Permission, Slug, Workspace, WorkspaceGroupId,
};
use guildhall_ports::store::OrganizationRef;

use super::{SeenWorkspace, WorkspaceRef, managed_workspace, refuse_personal, require_group, target};
use crate::transact::work;
use crate::{AppError, Caller, Change, Guildhall, Precondition};

/// Changes to a workspace (M-52).
#[derive(Debug, Clone, Default)]
pub struct WorkspaceChanges {
    /// What people call it.
    pub name: Option<Name>,
    /// Its short name in addresses.
    pub slug: Option<Slug>,
    /// What it is for.
    pub description: Change<Description>,
    /// The group that it is in.
    pub group_id: Change<WorkspaceGroupId>,
    /// What every member may do in it.
    pub default_access: Option<DefaultWorkspaceAccess>,
    /// Its own limits; cleared, as the kind says.
    pub limits: BTreeMap<LimitName, Change<u64>>,
    /// What its kind declares beside.
    pub fields: BTreeMap<FieldName, Change<FieldValue>>,
}

impl WorkspaceChanges {
    fn apply(self, workspace: &mut Workspace, kind: &WorkspaceKind) {
        if let Some(name) = self.name {
            workspace.name = name;
        }
        if let Some(slug) = self.slug {
            workspace.slug = slug;
        }
        self.description.apply(&mut workspace.description);
        self.group_id.apply(&mut workspace.group_id);
        if let Some(access) = self.default_access {
            workspace.default_access = access.level();
        }
        for (name, change) in self.limits {
            let mut value = workspace.limits.remove(&name);
            change.apply(&mut value);
            if let Some(value) = value.or_else(|| kind.limits.get(&name).copied()) {
                workspace.limits.insert(name, value);
            }
        }
        for (name, change) in self.fields {
            let mut value = workspace.fields.remove(&name);
            change.apply(&mut value);
            if let Some(value) = value {
                workspace.fields.insert(name, value);
            }
        }
    }
}

impl Guildhall {
    /// Changes a workspace, for who manages it (M-52). Changing nothing writes nothing.
    ///
    /// # Errors
    /// `workspace_not_found`, `workspace_archived`, `personal_workspace` where
    /// one is to be opened to others, `slug_taken`, `unknown_workspace_group`
    /// (`/group_id`), what is wrong with limits and fields,
    /// [`AppError::PreconditionFailed`], denials.
    pub async fn update_workspace(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        which: impl Into<WorkspaceRef>,
        changes: WorkspaceChanges,
        precondition: &Precondition,
    ) -> Result<SeenWorkspace, AppError> {
        let (which, changes) = (&which.into(), &changes);
        self.change_in(
            caller,
            organization,
            Permission::OrganizationRead,
            work!(|access| {
                let seen = managed_workspace(access, which.clone()).await?;
                let id = which.id;
                precondition.check(&seen)?;
                let before = &seen.workspace;
                let kind = self.kind_of(&before.kind);
                let mut after = before.clone();
                changes.clone().apply(&mut after, &kind);
                if after.default_access.is_some() {
                    refuse_personal(before)?;
                }
                if after == *before {
                    return Ok(seen);
                }
                kind.check_change(before, &after).map_err(|(pointer, invalid)| AppError::invalid(pointer, invalid))?;
                if let Some(group) = after.group_id.filter(|group| before.group_id != Some(*group)) {
                    require_group(access, group).await?;
                }
                let changed = changed_fields(before, &after);
                after.updated_at = access.now();
                let workspace = access.tx().workspaces().update(&after).await?;
                let mut details = vec![("changed", changed.as_str())];
                if workspace.default_access != before.default_access {
                    details.push(("default_access", workspace.default_access.map_or("none", AccessLevel::as_str)));
                }
                access.audit(AuditAction::UpdateWorkspace, target(id), &details).await?;
                Ok(SeenWorkspace { workspace, ..seen })
            }),
        )
        .await
    }
}

/// The names of the changed fields: the log says what was touched, the values may be long.
fn changed_fields(before: &Workspace, after: &Workspace) -> String {
    [
        ("name", before.name != after.name),
        ("slug", before.slug != after.slug),
        ("description", before.description != after.description),
        ("group_id", before.group_id != after.group_id),
        ("default_access", before.default_access != after.default_access),
        ("limits", before.limits != after.limits),
        ("fields", before.fields != after.fields),
    ]
    .into_iter()
    .filter_map(|(name, changed)| changed.then_some(name))
    .collect::<Vec<_>>()
    .join(",")
}
