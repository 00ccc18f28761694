use guildhall_domain::audit::{AuditAction, AuditTarget, TargetKind};
use guildhall_domain::credits::{CreditQuota, Periods, QuotaSpending};
use guildhall_domain::{MemberId, Permission, UserId};
use guildhall_ports::store::{MemberCredits, OrganizationRef};
use uuid::Uuid;

use super::batch::Concerned;
use crate::access::Access;
use crate::transact::work;
use crate::{AppError, Caller, Guildhall, Missing};

/// A member's quota, and what counts against it now (M-28, M-31).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnCreditUsage {
    /// Who, as a member.
    pub member_id: MemberId,
    /// Who, as an account.
    pub user_id: UserId,
    /// Quota and spending.
    pub spending: QuotaSpending,
    /// Whether the quota is the one of everybody for whom nobody has said.
    pub is_default: bool,
}

impl Guildhall {
    /// A member's quota and what they have spent of it: one's own, or any for
    /// those who may read credits or set quotas (M-28, M-31).
    ///
    /// # Errors
    /// `member_not_found`, denials.
    pub async fn member_quota(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        member_or_user: Uuid,
    ) -> Result<OwnCreditUsage, AppError> {
        self.read_settled(
            caller,
            organization,
            Permission::OrganizationRead,
            work!(|access| {
                let (member_id, user_id) = member_who_may_be_read(access, member_or_user).await?;
                let concerned = Concerned { users: &[user_id], ..Concerned::default() };
                let Some(settled) = self.settled(access, concerned).await? else { return Ok(None) };
                let credits = settled.members.get(&user_id).copied().unwrap_or_default();
                Ok(Some(self.usage_of((member_id, user_id), &credits, settled.pool.periods())))
            }),
        )
        .await
    }

    /// Sets how much a member may spend of the pool in a month and in a day
    /// (M-08, M-23, M-32). It holds from the next request on; what is spent
    /// already counts.
    ///
    /// # Errors
    /// `member_not_found`, denials.
    pub async fn set_member_quota(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        member_or_user: Uuid,
        quota: CreditQuota,
    ) -> Result<OwnCreditUsage, AppError> {
        self.change_in(
            caller,
            organization,
            Permission::QuotaManage,
            work!(|access| {
                let found = access.tx().member(member_or_user).await?;
                let member = found.ok_or(Missing::Member.with(member_or_user))?.membership;
                let now = access.now();
                access.tx().credits().set_quota(member.id, quota, now).await?;
                let target = AuditTarget { kind: TargetKind::Member, id: member.id.uuid() };
                let (monthly, daily) = (quota.monthly.to_wire().to_string(), quota.daily.to_wire().to_string());
                let details = [("monthly_limit", monthly.as_str()), ("daily_limit", daily.as_str())];
                access.audit(AuditAction::SetMemberQuota, target, &details).await?;
                let (member_id, user_id) = (member.id, member.user_id);
                let concerned = Concerned { users: &[user_id], ..Concerned::default() };
                let pool = self.settle_in(access, concerned).await?;
                let gone = || AppError::Internal("a member that was just read is gone".to_owned());
                let spending = pool.member(user_id).cloned().ok_or_else(gone)?;
                Ok(OwnCreditUsage { member_id, user_id, spending, is_default: false })
            }),
        )
        .await
    }

    pub(super) fn usage_of(
        &self,
        (member_id, user_id): (MemberId, UserId),
        credits: &MemberCredits,
        periods: &Periods,
    ) -> OwnCreditUsage {
        let quota = credits.quota.unwrap_or_else(|| self.blueprint().credits.default_quota());
        let (periods, day, month) = (periods.clone(), credits.day, credits.month);
        let spending = QuotaSpending { quota, periods, day, month };
        OwnCreditUsage { member_id, user_id, spending, is_default: credits.quota.is_none() }
    }
}

/// Who reads credits, or sets quotas, sees everybody's.
pub(super) fn require_sight_of_quotas(access: &Access) -> Result<(), AppError> {
    let reads = access.require(Permission::CreditRead);
    reads.or_else(|denied| access.require(Permission::QuotaManage).map_err(|_| denied)).map(drop)
}

/// Oneself, or anybody for those who may see quotas.
async fn member_who_may_be_read(access: &mut Access, member_or_user: Uuid) -> Result<(MemberId, UserId), AppError> {
    let found = access.tx().member(member_or_user).await?.map(|found| found.membership);
    if found.as_ref().is_none_or(|member| member.user_id != access.actor().user_id) {
        require_sight_of_quotas(access)?;
    }
    let member = found.ok_or(Missing::Member.with(member_or_user))?;
    Ok((member.id, member.user_id))
}
