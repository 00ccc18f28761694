use std::collections::BTreeMap;

use guildhall_domain::audit::AuditAction;
use guildhall_domain::blueprint::{DefaultWorkspaceAccess, WorkspaceKind};
use guildhall_domain::policy::WorkspacePower;
use guildhall_domain::{
    Description, FieldName, FieldValue, LimitName, Name, Permission, Slug, Usage, Version, Workspace, WorkspaceGroupId,
    WorkspaceId, WorkspaceKindName,
};
use guildhall_ports::store::{Constraint, OrganizationRef, StoreError, WorkspaceLimits};

use super::{SeenWorkspace, require_group, target};
use crate::access::Access;
use crate::transact::work;
use crate::{AppError, Caller, Guildhall};

/// A wish to have a workspace (M-51).
#[derive(Debug, Clone)]
pub struct CreateWorkspace {
    /// What the blueprint calls such a thing; the first kind where none is given.
    pub kind: Option<WorkspaceKindName>,
    /// What people call it.
    pub name: Name,
    /// Its short name in addresses; made from the name where none is given.
    pub slug: Option<Slug>,
    /// What it is for.
    pub description: Option<Description>,
    /// The group that it is in.
    pub group_id: Option<WorkspaceGroupId>,
    /// What every member may do in it; as the kind says where nothing is given.
    pub default_access: Option<DefaultWorkspaceAccess>,
    /// Its own limits; as the kind says where nothing is given.
    pub limits: BTreeMap<LimitName, u64>,
    /// What its kind declares beside.
    pub fields: BTreeMap<FieldName, FieldValue>,
}

impl Guildhall {
    /// Makes a workspace, whose owner is the caller: not more than the plan
    /// allows, however many are made at once (M-15, M-51, C-15).
    ///
    /// # Errors
    /// [`AppError::LimitReached`], `slug_taken` where a slug was asked for,
    /// `unknown_kind` (`/kind`), `unknown_workspace_group` (`/group_id`), what is wrong
    /// with limits and fields, denials.
    pub async fn create_workspace(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        command: &CreateWorkspace,
    ) -> Result<SeenWorkspace, AppError> {
        self.change_in(
            caller,
            organization,
            Permission::WorkspaceCreate,
            work!(|access| {
                let kind = self.named_kind(command.kind.as_ref())?;
                let workspace = self.new_workspace(access, command, &kind);
                kind.check(&workspace).map_err(|(pointer, invalid)| AppError::invalid(pointer, invalid))?;
                if let Some(group) = workspace.group_id {
                    require_group(access, group).await?;
                }
                let workspace = self.insert_counted(access, workspace, &kind, command.slug.is_some()).await?;
                let details = [
                    ("name", workspace.name.as_str()),
                    ("kind", workspace.kind.as_str()),
                    ("slug", workspace.slug.as_str()),
                ];
                access.audit(AuditAction::CreateWorkspace, target(workspace.id), &details).await?;
                Ok(SeenWorkspace { workspace, power: WorkspacePower::Manage })
            }),
        )
        .await
    }

    fn new_workspace(&self, access: &Access, command: &CreateWorkspace, kind: &WorkspaceKind) -> Workspace {
        let now = access.now();
        let mut limits = kind.limits.clone();
        limits.extend(command.limits.clone());
        Workspace {
            id: WorkspaceId::from(self.ports.ids.next()),
            organization_id: access.organization().id,
            kind: kind.name.clone(),
            name: command.name.clone(),
            slug: command.slug.clone().unwrap_or_else(|| command.name.to_slug_or(kind.name.as_str())),
            description: command.description.clone(),
            group_id: command.group_id,
            personal_of: None,
            default_access: command.default_access.unwrap_or(kind.default_access).level(),
            limits,
            fields: command.fields.clone(),
            created_by: Some(access.actor().user_id),
            archived_at: None,
            created_at: now,
            updated_at: now,
            version: Version::FIRST,
        }
    }

    /// Inserts a workspace within the limits, with the caller as its owner.
    async fn insert_counted(
        &self,
        access: &mut Access,
        mut workspace: Workspace,
        kind: &WorkspaceKind,
        slug_is_chosen: bool,
    ) -> Result<Workspace, AppError> {
        let (all, of_kind) = self.workspace_usage(access, kind).await?;
        for usage in std::iter::once(&all).chain(&of_kind) {
            if !usage.max.allows(usage.used + 1) {
                let (limit, used) = (usage.name.clone(), usage.used);
                return Err(AppError::LimitReached { limit, used, max: usage.max.to_wire() });
            }
        }
        let of_kind_at_most = of_kind.as_ref().map(|usage| usage.max).unwrap_or_default();
        let limits = WorkspaceLimits { all: all.max, of_kind: of_kind_at_most };
        let owner = access.facts().member.map(|member| member.member_id);
        match access.tx().workspaces().insert(&workspace, owner, limits).await {
            Err(StoreError::Conflict(Constraint::WorkspaceSlug)) if !slug_is_chosen => {
                workspace.slug = distinct(&workspace.slug, workspace.id);
                access.tx().workspaces().insert(&workspace, owner, limits).await?;
            }
            inserted => inserted?,
        }
        let organization = access.organization().id;
        let request = access.request().clone();
        for usage in std::iter::once(all).chain(of_kind) {
            let (before, after) = (usage.used, Usage { used: usage.used + 1, ..usage });
            self.note_threshold(access.tx(), organization, &after, before, &request).await?;
        }
        Ok(workspace)
    }

    /// What there is of all workspaces, and of those of one kind where it has
    /// a limit of its own.
    async fn workspace_usage(
        &self,
        access: &mut Access,
        kind: &WorkspaceKind,
    ) -> Result<(Usage, Option<Usage>), AppError> {
        let entitlements = self.entitlements_of(access.organization());
        let name = LimitName::workspaces();
        let used = access.organization().workspaces_count;
        let all = Usage { max: entitlements.limit(&name), name, used };
        let name = kind.plural.clone();
        if name == all.name || entitlements.limit(&name).is_unlimited() {
            return Ok((all, None));
        }
        let used = access.tx().counts().await?.workspaces.get(&kind.name).copied().unwrap_or(0);
        Ok((all, Some(Usage { max: entitlements.limit(&name), name, used })))
    }
}

/// The last 12 of an id's 32 digits are random.
pub(super) fn distinct(slug: &Slug, id: WorkspaceId) -> Slug {
    let digits = id.uuid().simple().to_string();
    slug.with_suffix(digits.get(20..).unwrap_or(&digits))
}
