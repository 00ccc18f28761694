use guildhall_domain::audit::{AuditAction, AuditTarget, TargetKind};
use guildhall_domain::{Invalid, Limit, LimitName, Permission, Usage};
use guildhall_ports::store::{Constraint, IdempotentRequest, OrganizationRef, StoreError};

use crate::access::Access;
use crate::idempotency::{given_before, keep};
use crate::transact::work;
use crate::{AppError, Caller, Conflict, Guildhall, IdempotencyKey, Missing};

/// What a product reports of a resource (N-18).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuotaChange {
    /// So much more is used.
    Acquire(u64),
    /// So much was given back.
    Release(u64),
}

/// What a report is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuotaReport {
    /// How much is used.
    pub usage: Usage,
    /// Whether this was counted before, when the same report was sent for the first time.
    pub is_repeated: bool,
}

impl QuotaChange {
    fn amount(self) -> u64 {
        match self {
            Self::Acquire(amount) | Self::Release(amount) => amount,
        }
    }

    fn action(self) -> AuditAction {
        match self {
            Self::Acquire(_) => AuditAction::AcquireQuota,
            Self::Release(_) => AuditAction::ReleaseQuota,
        }
    }
}

impl Guildhall {
    /// Counts what an organization uses of a resource: not more than its
    /// limit, not less than nothing, and once for each key, however often the
    /// request is sent and however many are sent at once (N-18, R-IDEM).
    ///
    /// # Errors
    /// `quota_not_found`, `out_of_range` (`/amount`), [`AppError::LimitReached`],
    /// `not_acquired`, [`AppError::IdempotencyKeyReused`], denials.
    pub async fn change_quota(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        quota: &str,
        change: QuotaChange,
        key: &IdempotencyKey,
    ) -> Result<QuotaReport, AppError> {
        self.change_in(
            caller,
            organization,
            Permission::UsageReport,
            work!(|access| {
                let known = access.blueprint().quotas.get(quota).map(|quota| quota.name.clone());
                let quota = known.ok_or(Missing::Quota.unnamed())?;
                let amount = change.amount();
                if !(1..=Limit::MAX).contains(&amount) {
                    let invalid = Invalid::new("out_of_range", "must be from 1 to 9007199254740991");
                    return Err(AppError::invalid("/amount", invalid));
                }
                let request = key.of(caller, change.action().as_str(), format!("{quota} {amount}"));
                if let Some(answer) = given_before(access, &request).await? {
                    return Ok(QuotaReport { usage: read(quota, &answer)?, is_repeated: true });
                }
                let usage = self.carry_out(access, quota, change, &request).await?;
                Ok(QuotaReport { usage, is_repeated: false })
            }),
        )
        .await
    }

    async fn carry_out(
        &self,
        access: &mut Access,
        name: LimitName,
        change: QuotaChange,
        request: &IdempotentRequest,
    ) -> Result<Usage, AppError> {
        let max = self.entitlements_of(access.organization()).limit(&name);
        // Nobody else counts while this unit of work has the organization.
        let before = access.tx().counts().await?.quotas.get(&name).copied().unwrap_or(0);
        let changed = match change {
            QuotaChange::Acquire(amount) => access.tx().acquire_quota(&name, amount, max).await,
            QuotaChange::Release(amount) => access.tx().release_quota(&name, amount).await,
        };
        let used = match changed {
            Err(StoreError::Conflict(Constraint::LimitReached)) => {
                let max = if max.is_unlimited() { Limit::MAX } else { max.to_wire() };
                return Err(AppError::LimitReached { limit: name, used: before, max });
            }
            Err(StoreError::Conflict(Constraint::NotAcquired)) => return Err(Conflict::NotAcquired.into()),
            changed => changed?,
        };
        let usage = Usage { name, used, max };
        keep(access, request, &written(&usage)).await?;
        let organization = access.organization().id;
        let (amount, total) = (change.amount().to_string(), used.to_string());
        let details = [("quota", usage.name.as_str()), ("amount", amount.as_str()), ("used", total.as_str())];
        let target = AuditTarget { kind: TargetKind::Organization, id: organization.uuid() };
        access.audit(change.action(), target, &details).await?;
        let context = access.request().clone();
        self.note_threshold(access.tx(), organization, &usage, before, &context).await?;
        Ok(usage)
    }
}

/// An answer as it is kept: used, and at most.
fn written(usage: &Usage) -> String {
    format!("{} {}", usage.used, usage.max.to_wire())
}

fn read(name: LimitName, answer: &str) -> Result<Usage, AppError> {
    let parsed = answer.split_once(' ').and_then(|(used, max)| Some((used.parse().ok()?, max.parse().ok()?)));
    let (used, max) = parsed.ok_or_else(|| AppError::Internal("a kept answer cannot be read".to_owned()))?;
    Ok(Usage { name, used, max: Limit::from_wire(max)? })
}
