//! What requests for credits need to know, in one call of a database function.

use std::collections::{BTreeMap, BTreeSet};

use diesel::sql_types::{Array, BigInt, Bool, Nullable, Record, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use guildhall_domain::credits::PeriodKey;
use guildhall_domain::policy::{WorkspaceFacts, WorkspaceTies};
use guildhall_domain::{
    AccessLevel, CreditGrantId, CreditTransactionId, Timestamp, UserId, WorkspaceAccess, WorkspaceId,
};
use guildhall_ports::store::{
    CreditNeeds, CreditState, IdempotentAnswer, MemberCredits, SpentCredits, StoreError, WorkspaceCredits,
};
use uuid::Uuid;

use crate::raw_statement::raw_statement;
use crate::row::{member_facts, stored, stored_option, unsigned, workspace_ties};
use crate::tables::credit_grants::{GrantColumns, GrantRow, into_grant};
use crate::tables::credit_reservations::{ReservationColumns, ReservationRow, into_reservation};
use crate::tables::member_quotas::into_quota;
use crate::unit::Unit;

/// A `credit_state_member`: the user, their membership, its quota (of a month, of a day), and when it was last seen.
type MemberColumns = Record<(
    SqlUuid,
    SqlUuid,
    Text,
    Nullable<SqlUuid>,
    Nullable<Array<Text>>,
    Bool,
    Bool,
    Nullable<BigInt>,
    Nullable<BigInt>,
    Nullable<Timestamptz>,
)>;
type MemberRow =
    (Uuid, Uuid, String, Option<Uuid>, Option<Vec<String>>, bool, bool, Option<i64>, Option<i64>, Option<Timestamp>);
/// A `credit_state_usage`: the user, the day or month, and what is counted in it.
type UsageColumns = Record<(SqlUuid, Text, BigInt)>;
type UsageRow = (Uuid, String, i64);
/// A `credit_state_workspace`: the user, the workspace, whose own it is, whether it is archived, what all may do in it,
/// and the user's role and grant.
type WorkspaceColumns =
    Record<(SqlUuid, SqlUuid, Nullable<SqlUuid>, Bool, Nullable<Text>, Nullable<Text>, Nullable<Text>)>;
type WorkspaceRow = (Uuid, Uuid, Option<Uuid>, bool, Option<String>, Option<String>, Option<String>);
/// A `credit_state_budget`: the workspace, its budget (of a month, of a day), and what is spent in the month and in the
/// day.
type BudgetColumns = Record<(SqlUuid, Nullable<BigInt>, Nullable<BigInt>, Nullable<BigInt>, Nullable<BigInt>)>;
type BudgetRow = (Uuid, Option<i64>, Option<i64>, Option<i64>, Option<i64>);
type TiedWorkspace = (WorkspaceFacts, WorkspaceTies);
/// A `credit_state_spent`: transaction, user, workspace, day, month, and what is left of each grant.
type SpentColumns = Record<(SqlUuid, Nullable<SqlUuid>, Nullable<SqlUuid>, Text, Text, Array<SqlUuid>, Array<BigInt>)>;
type SpentRow = (Uuid, Option<Uuid>, Option<Uuid>, String, String, Vec<Uuid>, Vec<i64>);
/// A `credit_state_answer`: the request's place from 1, what it said, the answer and when it was given.
type AnswerColumns = Record<(BigInt, Text, Text, Timestamptz)>;
type AnswerRow = (i64, String, String, Timestamp);

raw_statement! {
    /// Takes the organization, where asked to, and then reads all that is asked for.
    struct State<'a> {
        organization: Uuid as SqlUuid,
        taking: bool as Bool,
        now: Timestamp as Timestamptz,
        day: &'a str as Text,
        month: &'a str as Text,
        users: Vec<Uuid> as Array<SqlUuid>,
        workspaces: Vec<Uuid> as Array<SqlUuid>,
        tied_users: Vec<Uuid> as Array<SqlUuid>,
        grants: Vec<Uuid> as Array<SqlUuid>,
        reservations: Vec<Uuid> as Array<SqlUuid>,
        refunds: Vec<Uuid> as Array<SqlUuid>,
        request_users: Vec<Uuid> as Array<SqlUuid>,
        request_operations: Vec<&'a str> as Array<Text>,
        request_keys: Vec<&'a str> as Array<Text>,
    } -> (
        Array<GrantColumns>,
        Array<MemberColumns>,
        Array<UsageColumns>,
        Array<WorkspaceColumns>,
        Array<BudgetColumns>,
        Array<ReservationColumns>,
        Array<SpentColumns>,
        Array<AnswerColumns>,
    ) = "SELECT grants, members, usage, workspaces, budgets, reservations, spent, answers \
         FROM credit_state($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
}

type StateRow = (
    Vec<GrantRow>,
    Vec<MemberRow>,
    Vec<UsageRow>,
    Vec<WorkspaceRow>,
    Vec<BudgetRow>,
    Vec<ReservationRow>,
    Vec<SpentRow>,
    Vec<AnswerRow>,
);

