//! What came of requests for credits, written by one call of a database function.

use diesel::sql_types::{Array, BigInt, Bool, Integer, Jsonb, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use guildhall_domain::credits::CreditTransaction;
use guildhall_domain::{
    CreditTransactionId, Description, Name, OrganizationId, ReservationId, Timestamp, UserId, WorkspaceId,
};
use guildhall_ports::store::{CreditWrites, StoreError};
use uuid::Uuid;

use crate::raw_statement::raw_statement;
use crate::row::signed;
use crate::tables::credit_reservations::to_json;
use crate::unit::Unit;

raw_statement! {
    /// Writes rows of each table, column by column.
    struct Write<'a> {
        organization: Uuid as SqlUuid,
        at: Timestamp as Timestamptz,
        transaction_ids: Vec<Uuid> as Array<SqlUuid>,
        transaction_kinds: Vec<&'a str> as Array<Text>,
        transaction_amounts: Vec<i64> as Array<BigInt>,
        transaction_users: Option<Vec<Option<Uuid>>> as Nullable<Array<Nullable<SqlUuid>>>,
        transaction_actors: Option<Vec<Option<Uuid>>> as Nullable<Array<Nullable<SqlUuid>>>,
        transaction_workspaces: Option<Vec<Option<Uuid>>> as Nullable<Array<Nullable<SqlUuid>>>,
        transaction_operations: Option<Vec<Option<&'a str>>> as Nullable<Array<Nullable<Text>>>,
        transaction_reservations: Option<Vec<Option<Uuid>>> as Nullable<Array<Nullable<SqlUuid>>>,
        transaction_reversed: Option<Vec<Option<Uuid>>> as Nullable<Array<Nullable<SqlUuid>>>,
        transaction_days: Vec<&'a str> as Array<Text>,
        transaction_months: Vec<&'a str> as Array<Text>,
        transaction_reasons: Option<Vec<Option<&'a str>>> as Nullable<Array<Nullable<Text>>>,
        transaction_times: Vec<Timestamp> as Array<Timestamptz>,
        request_operations: Option<Vec<Option<&'a str>>> as Nullable<Array<Nullable<Text>>>,
        request_keys: Option<Vec<Option<&'a str>>> as Nullable<Array<Nullable<Text>>>,
        request_fingerprints: Option<Vec<Option<&'a str>>> as Nullable<Array<Nullable<Text>>>,
        request_answers: Option<Vec<Option<&'a str>>> as Nullable<Array<Nullable<Text>>>,
        entries_first: Vec<i32> as Array<Integer>,
        entries_last: Vec<i32> as Array<Integer>,
        entry_accounts: Vec<&'a str> as Array<Text>,
        entry_grants: Vec<Uuid> as Array<SqlUuid>,
        entry_amounts: Vec<i64> as Array<BigInt>,
        grant_ids: Vec<Uuid> as Array<SqlUuid>,
        grant_amounts: Vec<i64> as Array<BigInt>,
        grant_priorities: Vec<i16> as Array<SmallInt>,
        grant_expiries: Vec<Option<Timestamp>> as Array<Nullable<Timestamptz>>,
        grants_available: Vec<i64> as Array<BigInt>,
        grants_reserved: Vec<i64> as Array<BigInt>,
        reservation_ids: Vec<Uuid> as Array<SqlUuid>,
        reservation_users: Vec<Uuid> as Array<SqlUuid>,
        reservation_workspaces: Vec<Option<Uuid>> as Array<Nullable<SqlUuid>>,
        reservation_operations: Vec<Option<&'a str>> as Array<Nullable<Text>>,
        reservations_held: Vec<serde_json::Value> as Array<Jsonb>,
        reservation_states: Vec<&'a str> as Array<Text>,
        reservation_expiries: Vec<Timestamp> as Array<Timestamptz>,
        reservation_days: Vec<&'a str> as Array<Text>,
        reservation_months: Vec<&'a str> as Array<Text>,
        usage_users: Vec<Uuid> as Array<SqlUuid>,
        usage_periods: Vec<&'a str> as Array<Text>,
        usage_changes: Vec<i64> as Array<BigInt>,
        workspace_usage_workspaces: Vec<Uuid> as Array<SqlUuid>,
        workspace_usage_users: Vec<Uuid> as Array<SqlUuid>,
        workspace_usage_periods: Vec<&'a str> as Array<Text>,
        workspace_usage_changes: Vec<i64> as Array<BigInt>,
    } -> Bool =
        "SELECT write_credits($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, \
            $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, \
            $41, $42, $43, $44, $45, $46) IS NULL"
}

/// One column of some rows.
fn column<'a, R: 'a, C>(rows: impl IntoIterator<Item = &'a R>, value: impl Fn(&'a R) -> C) -> Vec<C> {
    rows.into_iter().map(value).collect()
}

