//! Everything of credits over all its tables: what requests need to know, and
//! what came of them.

use diesel::SqliteConnection;
use guildhall_domain::credits::{CreditGrant, Reservation};
use guildhall_domain::{CreditGrantId, OrganizationId, Timestamp};
use guildhall_ports::store::{CreditNeeds, CreditState, CreditWrites, KeptCredits, StoreError};

use super::credit_counts::{count, replace};
use super::credit_usage::Usage;
use super::credit_workspace_totals::WorkspaceTotals;
use super::credit_workspace_usage::WorkspaceUsage;
use super::{
    credit_answers, credit_grants, credit_members, credit_reservations, credit_transaction_lists, credit_usage,
    credit_workspace_totals, credit_workspace_usage, credit_workspaces, new_credit_transactions, spent_credits,
    workspace_budgets,
};

/// What is named is asked for, and nothing is asked where nothing is named.
pub(crate) fn read(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    needs: &CreditNeeds,
) -> Result<CreditState, StoreError> {
    let mut state = CreditState::default();
    let mut refunded = Vec::new();
    if !needs.refunds.is_empty() {
        (state.spent, refunded) = spent_credits::find_many(connection, organization, &needs.refunds)?;
    }
    refunded.extend(&needs.grants);
    state.grants = grants(connection, organization, &refunded)?;
    let periods = (&needs.day, &needs.month);
    if !needs.users.is_empty() {
        state.members = credit_members::find_many(connection, organization, &needs.users, periods)?;
    }
    if !needs.workspaces.is_empty() {
        state.workspaces = credit_workspaces::find_many(connection, organization, &needs.workspaces)?;
        let there = state.workspaces.keys().map(|(workspace, _)| *workspace).collect();
        state.budgets = workspace_budgets::find_many(connection, organization, &there, periods)?;
    }
    state.reservations = reservations(connection, organization, needs)?;
    if !needs.requests.is_empty() {
        state.answers = credit_answers::find_many(connection, organization, &needs.requests)?;
    }
    Ok(state)
}

/// Those of which something is left, and those that are named.
fn grants(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    named: &[CreditGrantId],
) -> Result<Vec<CreditGrant>, StoreError> {
    let mut grants = credit_grants::left(connection, organization)?;
    let spent: Vec<_> = named.iter().filter(|id| !grants.iter().any(|grant| grant.id == **id)).copied().collect();
    if !spent.is_empty() {
        grants.extend(credit_grants::find_many(connection, organization, &spent)?);
    }
    Ok(grants)
}

/// Those that are named, and those whose time is over.
fn reservations(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    needs: &CreditNeeds,
) -> Result<Vec<Reservation>, StoreError> {
    let mut overdue = credit_reservations::overdue(connection, organization, needs.now)?;
    if needs.reservations.is_empty() {
        return Ok(overdue);
    }
    let mut found = credit_reservations::find_many(connection, organization, &needs.reservations)?;
    overdue.retain(|reservation| !needs.reservations.contains(&reservation.id));
    found.append(&mut overdue);
    Ok(found)
}

/// Everything beside the ledger.
pub(crate) fn kept(connection: &mut SqliteConnection, organization: OrganizationId) -> Result<KeptCredits, StoreError> {
    Ok(KeptCredits {
        grants: credit_grants::all(connection, organization)?,
        open: credit_reservations::open(connection, organization)?,
        usage: credit_usage::all(connection, organization)?,
        workspace_usage: credit_workspace_usage::all(connection, organization)?,
        workspace_totals: credit_workspace_totals::all(connection, organization)?,
    })
}

/// In a few statements, each of which is prepared once.
pub(crate) fn write(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    writes: &CreditWrites,
    at: Timestamp,
) -> Result<(), StoreError> {
    writes.require_of(organization)?;
    for grant in writes.changes.grants.values() {
        credit_grants::put(connection, organization, grant, at)?;
    }
    count::<Usage>(connection, organization, &writes.changes.usage)?;
    count::<WorkspaceUsage>(connection, organization, &writes.changes.workspace_usage)?;
    count::<WorkspaceTotals>(connection, organization, &writes.changes.workspace_totals())?;
    for reservation in writes.changes.reservations.values() {
        credit_reservations::put(connection, organization, reservation, at)?;
    }
    new_credit_transactions::insert(connection, writes)?;
    credit_transaction_lists::follow(connection, organization, &writes.transactions)
}

/// Writes what should be kept of grants and counts instead.
pub(crate) fn rebuild(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    kept: &KeptCredits,
) -> Result<(), StoreError> {
    for grant in &kept.grants {
        credit_grants::set_left(connection, organization, grant)?;
    }
    replace::<Usage>(connection, organization, &kept.usage)?;
    replace::<WorkspaceUsage>(connection, organization, &kept.workspace_usage)?;
    replace::<WorkspaceTotals>(connection, organization, &kept.workspace_totals)
}