pub(crate) async fn read(unit: &mut Unit, organization: Uuid, needs: &CreditNeeds) -> Result<CreditState, StoreError> {
    let statement = State {
        organization,
        taking: unit.is_taking_organization(organization),
        now: needs.now,
        day: needs.day.as_str(),
        month: needs.month.as_str(),
        // Each once, and neighbours in the indexes after each other.
        users: needs.users.iter().map(|user| user.uuid()).collect::<BTreeSet<_>>().into_iter().collect(),
        workspaces: needs.workspaces.iter().map(|(workspace, _)| workspace.uuid()).collect(),
        tied_users: needs.workspaces.iter().map(|(_, user)| user.uuid()).collect(),
        grants: needs.grants.iter().map(|grant| grant.uuid()).collect(),
        reservations: needs.reservations.iter().map(|reservation| reservation.uuid()).collect(),
        refunds: needs.refunds.iter().map(|transaction| transaction.uuid()).collect(),
        request_users: needs.requests.iter().map(|request| request.user_id.uuid()).collect(),
        request_operations: needs.requests.iter().map(|request| request.operation.as_ref()).collect(),
        request_keys: needs.requests.iter().map(|request| request.key.as_str()).collect(),
    };
    let found = statement.get_result::<StateRow>(unit.connection().await?).await;
    let (grants, members, usage, workspaces, budgets, reservations, spent, answers) = unit.note(found)?;
    Ok(CreditState {
        grants: grants.into_iter().map(into_grant).collect::<Result<_, _>>()?,
        members: into_members(needs, members, usage)?,
        workspaces: workspaces.into_iter().map(into_workspace).collect::<Result<_, _>>()?,
        budgets: budgets.into_iter().map(into_budget).collect::<Result<_, _>>()?,
        reservations: reservations.into_iter().map(into_reservation).collect::<Result<_, _>>()?,
        spent: spent.into_iter().map(into_spent).collect::<Result<_, _>>()?,
        answers: in_their_places(needs.requests.len(), answers),
    })
}

/// Each user who is asked for, also those of whom there is nothing.
fn into_members(
    needs: &CreditNeeds,
    members: Vec<MemberRow>,
    usage: Vec<UsageRow>,
) -> Result<BTreeMap<UserId, MemberCredits>, StoreError> {
    let mut asked: BTreeMap<_, _> = needs.users.iter().map(|user| (*user, MemberCredits::default())).collect();
    for (user, id, role, role_id, permissions, all_read, all_write, monthly, daily, active) in members {
        if let Some(member) = asked.get_mut(&UserId::from(user)) {
            let access = WorkspaceAccess { all_read, all_write };
            member.facts = Some(member_facts(id, &role, role_id, permissions.as_deref(), access)?);
            member.quota = into_quota("member_quotas", monthly, daily)?;
            member.last_active_at = active;
        }
    }
    for (user, period, used) in usage {
        if let Some(member) = asked.get_mut(&UserId::from(user)) {
            let count = if period == needs.day.as_str() { &mut member.day } else { &mut member.month };
            *count = unsigned("credit_usage.used", used)?;
        }
    }
    Ok(asked)
}

fn into_workspace(
    (user, id, personal_of, archived, default_access, role, grant): WorkspaceRow,
) -> Result<((WorkspaceId, UserId), TiedWorkspace), StoreError> {
    let facts = WorkspaceFacts {
        id: WorkspaceId::from(id),
        personal_of: personal_of.map(UserId::from),
        archived,
        default_access: stored_option("workspaces.default_access", default_access, AccessLevel::parse)?,
    };
    Ok(((facts.id, UserId::from(user)), (facts, workspace_ties(role, grant)?)))
}

fn into_budget(
    (workspace, monthly, daily, month, day): BudgetRow,
) -> Result<(WorkspaceId, WorkspaceCredits), StoreError> {
    let used = |count: Option<i64>| unsigned("credit_workspace_totals.used", count.unwrap_or_default());
    let quota = into_quota("workspace_budgets", monthly, daily)?;
    Ok((workspace.into(), WorkspaceCredits { quota, day: used(day)?, month: used(month)? }))
}

fn into_spent(row: SpentRow) -> Result<(CreditTransactionId, SpentCredits), StoreError> {
    let (id, user, workspace, day, month, grants, amounts) = row;
    let left = grants.into_iter().zip(amounts);
    let left = left.map(|(grant, amount)| {
        Ok((CreditGrantId::from(grant), unsigned("credit_transactions.entry_amounts", amount)?))
    });
    let spent = SpentCredits {
        user_id: user.map(UserId::from),
        workspace_id: workspace.map(WorkspaceId::from),
        day: stored("credit_transactions.day", PeriodKey::parse(&day))?,
        month: stored("credit_transactions.month", PeriodKey::parse(&month))?,
        left: left.collect::<Result<_, StoreError>>()?,
    };
    Ok((CreditTransactionId::from(id), spent))
}

fn in_their_places(requests: usize, rows: Vec<AnswerRow>) -> Vec<Option<IdempotentAnswer>> {
    let mut answers = vec![None; requests];
    for (place, fingerprint, answer, created_at) in rows {
        let index = usize::try_from(place).ok().and_then(|place| place.checked_sub(1));
        if let Some(slot) = index.and_then(|index| answers.get_mut(index)) {
            *slot = Some(IdempotentAnswer { fingerprint, answer, created_at });
        }
    }
    answers
}
