use guildhall_domain::audit::{AuditAction, AuditActor};
use guildhall_domain::blueprint::WorkspaceKind;
use guildhall_domain::{Name, OrganizationId, Permission, UserId, Version, Workspace, WorkspaceId};
use guildhall_ports::store::{OrgTx, OrganizationRef, WorkspaceLimits};

use super::create::distinct;
use super::target;
use crate::transact::work;
use crate::{AppError, Caller, Guildhall, RequestContext};

impl Guildhall {
    /// Gives a new member the workspace of their own, where the blueprint says
    /// that everybody has one (M-50). Who comes back finds the one they had.
    pub(crate) async fn give_personal_workspace(
        &self,
        tx: &mut dyn OrgTx,
        (organization_id, user): (OrganizationId, UserId),
        request: &RequestContext,
    ) -> Result<(), AppError> {
        let Some(kind) = self.settings.blueprint.workspace_kinds.personal() else { return Ok(()) };
        if tx.workspaces().personal_of(user).await?.is_some() {
            return Ok(());
        }
        let workspace = self.new_personal_workspace(organization_id, user, kind)?;
        tx.workspaces().insert(&workspace, None, WorkspaceLimits::default()).await?;
        let user_id = user.to_string();
        let details = [("personal_of", user_id.as_str()), ("kind", workspace.kind.as_str())];
        let (actor, action) = (AuditActor::default(), AuditAction::CreateWorkspace);
        let event = self.organization_event(organization_id, actor, request, action, target(workspace.id), &details);
        tx.append_audit(&event).await?;
        Ok(())
    }

    /// The same for a member who was there before the blueprint said so.
    pub(super) async fn ensure_personal_workspace(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
    ) -> Result<(), AppError> {
        self.change_in(
            caller,
            organization,
            Permission::OrganizationRead,
            work!(|access| {
                if access.facts().member.is_none() {
                    return Ok(());
                }
                let place = (access.organization().id, caller.actor.user_id);
                self.give_personal_workspace(access.tx(), place, &caller.request).await
            }),
        )
        .await
    }

    fn new_personal_workspace(
        &self,
        organization_id: OrganizationId,
        user: UserId,
        kind: &WorkspaceKind,
    ) -> Result<Workspace, AppError> {
        let (now, id) = (self.now(), WorkspaceId::from(self.ports.ids.next()));
        let name = Name::parse("Personal")?;
        Ok(Workspace {
            id,
            organization_id,
            kind: kind.name.clone(),
            slug: distinct(&name.to_slug(), id),
            name,
            description: None,
            group_id: None,
            personal_of: Some(user),
            default_access: None,
            limits: kind.limits.clone(),
            fields: std::collections::BTreeMap::new(),
            created_by: Some(user),
            archived_at: None,
            created_at: now,
            updated_at: now,
            version: Version::FIRST,
        })
    }
}
