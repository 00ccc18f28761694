use guildhall_domain::credits::{PeriodKey, Periods};
use guildhall_domain::{Email, Name, Permission, WorkspaceId};
use guildhall_ports::store::OrganizationRef;

use super::OwnCreditUsage;
use super::batch::Concerned;
use crate::transact::work;
use crate::{AppError, Caller, CursorPage, Guildhall, ListRequest};

/// What is asked of the members' usage: the present day and month of
/// everything where nothing is set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CreditUsageQuery {
    /// A month, or a day with its month.
    pub period: Option<PeriodKey>,
    /// Only what was spent for this workspace.
    pub workspace_id: Option<WorkspaceId>,
}

/// What the members have spent (M-27, M-30).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditUsagePage {
    /// The day; none where a month was asked for.
    pub day: Option<PeriodKey>,
    /// The month.
    pub month: PeriodKey,
    /// Each member in the order of e-mail, with quota and spending, those who
    /// have spent nothing included.
    pub members: CursorPage<MemberUsage>,
}

/// One member in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberUsage {
    /// The account's address.
    pub email: Email,
    /// The account's name.
    pub name: Name,
    /// Quota and spending.
    pub usage: OwnCreditUsage,
}

impl Guildhall {
    /// What every member has spent in a day and a month (M-27, M-30).
    ///
    /// # Errors
    /// `invalid_cursor`, denials.
    pub async fn list_credit_usage(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        query: &CreditUsageQuery,
        request: &ListRequest,
    ) -> Result<CreditUsagePage, AppError> {
        let scope = format!("credit-usage:{}:{}", self.resolve(caller, organization)?, caller.actor.user_id);
        let page = self.open_page(&scope, request)?;
        let page = &page;
        let read = self.read_settled(
            caller,
            organization,
            Permission::CreditRead,
            work!(|access| {
                let Some(settled) = self.settled(access, Concerned::default()).await? else { return Ok(None) };
                let periods = settled.pool.periods();
                let (day, month) = query.periods(periods);
                // Where only a month is asked for, nothing is counted for a day.
                let counted = (day.as_ref().unwrap_or(&month), &month);
                let found = access.tx().credits().list_usage(counted.0, counted.1, query.workspace_id, page).await?;
                let members = found.map(|member| {
                    let mut usage = self.usage_of((member.member_id, member.user_id), &member.credits, periods);
                    if day.is_none() {
                        usage.spending.day = 0;
                    }
                    MemberUsage { email: member.email, name: member.name, usage }
                });
                Ok(Some((day, month, members)))
            }),
        );
        let (day, month, members) = read.await?;
        Ok(CreditUsagePage { day, month, members: self.seal_page(&scope, members) })
    }
}

impl CreditUsageQuery {
    /// The day, if there is one, and the month that are asked for.
    fn periods(&self, present: &Periods) -> (Option<PeriodKey>, PeriodKey) {
        match &self.period {
            None => (Some(present.day.clone()), present.month.clone()),
            Some(period) => match period.month() {
                Some(month) => (Some(period.clone()), month),
                None => (None, period.clone()),
            },
        }
    }
}
