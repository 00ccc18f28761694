use std::collections::BTreeMap;

use guildhall_domain::Invalid;
use guildhall_domain::policy::{Actor, Facts, decide};
use guildhall_ports::TokenKind;
use guildhall_ports::store::{CheckBatchQuery, CheckedSubject, OrganizationRef};

use super::check::{CheckPermission, needed_to_ask};
use crate::{AppError, Guildhall, RequestContext, workspace};

/// The most questions at once.
const MAX: usize = 100;

impl Guildhall {
    /// Answers up to 100 permission checks in one round trip to storage, in
    /// their order: what a page with many buttons asks. Each is answered as
    /// [`Guildhall::check`] would, at one instant for all.
    ///
    /// # Errors
    /// `empty` or `too_many` (`/checks`), `not_for_workspaces`
    /// (`/checks/…/permission`), and as [`Guildhall::check`].
    pub async fn check_many(
        &self,
        token: &str,
        request: RequestContext,
        organization: OrganizationRef,
        questions: &[CheckPermission],
    ) -> Result<Vec<bool>, AppError> {
        let digest = self.ports.tokens.digest(TokenKind::Session, token).ok_or(AppError::Unauthenticated)?;
        // What is too much is not looked up, but who asks is known before they are told so.
        let fits = (1..=MAX).contains(&questions.len());
        let asked = if fits { questions } else { &[] };
        let checks = asked.iter().map(|question| (question.user_id, question.workspace_id)).collect();
        let query = CheckBatchQuery { digest, organization, checks };
        let found = self.ports.store.check_batch(&query).await?.ok_or(AppError::Unauthenticated)?;
        let caller = self.admit(found.caller, request).await?;
        let Some((organization, status)) = found.organization else {
            return Err(self.refuse_unknown(caller, digest, organization).await);
        };
        let facts = Facts { organization, status, member: found.caller_member };
        let needed = needed_to_ask(asked.iter().any(|question| question.other_than(&caller).is_some()));
        if let Err(denied) = decide(&caller.actor, &facts, needed) {
            return Err(self.refuse_check(caller, digest, organization, needed, denied.into()).await);
        }
        if questions.is_empty() {
            return Err(AppError::invalid("/checks", Invalid::new("empty", "must ask something")));
        }
        if !fits {
            return Err(AppError::invalid("/checks", Invalid::new("too_many", "must have at most 100 checks")));
        }
        for (place, question) in questions.iter().enumerate() {
            question.require_sense(&format!("/checks/{place}"))?;
        }
        let mut unknown: BTreeMap<_, _> = BTreeMap::new();
        for (question, found) in asked.iter().zip(&found.checks) {
            if let (Some(id), None) = (question.workspace_id, found.workspace) {
                unknown.entry(id).or_insert((question.permission, workspace::target(id)));
            }
        }
        let unknown: Vec<_> = unknown.into_values().collect();
        self.audit_unknown_references(&caller, organization, &unknown).await?;
        let answer = |(question, found): (&CheckPermission, &CheckedSubject)| {
            let (actor, facts) = match question.other_than(&caller) {
                None => (caller.actor, facts),
                Some(user_id) => (Actor { user_id, superadmin: false }, Facts { member: found.member, ..facts }),
            };
            question.answer(&actor, &facts, found.workspace)
        };
        Ok(asked.iter().zip(&found.checks).map(answer).collect())
    }
}