/// The same where most rows have nothing: nothing at all where all have nothing.
fn sparse_column<'a, R: 'a, C>(
    rows: impl IntoIterator<Item = &'a R>,
    value: impl Fn(&'a R) -> Option<C>,
) -> Option<Vec<Option<C>>> {
    let column = column(rows, value);
    column.iter().any(Option::is_some).then_some(column)
}

impl<'a> Write<'a> {
    fn new(organization: Uuid, at: Timestamp, writes: &'a CreditWrites) -> Self {
        let CreditWrites { transactions, changes, answers } = writes;
        let entries: Vec<_> = transactions.iter().flat_map(|transaction| &transaction.movement.entries).collect();
        let ends: Vec<_> = transactions
            .iter()
            .scan(0_i32, |end, transaction| {
                *end += i32::try_from(transaction.movement.entries.len()).unwrap_or(i32::MAX);
                Some(*end)
            })
            .collect();
        let asked = |transaction: &CreditTransaction| answers.get(&transaction.id);
        let grants: Vec<_> = changes.grants.values().collect();
        let reservations: Vec<_> = changes.reservations.values().collect();
        let usage: Vec<_> = changes.usage.iter().collect();
        let workspace_usage: Vec<_> = changes.workspace_usage.iter().collect();
        Self {
            organization,
            at,
            transaction_ids: column(transactions, |it| it.id.uuid()),
            transaction_kinds: column(transactions, |it| it.movement.kind.as_str()),
            transaction_amounts: column(transactions, |it| signed(it.movement.amount)),
            transaction_users: sparse_column(transactions, |it| it.user_id.map(UserId::uuid)),
            transaction_actors: sparse_column(transactions, |it| it.actor_id.map(UserId::uuid)),
            transaction_workspaces: sparse_column(transactions, |it| it.workspace_id.map(WorkspaceId::uuid)),
            transaction_operations: sparse_column(transactions, |it| it.operation.as_ref().map(Name::as_str)),
            transaction_reservations: sparse_column(transactions, |it| it.reservation_id.map(ReservationId::uuid)),
            transaction_reversed: sparse_column(transactions, |it| it.reverses.map(CreditTransactionId::uuid)),
            transaction_days: column(transactions, |it| it.day.as_str()),
            transaction_months: column(transactions, |it| it.month.as_str()),
            transaction_reasons: sparse_column(transactions, |it| it.reason.as_ref().map(Description::as_str)),
            transaction_times: column(transactions, |it| it.created_at),
            request_operations: sparse_column(transactions, |it| {
                asked(it).map(|(request, _)| request.operation.as_ref())
            }),
            request_keys: sparse_column(transactions, |it| asked(it).map(|(request, _)| request.key.as_str())),
            request_fingerprints: sparse_column(transactions, |it| {
                asked(it).map(|(request, _)| request.fingerprint.as_str())
            }),
            request_answers: sparse_column(transactions, |it| asked(it).map(|(_, answer)| answer.as_str())),
            entries_first: column(std::iter::once(&0).chain(&ends), |end| end + 1),
            entries_last: ends,
            entry_accounts: column(&entries, |entry| entry.account.as_str()),
            entry_grants: column(&entries, |entry| entry.grant.uuid()),
            entry_amounts: column(&entries, |entry| entry.amount),
            grant_ids: column(&grants, |it| it.id.uuid()),
            grant_amounts: column(&grants, |it| signed(it.terms.amount.get())),
            grant_priorities: column(&grants, |it| i16::from(it.terms.priority)),
            grant_expiries: column(&grants, |it| it.terms.expires_at),
            grants_available: column(&grants, |it| signed(it.available)),
            grants_reserved: column(&grants, |it| signed(it.reserved)),
            reservation_ids: column(&reservations, |it| it.id.uuid()),
            reservation_users: column(&reservations, |it| it.by.user_id.uuid()),
            reservation_workspaces: column(&reservations, |it| it.by.workspace_id.map(WorkspaceId::uuid)),
            reservation_operations: column(&reservations, |it| it.by.operation.as_ref().map(Name::as_str)),
            reservations_held: column(&reservations, |it| to_json(&it.held)),
            reservation_states: column(&reservations, |it| it.state.as_str()),
            reservation_expiries: column(&reservations, |it| it.expires_at),
            reservation_days: column(&reservations, |it| it.day.as_str()),
            reservation_months: column(&reservations, |it| it.month.as_str()),
            usage_users: column(&usage, |((user, _), _)| user.uuid()),
            usage_periods: column(&usage, |((_, period), _)| period.as_str()),
            usage_changes: column(&usage, |(_, change)| **change),
            workspace_usage_workspaces: column(&workspace_usage, |((workspace, _, _), _)| workspace.uuid()),
            workspace_usage_users: column(&workspace_usage, |((_, user, _), _)| user.uuid()),
            workspace_usage_periods: column(&workspace_usage, |((_, _, period), _)| period.as_str()),
            workspace_usage_changes: column(&workspace_usage, |(_, change)| **change),
        }
    }
}

pub(crate) async fn write(
    unit: &mut Unit,
    organization: Uuid,
    writes: &CreditWrites,
    at: Timestamp,
) -> Result<(), StoreError> {
    let statement = statement(organization, writes, at)?;
    let written = statement.get_result::<bool>(unit.connection().await?).await;
    unit.note(written).map(|_| ())
}

/// Writes, and makes it lasting in the same round trip.
pub(crate) async fn commit(
    unit: Unit,
    organization: Uuid,
    writes: &CreditWrites,
    at: Timestamp,
) -> Result<(), StoreError> {
    unit.commit_with(statement(organization, writes, at)?).await
}

fn statement(organization: Uuid, writes: &CreditWrites, at: Timestamp) -> Result<Write<'_>, StoreError> {
    writes.require_of(OrganizationId::from(organization))?;
    Ok(Write::new(organization, at, writes))
}
