//! Transactions that spent something, with what was not given back yet.

use std::collections::BTreeMap;

use diesel::sqlite::Sqlite;
use diesel::{
    BoolExpressionMethods, ExpressionMethods, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper,
    SqliteConnection,
};
use guildhall_domain::credits::{LedgerAccount, MovementKind, PeriodKey};
use guildhall_domain::{CreditGrantId, CreditTransactionId, OrganizationId};
use guildhall_ports::store::{SpentCredits, StoreError};
use uuid::Uuid;

use super::credit_transactions::scoped;
use crate::prepared::one_of;
use crate::schema::credit_transactions;
use crate::store_error::failure;
use crate::value::{Entries, Id, Word};

#[derive(Queryable, Selectable)]
#[diesel(table_name = credit_transactions, check_for_backend(Sqlite))]
struct Row {
    id: Id,
    user_id: Option<Id>,
    workspace_id: Option<Id>,
    day: Word<PeriodKey>,
    month: Word<PeriodKey>,
    entries: Entries,
}

/// What a transaction put into the account of what is spent, of each grant.
fn consumed(entries: &Entries) -> impl Iterator<Item = (CreditGrantId, i64)> {
    let entries = entries.0.iter().filter(|entry| entry.account == LedgerAccount::Consumed);
    entries.map(|entry| (entry.grant, entry.amount))
}

impl Row {
    /// What it spent less what was given back.
    fn spent(self, given_back: &BTreeMap<(Uuid, CreditGrantId), i64>) -> SpentCredits {
        let left = consumed(&self.entries).filter_map(|(grant, amount)| {
            let given_back = given_back.get(&(self.id.0, grant)).copied().unwrap_or_default();
            Some((grant, u64::try_from(amount + given_back).ok().filter(|left| *left > 0)?))
        });
        SpentCredits {
            left: left.collect(),
            user_id: self.user_id.map(|id| id.0.into()),
            workspace_id: self.workspace_id.map(|id| id.0.into()),
            day: self.day.0,
            month: self.month.0,
        }
    }
}

/// Those of these ids that spent something, and all grants that they spent of.
pub(crate) fn find_many(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    ids: &[CreditTransactionId],
) -> Result<(BTreeMap<CreditTransactionId, SpentCredits>, Vec<CreditGrantId>), StoreError> {
    let organization = Id(organization.uuid());
    let uuids = || ids.iter().map(|id| id.uuid());
    let kind = |kind: MovementKind| credit_transactions::kind.eq(Word(kind));
    let spent: Vec<Row> = scoped(organization)
        .filter(one_of(credit_transactions::id, uuids()))
        .filter(kind(MovementKind::Consume).or(kind(MovementKind::Commit)))
        .select(Row::as_select())
        .load(connection)
        .map_err(failure)?;
    let refunds: Vec<(Option<Id>, Entries)> = scoped(organization)
        .filter(one_of(credit_transactions::reverses, uuids()))
        .filter(kind(MovementKind::Refund))
        .select((credit_transactions::reverses, credit_transactions::entries))
        .load(connection)
        .map_err(failure)?;
    // They take out of what was spent, so that their amounts are negative.
    let mut given_back: BTreeMap<_, i64> = BTreeMap::new();
    for (reversed, entries) in refunds.iter().filter_map(|(reversed, entries)| Some((reversed.as_ref()?.0, entries))) {
        for (grant, amount) in consumed(entries) {
            *given_back.entry((reversed, grant)).or_default() += amount;
        }
    }
    let grants = spent.iter().flat_map(|row| consumed(&row.entries)).map(|(grant, _)| grant).collect();
    let found = spent.into_iter().map(|row| (row.id.0.into(), row.spent(&given_back)));
    Ok((found.collect(), grants))
}
