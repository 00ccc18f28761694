//! The hottest reads.

use guildhall_domain::policy::{MemberFacts, WorkspaceFacts, WorkspaceTies};
use guildhall_domain::{Organization, TokenDigest, UserId, WorkspaceId};
use guildhall_ports::store::{
    Authenticated, CheckBatchFacts, CheckBatchQuery, CheckFacts, CheckQuery, CheckedSubject, OrganizationRef,
};

use super::State;

impl State {
    pub(crate) fn authenticate(&self, digest: &TokenDigest) -> Option<Authenticated> {
        let session = self.sessions.get(self.session_by_digest.get(digest)?)?;
        let user = &self.accounts.get(&session.user_id)?.user;
        Some(Authenticated {
            session_id: session.id,
            user_id: user.id,
            email: user.email.clone(),
            name: user.name.clone(),
            superadmin: user.superadmin,
            disabled: user.disabled_at.is_some(),
            last_seen_at: session.last_seen_at,
            expires_at: session.expires_at,
            active_organization: self.active_organization(user.id),
        })
    }

    pub(crate) fn check(&self, query: &CheckQuery) -> Option<CheckFacts> {
        let caller = self.authenticate(&query.digest)?;
        let organization = self.named(query.organization, &caller);
        let caller_member = self.facts_of(organization, caller.user_id);
        let asked = self.checked(organization, caller_member, query.subject, query.workspace);
        Some(CheckFacts {
            organization: organization.map(|organization| (organization.id, organization.status)),
            caller_member,
            subject_member: asked.member,
            workspace: asked.workspace,
            caller,
        })
    }

    pub(crate) fn check_batch(&self, query: &CheckBatchQuery) -> Option<CheckBatchFacts> {
        let caller = self.authenticate(&query.digest)?;
        let organization = self.named(query.organization, &caller);
        let caller_member = self.facts_of(organization, caller.user_id);
        let checks = query.checks.iter();
        Some(CheckBatchFacts {
            organization: organization.map(|organization| (organization.id, organization.status)),
            caller_member,
            checks: checks
                .map(|(subject, workspace)| self.checked(organization, caller_member, *subject, *workspace))
                .collect(),
            caller,
        })
    }

    fn named(&self, organization: OrganizationRef, caller: &Authenticated) -> Option<&Organization> {
        let id = match organization {
            OrganizationRef::Id(id) => id,
            OrganizationRef::Active => caller.active_organization?,
        };
        self.tenants.get(&id).map(|tenant| &tenant.organization)
    }

    fn facts_of(&self, organization: Option<&Organization>, user: UserId) -> Option<MemberFacts> {
        self.membership_of(organization?.id, user).map(|membership| self.facts(membership))
    }

    /// What is known of whom a check names, and of the workspace that it names.
    fn checked(
        &self,
        organization: Option<&Organization>,
        caller: Option<MemberFacts>,
        subject: Option<UserId>,
        workspace: Option<WorkspaceId>,
    ) -> CheckedSubject {
        let named = subject.filter(|user| self.is_enabled(*user));
        let member = named.and_then(|user| self.facts_of(organization, user));
        let tied = if subject.is_some() { member } else { caller };
        CheckedSubject { member, workspace: self.workspace_facts(organization, workspace, tied) }
    }

    fn workspace_facts(
        &self,
        organization: Option<&Organization>,
        workspace: Option<WorkspaceId>,
        tied: Option<MemberFacts>,
    ) -> Option<(WorkspaceFacts, WorkspaceTies)> {
        let id = organization?.id;
        let workspace = self.workspaces.get(id, workspace?)?;
        Some((WorkspaceFacts::from(workspace), self.ties(id, workspace.id, tied.map(|member| member.member_id))))
    }

    fn is_enabled(&self, user: UserId) -> bool {
        self.accounts.get(&user).is_some_and(|account| account.user.disabled_at.is_none())
    }
}
