use guildhall_domain::policy::{Actor, Facts, decide};
use guildhall_domain::{OrganizationId, Permission, TokenDigest, UserId};
use guildhall_ports::TokenKind;
use guildhall_ports::store::{CheckQuery, OrganizationRef};

use crate::transact::hide_stranger;
use crate::{AppError, Caller, Guildhall, Missing, RequestContext};

/// May the caller, or another member, do something?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckPermission {
    /// What.
    pub permission: Permission,
    /// Who; the caller where nobody is named.
    pub user_id: Option<UserId>,
}

impl Guildhall {
    /// Answers a permission check in one round trip to storage,
    /// authentication included: the call that other services make most.
    ///
    /// Asking about another member needs `member.read`. A user who is no
    /// member is allowed nothing.
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`], `organization_not_found`, denials of the
    /// asking itself.
    pub async fn check(
        &self,
        token: &str,
        request: RequestContext,
        organization: OrganizationRef,
        question: CheckPermission,
    ) -> Result<bool, AppError> {
        let digest = self.ports.tokens.digest(TokenKind::Session, token).ok_or(AppError::Unauthenticated)?;
        let query = CheckQuery { digest, organization, subject: question.user_id };
        let found = self.ports.store.check(query).await?.ok_or(AppError::Unauthenticated)?;
        let caller = self.admit(found.caller, request).await?;
        let Some((organization, status)) = found.organization else {
            let OrganizationRef::Id(id) = organization else {
                return Err(AppError::NotFound { what: Missing::Organization, id: None });
            };
            let error = Missing::Organization.with(id.uuid());
            return Err(self.refuse_check(caller, digest, id, Permission::OrganizationRead, error).await);
        };
        let facts = Facts { organization, status, member: found.caller_member };
        let subject = question.user_id.filter(|user| *user != caller.actor.user_id);
        let needed = if subject.is_some() { Permission::MemberRead } else { Permission::OrganizationRead };
        if let Err(denied) = decide(&caller.actor, &facts, needed) {
            return Err(self.refuse_check(caller, digest, organization, needed, denied.into()).await);
        }
        let (actor, facts) = match subject {
            None => (caller.actor, facts),
            Some(user_id) => (Actor { user_id, superadmin: false }, Facts { member: found.subject_member, ..facts }),
        };
        Ok(decide(&actor, &facts, question.permission).is_ok())
    }

    /// Audits a refused check. The caller's own organization, whose log may be
    /// concerned too, is looked up only now: a check that is answered does without.
    async fn refuse_check(
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
