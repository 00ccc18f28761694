use guildhall_domain::audit::{AuditAction, AuditActor};
use guildhall_domain::joining::Power;
use guildhall_domain::policy::Denied;
use guildhall_domain::{
    LimitName, MemberId, MemberProfile, Membership, MembershipSource, Organization, OrganizationStatus, Usage, UserId,
    WorkspaceGrants,
};
use guildhall_ports::store::{Constraint, OrgTx, StoreError};

use crate::member::{MemberAccess, target as member_target};
use crate::{AppError, Guildhall, RequestContext};

/// Somebody on the threshold of an organization.
pub(crate) struct Entrance {
    /// Who.
    pub(crate) user: UserId,
    /// With which role and access.
    pub(crate) power: Power,
    /// With which access to single workspaces.
    pub(crate) grants: WorkspaceGrants,
    /// What the role is called, for the log.
    pub(crate) role_name: String,
    /// By which door.
    pub(crate) source: MembershipSource,
    /// Who opened it.
    pub(crate) actor: AuditActor,
}

impl Guildhall {
    /// Makes a user a member. Who is one already is only raised, and only by
    /// an invitation (C-114); by any other door it is a conflict.
    ///
    /// The caller has authorized it, has made room in exclusive mode, and has
    /// read `organization` in this unit of work, after it was taken. A
    /// pending invitation takes no seat; who comes in does (M-16).
    pub(crate) async fn enter(
        &self,
        tx: &mut dyn OrgTx,
        organization: &Organization,
        entrance: Entrance,
        request: &RequestContext,
    ) -> Result<(), AppError> {
        self.require_for_role(organization, entrance.power.role)?;
        // By any other door storage says that the user is a member already, without being asked first.
        if entrance.source == MembershipSource::Invitation
            && let Some(present) = tx.member(entrance.user.uuid()).await?
        {
            return self.raise(tx, organization, present, entrance, request).await;
        }
        let access = entrance.power.access.for_role(entrance.power.role);
        let membership = Membership {
            all_read: access.all_read,
            all_write: access.all_write,
            ..Membership::new(
                MemberId::from(self.ports.ids.next()),
                organization.id,
                entrance.user,
                entrance.power.role,
                entrance.source,
                self.now(),
            )
        };
        let members = LimitName::members();
        let limit = self.entitlements_of(organization).limit(&members);
        let before = organization.users_count;
        match tx.add_member(&membership, limit).await {
            Err(StoreError::Conflict(Constraint::LimitReached)) => {
                return Err(AppError::LimitReached { limit: members, used: before, max: limit.to_wire() });
            }
            added => added?,
        }
        // Who has all by their role needs no grants.
        let grants = if entrance.power.role.is_admin() { WorkspaceGrants::default() } else { entrance.grants };
        if !grants.is_empty() {
            tx.set_access(membership.id, access, &grants, self.now()).await?;
        }
        let user_id = entrance.user.to_string();
        let given = MemberAccess { flags: access, grants };
        let given = if given == MemberAccess::default() { Vec::new() } else { given.details() };
        let mut details =
            vec![("user_id", user_id.as_str()), ("role", &*entrance.role_name), ("source", entrance.source.as_str())];
        details.extend(given.iter().map(|(name, value)| (*name, value.as_str())));
        let event = self.organization_event(
            organization.id,
            entrance.actor,
            request,
            AuditAction::AddUserToOrg,
            member_target(membership.id),
            &details,
        );
        tx.append_audit(&event).await?;
        let place = (organization.id, entrance.user);
        self.give_personal_workspace(tx, place, request).await?;
        let usage = Usage { name: members, used: before + 1, max: limit };
        self.note_threshold(tx, organization.id, &usage, before, request).await
    }

    async fn raise(
        &self,
        tx: &mut dyn OrgTx,
        organization: &Organization,
        present: MemberProfile,
        entrance: Entrance,
        request: &RequestContext,
    ) -> Result<(), AppError> {
        let member = &present.membership;
        let before = Power { role: member.role, permissions: present.permissions(), access: member.access() };
        let after = before.raised_by(entrance.power);
        let mut changes = Vec::new();
        if after.role != before.role {
            tx.change_role(member.id, after.role, self.now()).await?;
            let from = crate::role::name_of(&present);
            changes.push((AuditAction::ChangeMemberRole, vec![("from", from), ("to", entrance.role_name.clone())]));
        }
        let granted = tx.access_grants(member.id).await?;
        let grants = granted.raised_by(&entrance.grants);
        if after.access != before.access || grants != granted {
            tx.set_access(member.id, after.access, &grants, self.now()).await?;
            let access = MemberAccess { flags: after.access, grants };
            changes.push((AuditAction::SetMemberAccess, access.details()));
        }
        for (action, details) in changes {
            let details: Vec<_> = details.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let (actor, target) = (entrance.actor.clone(), member_target(member.id));
            let event = self.organization_event(organization.id, actor, request, action, target, &details);
            tx.append_audit(&event).await?;
        }
        Ok(())
    }
}

/// Nobody comes into an organization that is stopped (N-35, N-36).
pub(crate) fn is_open(organization: &Organization) -> Result<(), Denied> {
    match organization.status {
        OrganizationStatus::Active => Ok(()),
        OrganizationStatus::Suspended => Err(Denied::Suspended),
        OrganizationStatus::Lockdown => Err(Denied::LockedDown),
    }
}
