//! What members have spent, and how much they may.

use diesel::sql_types::{BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use guildhall_domain::credits::PeriodKey;
use guildhall_domain::page::{KeyPosition, Page, PageRequest};
use guildhall_domain::{Email, MemberId, Name, Timestamp, UserId};
use guildhall_ports::store::{MemberCreditUsage, MemberCredits, StoreError};
use uuid::Uuid;

use crate::hot::{FoundMember, MemberColumns};
use crate::raw_statement::raw_statement;
use crate::row::{stored, surplus, unsigned};
use crate::tables::member_quotas::into_quota;
use crate::unit::Unit;

/// When a member was last seen, a quota's month and day, and what is counted in the month and in the day.
type CreditColumns = (Nullable<Timestamptz>, Nullable<BigInt>, Nullable<BigInt>, Nullable<BigInt>, Nullable<BigInt>);
type CreditRow = (Option<Timestamp>, Option<i64>, Option<i64>, Option<i64>, Option<i64>);

fn into_credits(
    member: &FoundMember,
    (last_active_at, monthly, daily, month, day): CreditRow,
) -> Result<MemberCredits, StoreError> {
    Ok(MemberCredits {
        facts: member.facts()?,
        quota: into_quota("member_quotas", monthly, daily)?,
        day: unsigned("credit_usage.used", day.unwrap_or_default())?,
        month: unsigned("credit_usage.used", month.unwrap_or_default())?,
        last_active_at,
    })
}

raw_statement! {
    /// Members in the order of e-mail, then membership id, from behind a position where one is given (it begins at
    /// the first, which nobody's address is before). What is looked up of each is not joined: for few rows PostgreSQL
    /// might read all there is in the organization.
    struct ListPage<'a> {
        organization: Uuid as SqlUuid,
        day: &'a str as Text,
        month: &'a str as Text,
        after_email: &'a str as Text,
        after_id: Uuid as SqlUuid,
        limit: i64 as BigInt,
        workspace: Option<Uuid> as Nullable<SqlUuid>,
    } -> (SqlUuid, Text, Text, MemberColumns, CreditColumns) =
        "SELECT m.user_id, m.email, u.name, \
            m.id, m.role, m.role_id, r.permissions, m.all_read, m.all_write, m.last_active_at, \
            (SELECT q.monthly FROM member_quotas q WHERE q.organization_id = $1 AND q.member_id = m.id), \
            (SELECT q.daily FROM member_quotas q WHERE q.organization_id = $1 AND q.member_id = m.id), \
            CASE WHEN $7 IS NULL THEN \
                (SELECT c.used FROM credit_usage c \
                    WHERE c.organization_id = $1 AND c.user_id = m.user_id AND c.period = $3) \
            ELSE \
                (SELECT c.used FROM credit_workspace_usage c WHERE c.organization_id = $1 AND c.workspace_id = $7 \
                    AND c.user_id = m.user_id AND c.period = $3) \
            END, \
            CASE WHEN $7 IS NULL THEN \
                (SELECT c.used FROM credit_usage c \
                    WHERE c.organization_id = $1 AND c.user_id = m.user_id AND c.period = $2) \
            ELSE \
                (SELECT c.used FROM credit_workspace_usage c WHERE c.organization_id = $1 AND c.workspace_id = $7 \
                    AND c.user_id = m.user_id AND c.period = $2) \
            END \
         FROM memberships m JOIN users u ON u.id = m.user_id \
         LEFT JOIN roles r ON r.organization_id = m.organization_id AND r.id = m.role_id \
         WHERE m.organization_id = $1 AND (m.email, m.id) > ($4, $5) \
         ORDER BY m.email, m.id LIMIT $6"
}

type ListRow = (Uuid, String, String, FoundMember, CreditRow);

pub(crate) async fn list(
    unit: &mut Unit,
    organization: Uuid,
    (day, month): (&PeriodKey, &PeriodKey),
    workspace: Option<Uuid>,
    page: &PageRequest<KeyPosition>,
) -> Result<Page<MemberCreditUsage, KeyPosition>, StoreError> {
    let statement = ListPage {
        organization,
        day: day.as_str(),
        month: month.as_str(),
        after_email: page.after.as_ref().map(|after| after.key.as_str()).unwrap_or_default(),
        after_id: page.after.as_ref().map(|after| after.id).unwrap_or_default(),
        limit: surplus(page.size),
        workspace,
    };
    let rows = statement.load::<ListRow>(unit.connection().await?).await;
    let usage = unit.note(rows)?.into_iter().map(into_usage).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_surplus(usage, page.size, |usage| KeyPosition {
        key: usage.email.as_str().to_owned(),
        id: usage.member_id.uuid(),
    }))
}

fn into_usage((user, email, name, member, credits): ListRow) -> Result<MemberCreditUsage, StoreError> {
    Ok(MemberCreditUsage {
        member_id: MemberId::from(member.id.unwrap_or_default()),
        user_id: UserId::from(user),
        email: stored("memberships.email", Email::parse(&email))?,
        name: stored("users.name", Name::parse(&name))?,
        credits: into_credits(&member, credits)?,
    })
}
