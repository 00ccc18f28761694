use guildhall_domain::policy::{Actor, Facts, WorkspaceFacts, WorkspaceTies, decide, decide_in};
use guildhall_domain::{Invalid, OrganizationId, Permission, TokenDigest, UserId, WorkspaceId};
use guildhall_ports::TokenKind;
use guildhall_ports::store::{CheckQuery, OrganizationRef};

use crate::transact::hide_stranger;
use crate::{AppError, Caller, Guildhall, Missing, RequestContext, workspace};

/// May the caller, or another member, do something?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckPermission {
    /// What.
    pub permission: Permission,
    /// Who; the caller where nobody is named.
    pub user_id: Option<UserId>,
    /// In which workspace. Without one, a permission for workspaces is asked
    /// about for all that are shared.
    pub workspace_id: Option<WorkspaceId>,
}

impl CheckPermission {
    /// That the question makes sense, for a body that has it at `at`.
    pub(super) fn require_sense(&self, at: &str) -> Result<(), AppError> {
        if self.workspace_id.is_none() || self.permission.is_for_workspaces() {
            return Ok(());
        }
        let invalid = Invalid::new(
            "not_for_workspaces",
            "must be workspace.read, workspace.write or workspace.manage where a workspace is named",
        );
        Err(AppError::invalid(format!("{at}/permission"), invalid))
    }

    /// Who is asked about, where that is not the caller.
    pub(super) fn other_than(&self, caller: &Caller) -> Option<UserId> {
        self.user_id.filter(|user| *user != caller.actor.user_id)
    }

    /// The answer, from the facts of the subject.
    pub(super) fn answer(
        &self,
        actor: &Actor,
        facts: &Facts,
        workspace: Option<(WorkspaceFacts, WorkspaceTies)>,
    ) -> bool {
        match (self.workspace_id, workspace) {
            (Some(_), Some((workspace, ties))) => decide_in(actor, facts, &workspace, ties, self.permission).is_ok(),
            (Some(_), None) => false,
            (None, _) if self.permission.is_for_workspaces() => {
                // One about which nothing is known but that it is shared.
                let any = WorkspaceFacts::ANY;
                decide_in(actor, facts, &any, WorkspaceTies::default(), self.permission).is_ok()
            }
            (None, _) => decide(actor, facts, self.permission).is_ok(),
        }
    }
}

impl Guildhall {
    /// Answers a permission check in one round trip to storage,
    /// authentication included: the call that other services make most.
    ///
    /// Asking about another member needs `member.read`. A user who is no
    /// member is allowed nothing, and in a workspace that is not the
    /// organization's nobody is.
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`], `organization_not_found`,
    /// `not_for_workspaces` (`/permission`), denials of the asking itself.
    pub async fn check(
        &self,
        token: &str,
        request: RequestContext,
        organization: OrganizationRef,
        question: CheckPermission,
    ) -> Result<bool, AppError> {
        let digest = self.ports.tokens.digest(TokenKind::Session, token).ok_or(AppError::Unauthenticated)?;
        let query = CheckQuery { digest, organization, subject: question.user_id, workspace: question.workspace_id };
        let found = self.ports.store.check(query).await?.ok_or(AppError::Unauthenticated)?;
        let caller = self.admit(found.caller, request).await?;
        let Some((organization, status)) = found.organization else {
            return Err(self.refuse_unknown(caller, digest, organization).await);
        };
        let facts = Facts { organization, status, member: found.caller_member };
        let subject = question.other_than(&caller);
        let needed = needed_to_ask(subject.is_some());
        if let Err(denied) = decide(&caller.actor, &facts, needed) {
            return Err(self.refuse_check(caller, digest, organization, needed, denied.into()).await);
        }
        question.require_sense("")?;
        if let (Some(unknown), None) = (question.workspace_id, found.workspace) {
            self.audit_unknown_reference(&caller, organization, question.permission, workspace::target(unknown))
                .await?;
        }
        let (actor, facts) = match subject {
            None => (caller.actor, facts),
            Some(user_id) => (Actor { user_id, superadmin: false }, Facts { member: found.subject_member, ..facts }),
        };
        Ok(question.answer(&actor, &facts, found.workspace))
    }

    /// A check in an organization that there is not.
    pub(super) async fn refuse_unknown(
        &self,
        caller: Caller,
        digest: TokenDigest,
        organization: OrganizationRef,
    ) -> AppError {
        let OrganizationRef::Id(id) = organization else {
            return AppError::NotFound { what: Missing::Organization, id: None };
        };
        let error = Missing::Organization.with(id.uuid());
        self.refuse_check(caller, digest, id, Permission::OrganizationRead, error).await
    }

    /// Audits a refused check. The caller's own organization, whose log may be
    /// concerned too, is looked up only now: a check that is answered does without.
    pub(super) async fn refuse_check(
        &self,
        caller: Caller,
        digest: TokenDigest,
        organization: OrganizationId,
        permission: Permission,
        error: AppError,
    ) -> AppError {
        let active_organization = match self.ports.store.authenticate(digest).await {
            Ok(found) => found.and_then(|found| found.active_organization),
            Err(failure) => return failure.into(),
        };
        let caller = Caller { active_organization, ..caller };
        match self.audit_denial(&caller, organization, permission, &error).await {
            Ok(()) => hide_stranger(error, organization),
            Err(unaudited) => unaudited,
        }
    }
}

/// What a caller needs to ask about others, or only about themself.
pub(super) fn needed_to_ask(about_others: bool) -> Permission {
    if about_others { Permission::MemberRead } else { Permission::OrganizationRead }
}
