use std::cmp::Reverse;

use diesel::dsl::{AsSelect, SqlTypeOf, auto_type};
use diesel::sqlite::Sqlite;
use diesel::{ExpressionMethods, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper, SqliteConnection};
use guildhall_domain::credits::{CreditTransaction, Movement, MovementKind, PeriodKey};
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::{Description, Name, OrganizationId};
use guildhall_ports::store::{CreditTransactionFilter, StoreError};
use uuid::Uuid;

use super::credit_transaction_lists::{self, List};
use super::paging::rows;
use crate::prepared::{Limited, one_of};
use crate::schema::credit_transactions;
use crate::store_error::failure;
use crate::value::{Count, Entries, Id, Time, Word};

#[derive(Queryable, Selectable)]
#[diesel(table_name = credit_transactions, check_for_backend(Sqlite))]
struct Row {
    organization_id: Id,
    id: Id,
    kind: Word<MovementKind>,
    amount: Count,
    user_id: Option<Id>,
    actor_id: Option<Id>,
    workspace_id: Option<Id>,
    operation: Option<Word<Name>>,
    reservation_id: Option<Id>,
    reverses: Option<Id>,
    day: Word<PeriodKey>,
    month: Word<PeriodKey>,
    reason: Option<Word<Description>>,
    entries: Entries,
    created_at: Time,
}

impl From<Row> for CreditTransaction {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.0.into(),
            organization_id: row.organization_id.0.into(),
            movement: Movement { kind: row.kind.0, amount: row.amount.0, entries: row.entries.0 },
            user_id: row.user_id.map(|id| id.0.into()),
            actor_id: row.actor_id.map(|id| id.0.into()),
            workspace_id: row.workspace_id.map(|id| id.0.into()),
            operation: row.operation.map(|word| word.0),
            reservation_id: row.reservation_id.map(|id| id.0.into()),
            reverses: row.reverses.map(|id| id.0.into()),
            day: row.day.0,
            month: row.month.0,
            reason: row.reason.map(|word| word.0),
            created_at: row.created_at.0,
        }
    }
}

/// The ledger of one organization: every query starts here.
#[auto_type]
pub(super) fn scoped(organization: Id) -> _ {
    credit_transactions::table.filter(credit_transactions::organization_id.eq(organization))
}

/// What a filter finds in one organization's ledger.
fn matching<'a>(
    organization: OrganizationId,
    filter: &CreditTransactionFilter,
) -> credit_transactions::BoxedQuery<'a, Sqlite, SqlTypeOf<AsSelect<Row, Sqlite>>> {
    let mut query = scoped(Id(organization.uuid())).select(Row::as_select()).into_boxed();
    if let Some(user) = filter.user_id {
        query = query.filter(credit_transactions::user_id.eq(Id(user.uuid())));
    }
    if let Some(workspace) = filter.workspace_id {
        query = query.filter(credit_transactions::workspace_id.eq(Id(workspace.uuid())));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(credit_transactions::kind.eq(Word(kind)));
    }
    query
}

/// Transactions, newest first by id.
pub(crate) fn list(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    filter: &CreditTransactionFilter,
    page: &PageRequest<Uuid>,
) -> Result<Page<CreditTransaction, Uuid>, StoreError> {
    let lists = List::named_by(filter);
    let until = if lists.is_empty() { None } else { Some(credit_transaction_lists::until(connection, organization)?) };
    // Those at the ledger's end are in no list yet, and newer than those that are.
    let mut query = matching(organization, filter);
    if let Some(until) = until {
        query = query.filter(credit_transactions::id.gt(Id(until)));
    }
    if let Some(after) = page.after {
        query = query.filter(credit_transactions::id.lt(Id(after)));
    }
    let newest = query.order(credit_transactions::id.desc()).at_most(rows(page));
    let mut found: Vec<Row> = newest.load(connection).map_err(failure)?;
    let missing = page.size.items().saturating_add(1).saturating_sub(found.len());
    if let Some(newest) = until.and_then(|until| newest_listed(until, page.after))
        && missing > 0
    {
        let ids = credit_transaction_lists::common(connection, organization, lists, newest, missing)?;
        let listed = matching(organization, filter).filter(one_of(credit_transactions::id, ids));
        let mut listed: Vec<Row> = listed.load(connection).map_err(failure)?;
        listed.sort_unstable_by_key(|row| Reverse(row.id.0));
        found.append(&mut listed);
    }
    let found = found.into_iter().map(CreditTransaction::from).collect();
    Ok(Page::from_surplus(found, page.size, |transaction: &CreditTransaction| transaction.id.uuid()))
}

/// The newest of those in the lists that may be on the page.
fn newest_listed(until: Uuid, after: Option<Uuid>) -> Option<Uuid> {
    match after {
        Some(after) => Some(until.min(Uuid::from_u128(after.as_u128().checked_sub(1)?))),
        None => Some(until),
    }
}
